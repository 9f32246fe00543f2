"""Rows of sub-tables and carried sheets in two data files: put together cell by cell."""

from collections.abc import Callable

import pytest

from pairing_desktop.formspec.draft import Draft
from pairing_desktop.services import carrying, entering, merging_files
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.other_files import copied, merged, opened, states
from tests.services.small import QUARTER


def test_rows_of_a_table_that_each_added_are_both_there(ws: Workspace) -> None:
    keys = small.fill(ws)
    other = copied(ws)

    def add(where: Workspace, staff: str) -> None:
        draft = entering.open_record(where, form="sheet", key=keys["sheet"], quarter=QUARTER).draft
        draft.type(f"firms/{draft.add_row('firms')}/staff", staff)
        entering.save(where, draft)

    add(ws, "1")
    add(other, "2")
    done = merged(ws, other)
    assert (done.plan.conflicts, done.plan.count("both")) == (0, 1)
    draft = entering.open_record(ws, form="sheet", key=keys["sheet"], quarter=QUARTER).draft
    assert [draft.text(f"firms/{row}/staff") for row in draft.rows("firms")] == ["1", "2"]


@pytest.mark.parametrize("cleared", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_what_was_only_carried_wins_over_nothing_that_was_typed(ws: Workspace, *, cleared: bool, back: bool) -> None:
    """Both clerks carried the quarter, one filled a sheet, and the other, who touched none, carried it later."""
    small.fill(ws)
    other = copied(ws)
    sheet, twin = (carrying.carry(each, source=QUARTER, target="2024Q3").keys[0] for each in (ws, other))
    small.put(ws, "sheet", key=sheet, quarter="2024Q3", total="" if cleared else "60", words="开工")
    ours, theirs = (other, ws) if back else (ws, other)
    done = merged(ours, theirs)
    assert done.plan.conflicts == 0
    [line] = entering.list_records(ours, "sheet", quarter="2024Q3").lines
    assert line.key in (sheet, twin)
    draft = entering.open_record(ours, form="sheet", key=line.key, quarter="2024Q3").draft
    assert (draft.text("total"), draft.text("words")) == ("" if cleared else "60", "开工")
    assert merging_files.preview(ours, theirs.path).nothing
    other.close()


def test_of_two_carried_sheets_what_both_typed_is_a_conflict_and_rows_are_put_together(ws: Workspace) -> None:
    keys = small.fill(ws)
    draft = entering.open_record(ws, form="sheet", key=keys["sheet"], quarter=QUARTER).draft
    for staff in "12":
        draft.type(f"firms/{draft.add_row('firms')}/staff", staff)
    entering.save(ws, draft)
    other = copied(ws)
    for place, (where, total) in enumerate(((ws, "60"), (other, "70"))):
        [key, *_] = carrying.carry(where, source=QUARTER, target="2024Q3").keys
        draft = entering.open_record(where, form="sheet", key=key, quarter="2024Q3").draft
        draft.type("total", total)
        draft.type(f"firms/{draft.rows('firms')[place]}/staff", total)
        entering.save(where, draft)
    done = merged(ws, other)
    [row] = [row for row in done.plan.rows if row.form == "园区季报"]
    assert [(line.field, line.conflict, line.together) for line in row.lines] == [
        ("total", True, False), ("firms", False, True)]
    [line] = entering.list_records(ws, "sheet", quarter="2024Q3").lines
    draft = entering.open_record(ws, form="sheet", key=line.key, quarter="2024Q3").draft
    assert (draft.text("total"), [draft.text(f"firms/{row}/staff") for row in draft.rows("firms")]) == (
        "70", ["60", "70"])


def tables(ws: Workspace) -> tuple[Workspace, Callable[[Workspace], Draft]]:
    """Fill a sheet with a table of three rows; return another's copy, and what opens the sheet in a file."""
    keys = small.fill(ws)

    def opened_in(where: Workspace) -> Draft:
        return entering.open_record(where, form="sheet", key=keys["sheet"], quarter=QUARTER).draft

    draft = opened_in(ws)
    for staff in "123":
        draft.type(f"firms/{draft.add_row('firms')}/staff", staff)
    entering.save(ws, draft)
    return copied(ws), opened_in


def cells(draft: Draft) -> list[tuple[str, str]]:
    return [(draft.text(f"firms/{row}/staff"), draft.text(f"firms/{row}/firm")) for row in draft.rows("firms")]


@pytest.mark.parametrize(("side", "kept"), [("", "12"), ("ours", "11"), ("theirs", "12")])
def test_of_a_table_only_the_cell_that_both_touched_is_a_conflict(ws: Workspace, side: str, kept: str) -> None:
    """Rows that only one added, changed or removed are put together whatever is chosen."""
    other, opened_in = tables(ws)
    ours, theirs = opened_in(ws), opened_in(other)
    first, second, third = ours.rows("firms")
    ours.type(f"firms/{first}/staff", "11")
    ours.type(f"firms/{ours.add_row('firms')}/staff", "4")
    ours.remove_row("firms", third)
    theirs.type(f"firms/{first}/staff", "12")
    theirs.type(f"firms/{first}/firm", "甲公司")
    theirs.type(f"firms/{second}/staff", "22")
    theirs.type(f"firms/{theirs.add_row('firms')}/staff", "5")
    entering.save(ws, ours)
    entering.save(other, theirs)
    done = merged(ws, other, side=side)
    [row] = done.plan.rows
    assert [(line.field, line.label, line.ours, line.theirs) for line in row.conflicts] == [
        (f"firms/{first}/staff", "企业第1行：人数", "11", "12")]
    assert cells(opened_in(ws)) == [(kept, "甲公司"), ("22", ""), ("4", ""), ("5", "")]
    assert merging_files.preview(ws, other.path).nothing
    back = opened(other.path)
    assert merged(back, copied(ws, "丙")).plan.conflicts == 0
    assert states(back) == states(ws)
    back.close()


@pytest.mark.parametrize(("side", "wanted"), [("ours", ["2", "3"]), ("theirs", ["11", "2", "3"])])
def test_a_row_that_one_removed_and_the_other_changed_is_a_conflict(ws: Workspace, side: str,
                                                                    wanted: list[str]) -> None:
    other, opened_in = tables(ws)
    ours, theirs = opened_in(ws), opened_in(other)
    ours.remove_row("firms", ours.rows("firms")[0])
    theirs.type(f"firms/{theirs.rows('firms')[0]}/staff", "11")
    entering.save(ws, ours)
    entering.save(other, theirs)
    done = merged(ws, other, side=side)
    [line] = done.plan.rows[0].conflicts
    assert (line.label, line.ours, line.theirs) == ("企业第1行", "已删除", "11")
    assert sorted(staff for staff, _ in cells(opened_in(ws))) == wanted
