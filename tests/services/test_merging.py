"""One firm entered twice becomes one: what pointed to the other points to it, all or nothing, with one undo."""

from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import entering, keeping, listing, mass, merging, submitting
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import drafts, records
from tests.services import sheets, small
from tests.services.small import QUARTER
from tests.services.test_mass import sent


def twice(ws: Workspace) -> tuple[str, str, str]:
    """Return a firm, the same firm again, and a visit to the second."""
    first = small.put(ws, "firm", name="双彩", revenue="2500").key
    second = small.put(ws, "firm", name="双彩", phone="0578-1", former="彩彩").key
    visit = small.put(ws, "visit", firm=second, day="2024-05-06").key
    return first, second, visit


def text(ws: Workspace, form: str, key: str, field: str) -> str:
    return entering.open_record(ws, form=form, key=key, quarter=QUARTER).draft.text(field)


def value(ws: Workspace, form: str, key: str, field: str) -> object:
    return entering.open_record(ws, form=form, key=key, quarter=QUARTER).draft.value(field)


def state(ws: Workspace, key: str) -> tuple[str, str]:
    with ws.store.reading() as conn:
        found = records.get(conn, key)
    assert found is not None
    return found.state, found.alias_of


def test_two_stand_side_by_side_and_blank_takes_what_is_there(ws: Workspace) -> None:
    first, second, _ = twice(ws)
    pair = merging.compare(ws, "firm", first, second, quarter=QUARTER)
    differing = {line.field: (line.first, line.second, line.takes) for line in pair.lines if not line.same}
    assert differing == {"revenue": ("2,500.00", "", False), "phone": ("", "0578-1", True),
                         "former": ("", "彩彩", True)}
    assert [len(users) for users in pair.users] == [0, 1]
    assert "走访" in pair.users[1][0]


def test_the_other_goes_and_what_pointed_to_it_points_to_the_one_that_stays(ws: Workspace) -> None:
    first, second, visit = twice(ws)
    done = merging.merge(ws, "firm", first, second, take=["phone"], quarter=QUARTER)
    assert [text(ws, "firm", first, f) for f in ("revenue", "phone", "former")] == ["2500", "0578-1", ""]
    assert value(ws, "visit", visit, "firm") == first
    assert state(ws, second) == ("deleted", first)
    page = listing.list_records(ws, "firm", quarter=QUARTER)
    assert [(line.key, line.mark) for line in page.lines] == [(first, "query")], "twice is no more a finding"
    assert done.name == "合并双彩"
    assert keeping.verify_history(ws).problems == ()


def test_one_undo_brings_both_back_and_redo_merges_again(ws: Workspace) -> None:
    first, second, visit = twice(ws)
    done = merging.merge(ws, "firm", first, second, take=["phone"], quarter=QUARTER)
    again = mass.undo(ws, done)
    assert text(ws, "firm", first, "phone") == ""
    assert value(ws, "visit", visit, "firm") == second
    assert state(ws, second) == ("live", "")
    mass.undo(ws, again)
    assert value(ws, "visit", visit, "firm") == first
    assert state(ws, second) == ("deleted", first)


def test_two_sheets_of_one_quarter_are_told_and_nothing_changes(ws: Workspace) -> None:
    parks = [small.put(ws, "park", name=f"园{n}").key for n in (1, 2)]
    for park in parks:
        small.put(ws, "sheet", subject=park, total="1")
    with pytest.raises(Trouble, match=r"2024年二季度.*园区季报"):
        merging.merge(ws, "park", *parks, quarter=QUARTER)
    assert [state(ws, park) for park in parks] == [("live", ""), ("live", "")]


def test_a_sheet_goes_over_to_the_park_that_stays(ws: Workspace) -> None:
    parks = [small.put(ws, "park", name=f"园{n}").key for n in (1, 2)]
    sheet = small.put(ws, "sheet", subject=parks[1], total="1").key
    merging.merge(ws, "park", *parks, quarter=QUARTER)
    opened = entering.open_record(ws, form="sheet", key=None, quarter=QUARTER, subject=parks[0])
    assert opened.key == sheet


