"""Undo and redo across the records of a session, with bulk changes and deletions among them."""

import threading
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QToolButton

from pairing_desktop.progress import Progress
from pairing_desktop.services import entering, importing_writing, mass
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import jobs
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.jobs import JobBar, worker
from tests.services import sheets
from tests.ui.conftest import QUARTER, Answers, Open
from tests.ui.script import idle

pytestmark = pytest.mark.gui


def first_two(page: EntryPage) -> tuple[str, str]:
    lines = [page.list.model.line(n) for n in (0, 1)]
    return tuple(line.key for line in lines if line is not None)  # type: ignore[return-value]


def type_here(page: EntryPage, path: str, text: str) -> None:
    assert page.entry is not None
    page.entry.type(path, text)


def saved(ws: Workspace, key: str, path: str) -> str:
    return entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft.text(path)


def test_a_change_in_a_record_left_behind_is_undone_there(open_page: Open, ws: Workspace) -> None:
    page = open_page("lean_project")
    one, two = first_two(page)
    type_here(page, "own_money", "28")
    type_here(page, "subsidy", "41")
    page.open(two)
    type_here(page, "contract_sum", "53")
    assert page.undoing.names(two)[0] == "修改合同额"
    page.undo()
    assert page.undoing.names(two)[0] == "修改专项资金补助 ・ 双彩新材料", "another record is named"
    page.undo()
    assert page.entry is not None
    assert page.record is not None
    assert (page.entry.opened.key, page.record.current) == (one, "subsidy")
    assert page.entry.draft.text("subsidy") == "40"
    page.undo()
    assert page.entry.draft.text("own_money") == "26"
    for _ in range(3):
        page.redo()
    assert page.entry.opened.key == two
    assert page.entry.draft.text("contract_sum") == "53"
    assert (saved(ws, one, "own_money"), saved(ws, one, "subsidy")) == ("28", "41")


def test_what_others_changed_meanwhile_stays(open_page: Open, ws: Workspace) -> None:
    page = open_page("lean_project")
    one, two = first_two(page)
    type_here(page, "own_money", "28")
    page.open(two)
    other = entering.open_record(ws, form="lean_project", key=one, quarter=QUARTER).draft
    other.type("consultant", "别处改的")
    entering.save(ws, other)
    page.undo()
    assert page.entry is not None
    assert (page.entry.draft.text("own_money"), page.entry.draft.text("consultant")) == ("26", "别处改的")


def test_typing_deleting_and_typing_are_undone_in_their_order(open_page: Open, ws: Workspace) -> None:
    page = open_page("lean_project")
    one, two = first_two(page)
    type_here(page, "own_money", "28")
    page.leave()
    page.delete()
    assert page.undoing.names()[0] == "删除双彩新材料"
    page.open(two)
    type_here(page, "contract_sum", "53")
    page.undo()
    page.undo()
    assert page.entry is not None
    assert page.entry.opened.key == one, "the record is back"
    assert page.entry.draft.text("own_money") == "28"
    page.undo()
    assert page.entry.draft.text("own_money") == "26"
    page.redo()
    page.redo()
    assert page.list.model.row_of(one) < 0, "deleted again"


def test_a_step_that_can_no_longer_be_taken_back_is_passed_over(open_page: Open, ws: Workspace,
                                                                answers: Answers) -> None:
    page = open_page("lean_project")
    one, _ = first_two(page)
    type_here(page, "own_money", "28")
    page.put_away()
    page.undoing.remember_many(mass.change(ws, "lean_project", [one], "stage", "已验收", quarter=QUARTER))
    elsewhere = entering.open_record(ws, form="lean_project", key=one, quarter=QUARTER).draft
    elsewhere.type("consultant", "别处改的")
    entering.save(ws, elsewhere)
    answers.answers["trouble"] = None
    page.undo()
    assert saved(ws, one, "stage") != "实施中", "nothing was taken back"
    page.undo()
    assert page.entry is not None
    assert page.entry.draft.text("own_money") == "26"


