"""Many records at once hold to the rules of one: locks, reasons, computed fields, references; all or none; one undo."""

from pathlib import Path

import pytest
from msgspec import structs

from pairing_desktop.errors import Trouble
from pairing_desktop.services import entering, list_values, listing, mass, submitting
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import submissions
from tests.services import small
from tests.services.small import QUARTER


def firms(ws: Workspace, *revenues: str) -> list[str]:
    return [small.put(ws, "firm", name=f"厂{n}", revenue=text).key for n, text in enumerate(revenues)]


def texts(ws: Workspace, form: str, keys: list[str], field: str) -> list[str]:
    return [entering.open_record(ws, form=form, key=key, quarter=QUARTER).draft.text(field) for key in keys]


def revisions(ws: Workspace, keys: list[str]) -> list[int]:
    return [entering.open_record(ws, form="firm", key=key, quarter=QUARTER).revision for key in keys]


def sent(ws: Workspace, *keys: str) -> None:
    """Let these records have gone out with the quarter's first submission."""
    with ws.store.begin() as tx:
        made = submissions.create(tx, period=QUARTER, number=1, identity="i", replaces="", packet_name="p",
                                  at=ws.clock(), who="", why="", pinned=[(key, 1) for key in keys])
        submissions.set_state(tx, made.id, "submitted", at=ws.clock(), who="")


def test_who_uses_records_that_are_to_be_deleted_is_told_of_all(ws: Workspace) -> None:
    keys = firms(ws, "1", "2", "3")
    for firm in ("厂0", "厂0", "厂2"):
        small.put(ws, "visit", firm=firm, day="2024-05-06")
    with pytest.raises(Trouble) as told:
        mass.delete(ws, "firm", keys, quarter=QUARTER)
    said = str(told.value)
    assert "厂0、厂2 不能删除：走访“厂0”、走访“厂0”、走访“厂2”还在用它" in said
    assert "或先删除它们" in said


def test_a_preview_tells_what_would_become_of_each_and_writes_nothing(ws: Workspace) -> None:
    keys = firms(ws, "100", "200", "")
    found = mass.preview(ws, "firm", keys, "revenue", "0.02亿", quarter=QUARTER)
    assert [(row.before, row.after, row.state) for row in found.rows] == [
        ("100.00", "200.00", "change"), ("200.00", "200.00", "same"), ("", "200.00", "change")]
    assert texts(ws, "firm", keys, "revenue") == ["100", "200", ""]


def test_a_change_checks_indexes_and_is_taken_back_at_once(ws: Workspace) -> None:
    keys = firms(ws, "100", "200", "300")
    done = mass.change(ws, "firm", keys, "revenue", "5000", quarter=QUARTER)
    assert len(done.steps) == 3
    page = listing.list_records(ws, "firm", quarter=QUARTER, filters={"revenue": [(5000.0, "")]})
    assert page.total == 3
    assert {line.mark for line in page.lines} == {"query"}
    assert len(mass.undo(ws, done).steps) == 3
    assert texts(ws, "firm", keys, "revenue") == ["100", "200", "300"]
    assert revisions(ws, keys) == [3, 3, 3]
    assert listing.list_records(ws, "firm", quarter=QUARTER, filters={"revenue": [(5000.0, "")]}).total == 0


def test_what_is_not_understood_changes_nothing(ws: Workspace) -> None:
    keys = firms(ws, "100", "200")
    for act in (mass.preview, mass.change):
        with pytest.raises(Trouble, match="营业收入"):
            act(ws, "firm", keys, "revenue", "很多", quarter=QUARTER)  # type: ignore[operator]
    assert revisions(ws, keys) == [1, 1]


def test_a_locked_quarter_stays_locked(ws: Workspace, tmp_path: Path) -> None:
    filled = small.fill(ws)
    out = tmp_path / "out"
    out.mkdir()
    submitting.finalise(ws, QUARTER, out)
    (row,) = mass.preview(ws, "sheet", [filled["sheet"]], "total", "51", quarter=QUARTER).rows
    assert row.state == "locked"
    for act in (lambda: mass.change(ws, "sheet", [filled["sheet"]], "total", "51", quarter=QUARTER),
                lambda: mass.delete(ws, "sheet", [filled["sheet"]], quarter=QUARTER)):
        with pytest.raises(Trouble, match="先撤销定稿"):
            act()