def test_what_was_sent_is_only_pointed_elsewhere_with_a_reason(ws: Workspace) -> None:
    first, second, visit = twice(ws)
    sent(ws, visit)
    assert "写明原因" in merging.compare(ws, "firm", first, second, quarter=QUARTER).needs_reason
    with pytest.raises(Trouble):
        merging.merge(ws, "firm", first, second, quarter=QUARTER)
    assert state(ws, second) == ("live", "")
    assert value(ws, "visit", visit, "firm") == second
    merging.merge(ws, "firm", first, second, quarter=QUARTER, why="重复登记")
    assert value(ws, "visit", visit, "firm") == first


def test_what_is_half_typed_is_told_and_nothing_changes(ws: Workspace) -> None:
    first, second, visit = twice(ws)
    opened = entering.open_record(ws, form="visit", key=visit, quarter=QUARTER)
    opened.draft.type("cost", "9")
    entering.autosave(ws, opened.draft)
    with pytest.raises(Trouble, match=r"走访.*还没保存"):
        merging.merge(ws, "firm", first, second, quarter=QUARTER)
    assert state(ws, second) == ("live", "")
    with ws.store.reading() as conn:
        assert drafts.draft(conn, visit) is not None


def two_parks(ws: Workspace) -> tuple[str, str, str]:
    """Return a park, the park again with the quarter's sheet, and the sheet."""
    filled = small.fill(ws)
    return small.put(ws, "park", name="竹产业园二").key, filled["park"], filled["sheet"]


def test_what_is_locked_is_told_and_nothing_changes(ws: Workspace) -> None:
    stays, goes, sheet = two_parks(ws)
    small.put(ws, "sheet", subject=stays, total="1")
    submitting.finalise(ws, QUARTER, ws.path.parent)
    other = small.put(ws, "park", name="竹产业园三").key
    with pytest.raises(Trouble, match="先撤销定稿"):
        merging.merge(ws, "park", other, goes, quarter=QUARTER)
    assert [state(ws, park) for park in (other, goes)] == [("live", ""), ("live", "")]
    with ws.store.reading() as conn:
        found = records.get(conn, sheet)
    assert found is not None
    assert found.subject == goes


def test_a_merge_is_not_undone_once_its_quarter_is_locked(ws: Workspace) -> None:
    stays, goes, sheet = two_parks(ws)
    done = merging.merge(ws, "park", stays, goes, quarter=QUARTER)
    submitting.finalise(ws, QUARTER, ws.path.parent)
    with pytest.raises(Trouble, match="先撤销定稿"):
        mass.undo(ws, done)
    assert state(ws, goes) == ("deleted", stays)
    with ws.store.reading() as conn:
        found = records.get(conn, sheet)
    assert found is not None
    assert found.subject == stays


def test_an_import_knows_a_record_by_the_name_and_code_it_was_merged_with(ws: Workspace, tmp_path: Path) -> None:
    code = sheets.CODES[0]
    stays = small.put(ws, "firm", name="双彩新材料").key
    middle = small.put(ws, "firm", name="彩虹木业").key
    goes = small.put(ws, "firm", name="兰亭家具", code=code).key
    merging.merge(ws, "firm", middle, goes, quarter=QUARTER)
    merging.merge(ws, "firm", stays, middle, quarter=QUARTER)
    path = sheets.write(tmp_path / "企业.xlsx", [("企业名称", "统一社会信用代码"), ("兰亭家具", None),
                                               ("彩虹木业厂", code)])
    _, plan = sheets.plan(ws, path)
    assert [(row.similar.key, row.beside, row.choice) for row in plan.rows if row.similar] == [
        (stays, 3, "out"), (stays, 0, "merge")], "both are that record, the one with its code before the other"
    path = sheets.write(tmp_path / "走访.xlsx", [("企业", "日期"), ("兰亭家具", "2024-05-08")])
    _, plan = sheets.plan(ws, path, "visit")
    assert plan.rows[0].fate.payload["values"]["firm"] == stays
