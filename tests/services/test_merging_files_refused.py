"""Data files that cannot be merged, or not now: told with the reason, and nothing changes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.services import entering, merging_files, submitting, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import drafts, journal, records
from tests.services import sheets, small
from tests.services.other_files import copied, states, text
from tests.services.small import QUARTER
from tests.services.test_keeping import TOTAL, rewritten


def elsewhere(ws: Workspace) -> Path:
    path = ws.path.with_name("别县.pairing")
    workspace.create(path, county="331124", now=ws.clock(), forms=ws.path.parent / "forms").close()
    return path


def newer(ws: Workspace) -> Path:
    folder = ws.path.parent / "新表"
    folder.mkdir()
    note = small.FORMS["note"].replace("version: 1", "version: 2")
    small.make(folder, note=note).close()
    return folder / small.FILE


def other_fields(ws: Workspace) -> Path:
    folder = ws.path.parent / "另表"
    folder.mkdir()
    small.make(folder, note=small.FORMS["note"].replace("required: true", "search: true")).close()
    return folder / small.FILE


def altered(ws: Workspace) -> Path:
    return rewritten(copied(ws, "改"), TOTAL).path


def finalised(ws: Workspace) -> Path:
    other = copied(ws, "定")
    submitting.finalise(other, QUARTER, other.path.parent)
    other.close()
    return other.path


def garbled(ws: Workspace) -> Path:
    path = ws.path.with_name("乱.pairing")
    path.write_bytes(b"hello" * 100)
    return path


def cut(ws: Workspace) -> Path:
    path = ws.save_copy(ws.path.with_name("断.pairing"))
    path.write_bytes(path.read_bytes()[:20_000])
    return path


REFUSED: list[tuple[Callable[[Workspace], Path], str]] = [
    (lambda ws: ws.path, "merging.other_is_ours"), (lambda ws: ws.path.with_name("没有.pairing"), "store.missing"),
    (elsewhere, "merging.other_county"), (newer, "merging.other_newer"), (other_fields, "merging.other_form"),
    (altered, "merging.other_broken"), (finalised, "merging.other_final"), (garbled, "store.not_ours"),
    (cut, "store.cut_short"),
]


@pytest.mark.parametrize(("make", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_what_cannot_be_merged_is_told_and_nothing_changes(ws: Workspace, make: Callable[[Workspace], Path],
                                                           code: str) -> None:
    small.fill(ws)
    path = make(ws)
    with ws.store.reading() as conn:
        end = journal.head(conn)
    with pytest.raises(Trouble) as told:
        merging_files.preview(ws, path)
    assert told.value.problems[0].code == code
    assert isinstance(told.value, BadContent) is (code == "merging.other_broken")
    with ws.store.reading() as conn:
        assert journal.head(conn) == end


def test_a_file_that_somebody_works_in_is_told_with_who(ws: Workspace) -> None:
    other = copied(ws)
    with pytest.raises(Trouble, match="李四"):
        merging_files.preview(ws, other.path)
    other.close()
    assert merging_files.preview(ws, other.path).nothing


def test_ours_on_its_way_half_typed_or_changed_meanwhile_is_not_merged(ws: Workspace) -> None:
    keys = small.fill(ws)
    other = copied(ws)
    small.put(other, "note", key=keys["note"], words="B")
    other.close()
    plan = merging_files.preview(ws, other.path)
    draft = entering.open_record(ws, form="note", key=keys["note"], quarter=QUARTER).draft
    draft.type("words", "半句")
    entering.autosave(ws, draft)
    with pytest.raises(Trouble, match="还没保存"):
        merging_files.merge(ws, other.path, plan)
    with ws.store.reading() as conn:
        assert drafts.draft(conn, keys["note"]) is not None
    entering.discard(ws, draft)
    small.put(ws, "firm", name="丙公司", code=sheets.CODES[0])
    with pytest.raises(Trouble, match="又有改动"):
        merging_files.merge(ws, other.path, plan)
    submitting.finalise(ws, QUARTER, ws.path.parent)
    with pytest.raises(Trouble, match="先撤销定稿"):
        merging_files.preview(ws, other.path)
    assert text(ws, "note", keys["note"], "words") == "走访企业一家。"
    assert not list(ws.path.parent.glob("*合并前备份*")), "nothing was done, so there is nothing to go back from"


def test_a_sheet_begun_here_and_never_saved_is_told_before_theirs_comes_in(ws: Workspace) -> None:
    other = copied(ws)
    small.put(other, "note", words="B")
    other.close()
    draft = entering.open_record(ws, form="note", quarter=QUARTER).draft
    draft.key = records.new_key()
    draft.type("words", "半句")
    entering.autosave(ws, draft)
    with pytest.raises(Trouble, match=r"小结.*还没保存"):
        merging_files.merge(ws, other.path, merging_files.preview(ws, other.path))
    assert states(ws) == {}