def test_what_was_sent_needs_a_reason_and_one_without_it_stops_all(ws: Workspace) -> None:
    filled = small.fill(ws)
    other = small.put(ws, "visit", firm="甲公司", cost="3").key
    sent(ws, filled["visit"])
    keys = [other, filled["visit"]]
    assert "原因" in mass.preview(ws, "visit", keys, "cost", "9", quarter=QUARTER).needs_reason
    assert "原因" in mass.needs_reason(ws, "visit", keys, quarter=QUARTER)
    with pytest.raises(Trouble, match="要写明原因"):
        mass.change(ws, "visit", keys, "cost", "9", quarter=QUARTER)
    assert texts(ws, "visit", [other], "cost") == ["3"]
    done = mass.change(ws, "visit", keys, "cost", "9", quarter=QUARTER, why="统一更正")
    assert texts(ws, "visit", keys, "cost") == ["9", "9"]
    assert len(mass.undo(ws, done).steps) == 2


def test_records_that_others_name_stay_unless_those_go_too(ws: Workspace) -> None:
    keys = firms(ws, "1", "2")
    small.put(ws, "visit", firm="厂1", cost="3")
    with pytest.raises(Trouble, match="走访"):
        mass.delete(ws, "firm", keys, quarter=QUARTER)
    assert listing.list_records(ws, "firm", quarter=QUARTER).total == 2
    done = mass.delete(ws, "firm", keys[:1], quarter=QUARTER)
    assert listing.list_records(ws, "firm", quarter=QUARTER).total == 1
    mass.undo(ws, done)
    assert listing.list_records(ws, "firm", quarter=QUARTER).total == 2
    assert texts(ws, "firm", keys, "revenue") == ["1", "2"]


def test_nothing_is_taken_back_over_a_later_change(ws: Workspace) -> None:
    keys = firms(ws, "1", "2")
    done = mass.change(ws, "firm", keys, "revenue", "7", quarter=QUARTER)
    small.put(ws, "firm", key=keys[1], revenue="8")
    with pytest.raises(Trouble, match="厂1"):
        mass.undo(ws, done)
    assert texts(ws, "firm", keys, "revenue") == ["7", "8"]


def test_a_new_name_reaches_what_is_shown_by_it(ws: Workspace) -> None:
    keys = firms(ws, "1")
    small.put(ws, "visit", firm="厂0", cost="3")
    done = mass.change(ws, "firm", keys, "name", "新厂", quarter=QUARTER)
    assert listing.list_records(ws, "visit", quarter=QUARTER, find="新厂").total == 1
    mass.undo(ws, done)
    assert listing.list_records(ws, "visit", quarter=QUARTER, find="新厂").total == 0


def test_too_many_are_refused(ws: Workspace) -> None:
    with pytest.raises(Trouble, match="2001"):
        mass.preview(ws, "firm", ["x"] * 2001, "revenue", "1", quarter=QUARTER)


def test_values_and_findings_to_narrow_by(ws: Workspace) -> None:
    firms(ws, "5000", "5000", "1")
    small.put(ws, "firm", name="有码", code="91331123MA2E3A4B5X")
    values, blank = structs.astuple(list_values.values_of(ws, "firm", "revenue", quarter=QUARTER))
    assert blank == 1
    assert [(each.text, each.records) for each in values] == [("5,000.00", 2), ("1.00", 1)]
    page = listing.list_records(ws, "firm", quarter=QUARTER, filters={"revenue": [values[0].place]})
    assert [line.label for line in page.lines] == ["厂0", "厂1"]
    found = {name: {line.label for line in listing.list_records(ws, "firm", quarter=QUARTER, finding=name).lines}
             for name in listing.FINDINGS}
    assert found["error"] == {"有码"}
    assert found["query"] == {"厂0", "厂1", "厂2"}
    assert found["none"] == set()
    small.put(ws, "firm", name="好码", code="91350100M000100Y43")
    assert [line.label for line in listing.list_records(ws, "firm", quarter=QUARTER, finding="none").lines] == ["好码"]
    keys = listing.order(ws, "firm", quarter=QUARTER, sort=[("revenue", True)])
    lines = listing.lines(ws, "firm", keys[:4], quarter=QUARTER, columns=("name", "revenue"))
    assert [line.cells for line in lines] == [("厂1", "5,000.00"), ("厂0", "5,000.00"), ("厂2", "1.00"), ("有码", "")]