def test_an_undo_of_many_that_is_given_up_leaves_the_record_open(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    page, before = open_page("lean_project"), threading.Event()
    one, two = first_two(page)
    page.undoing.remember_many(mass.change(ws, "lean_project", [one, two], "own_money", "33", quarter=QUARTER))
    page.open(two)
    bar = JobBar(page)
    first = jobs.run(page, "别的工作", lambda _progress: before.wait(), lambda _done: None, quiet=True)
    page.undo()
    cancel = bar.findChild(QToolButton)
    assert cancel is not None
    cancel.click()
    with qtbot.waitSignal(first.ended):
        before.set()
    qtbot.waitUntil(lambda: not worker().busy)
    assert page.entry is not None, "the form does not stay empty"
    assert page.entry.opened.key == two
    assert saved(ws, two, "own_money") == "33"
    assert page.undoing.names()[0], "it can still be undone"


def test_a_bulk_change_reaches_what_is_typed_and_not_saved(ws: Workspace) -> None:
    line = entering.list_records(ws, "lean_project", quarter=QUARTER).lines[0]
    draft = entering.open_record(ws, form="lean_project", key=line.key, quarter=QUARTER).draft
    draft.type("consultant", "打了一半")
    entering.autosave(ws, draft)
    new = entering.open_record(ws, form="lean_project", quarter=QUARTER).draft
    new.type("consultant", "还没保存")
    entering.autosave(ws, new)
    assert new.key
    keys = [line.key, new.key]
    rows = mass.preview(ws, "lean_project", keys, "own_money", "33", quarter=QUARTER).rows
    assert [row.state for row in rows] == ["change", "change"]
    assert [row.note for row in rows] == ["这条有还没保存的修改，一并改", "还没有保存过"]
    done = mass.change(ws, "lean_project", keys, "own_money", "33", quarter=QUARTER)
    for key, typed in zip(keys, ("打了一半", "还没保存"), strict=True):
        again = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER)
        assert again.recovered
        assert (again.draft.text("own_money"), again.draft.text("consultant")) == ("33", typed)
    back = mass.undo(ws, done)
    assert [saved(ws, key, "own_money") for key in keys] == ["26", ""]
    mass.undo(ws, back)
    assert [saved(ws, key, "own_money") for key in keys] == ["33", "33"]


def test_a_bulk_change_goes_under_what_is_typed_meanwhile(open_page: Open, ws: Workspace) -> None:
    page = open_page("lean_project")
    one, _ = first_two(page)
    type_here(page, "consultant", "正在输入")
    with_fork = ws.fork()
    done = mass.change(with_fork, "lean_project", [one], "own_money", "33", quarter=QUARTER)
    with_fork.close()
    told: list[str] = []
    page.signals.told.connect(told.append)
    page.list.tasks.changed.emit()
    page.refresh()
    assert page.entry is not None
    assert (page.entry.draft.text("own_money"), page.entry.draft.text("consultant")) == ("33", "正在输入")
    assert "刚在别处改过" in told[0]
    assert done.steps
    page.save()
    assert (saved(ws, one, "own_money"), saved(ws, one, "consultant")) == ("33", "正在输入")


def test_what_is_saved_or_comes_back_later_keeps_what_others_wrote(ws: Workspace) -> None:
    line = entering.list_records(ws, "lean_project", quarter=QUARTER).lines[0]
    here, there = (entering.open_record(ws, form="lean_project", key=line.key, quarter=QUARTER).draft for _ in "12")
    row = here.rows("kpis")[0]
    here.type("consultant", "这里")
    here.type(f"kpis/{row}/indicator", "合格率")
    there.type("own_money", "33")
    there.type("consultant", "那里")
    there.add_row("kpis")
    there.type(f"kpis/{there.rows('kpis')[-1]}/indicator", "人均产值")
    entering.save(ws, there)
    entering.autosave(ws, here)
    wanted = ("33", "这里", ["合格率", "产值", "人均产值"])
    back = entering.open_record(ws, form="lean_project", key=line.key, quarter=QUARTER)
    assert back.recovered
    entering.save(ws, here)
    again = entering.open_record(ws, form="lean_project", key=line.key, quarter=QUARTER)
    assert not again.recovered
    for draft in (back.draft, again.draft):
        names = [draft.text(f"kpis/{each}/indicator") for each in draft.rows("kpis")]
        assert (draft.text("own_money"), draft.text("consultant"), names) == wanted


def test_nothing_is_taken_back_while_many_are_changed(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    page = open_page("lean_project")
    one, two = first_two(page)
    type_here(page, "own_money", "28")
    page.open(two)
    going, told = threading.Event(), list[str]()
    page.undoing.told.connect(told.append)

    def change(progress: Progress) -> mass.Done:
        going.wait(30)
        return mass.change(fork, "lean_project", [one], "stage", "已验收", quarter=QUARTER, progress=progress)

    fork = ws.fork()
    job = jobs.run(page, "批量修改", change, page.undoing.remember_many)
    job.ended.connect(fork.close)
    page.undoing.wait_for(job)
    page.undo()
    assert told == ["正在批量修改，完成后再撤销"]
    assert page.entry is not None
    assert page.entry.opened.key == two
    going.set()
    idle(qtbot)
    assert page.undoing.names()[0] == "批量修改项目状态"
    page.undo()
    assert saved(ws, one, "stage") == "实施中"


def test_deleting_takes_all_that_are_chosen_in_the_list(qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("lean_project")
    one, two = first_two(page)
    page.list.table.selectAll()
    page.list.table.setFocus()
    answers.answers["confirm"] = True
    page.delete()
    idle(qtbot)
    assert page.list.model.row_of(one) < 0
    assert page.list.model.row_of(two) < 0


def test_undo_without_anything_says_so(open_page: Open) -> None:
    page = open_page("lean_project")
    told: list[str] = []
    page.signals.told.connect(told.append)
    page.undo()
    page.redo()
    assert told == ["没有可撤销的", "没有可恢复的"]
    assert not worker().busy


def test_steps_of_one_field_are_undone_one_by_one(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    for text in ("27", "28", "29"):
        type_here(page, "own_money", text)
    assert page.entry is not None
    seen = []
    for _ in range(3):
        page.undo()
        seen.append(page.entry.draft.text("own_money"))
    assert seen == ["28", "27", "26"]


def test_an_import_is_undone_and_done_again(qtbot: Any, open_page: Open, ws: Workspace, answers: Answers,
                                            tmp_path: Path) -> None:
    page = open_page("enterprise")
    before = page.list.model.total
    rows = [("企业名称", "所属县（市、区）"), ("新来的厂", "遂昌县"), ("又一家", "遂昌县")]
    path = sheets.write(tmp_path / "名录.xlsx", rows)
    _, plan = sheets.plan(ws, path, "enterprise", quarter=QUARTER)
    importing_writing.carry_out(ws, plan)
    page.undoing.follow_imports("")
    page.refresh()
    for _ in range(2):
        assert page.undoing.names() == ("导入名录.xlsx", "")
        assert page.list.model.total == before + 2
        page.undo()
        idle(qtbot)
        assert page.undoing.names() == ("", "导入名录.xlsx")
        assert page.list.model.total == before
        page.redo()
        idle(qtbot)
    page.undo()
    idle(qtbot)
    assert importing_writing.described(ws) is None
    undone = page.undoing.history.next()
    assert undone is not None
    importing_writing.redo(ws, undone[1].made.name)  # type: ignore[attr-defined]  # by another window
    answers.answers["trouble"] = None
    page.redo()
    idle(qtbot)
    assert answers.asked[-1][0] == "trouble"
    assert page.undoing.names() == ("", ""), "what cannot be done again is let go"
