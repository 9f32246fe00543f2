"""A single field as it was, a cell whose row is gone, deleted records: all as new revisions."""

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import bringing_back, entering
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.small import QUARTER


@pytest.fixture
def sheet(ws: Workspace) -> str:
    """Return a sheet of two revisions: a figure with a note and a row, then another figure, the row taken away."""
    park = small.put(ws, "park", name="竹产业园").key
    draft = entering.open_record(ws, form="sheet", quarter=QUARTER, subject=park).draft
    draft.type("total", "50以上")
    draft.mark("total", note="园区报来")
    draft.type("words", "第一版")
    row = draft.add_row("firms")
    draft.type(f"firms/{row}/staff", "12")
    key = entering.save(ws, draft).key
    draft = entering.open_record(ws, form="sheet", key=key, quarter=QUARTER).draft
    draft.type("total", "约12a")
    draft.mark("total", note="")
    draft.type("words", "第二版")
    draft.remove_row("firms", row)
    entering.save(ws, draft)
    return key


def changed(ws: Workspace, key: str, path: str) -> str:
    return next(c.path for c in entering.history(ws, key)[0].changes if c.path.startswith(path))


def test_a_field_comes_back_with_its_marks_and_nothing_else(ws: Workspace, sheet: str) -> None:
    saved = bringing_back.field(ws, sheet, 1, "total", "改回", quarter=QUARTER)
    draft = entering.open_record(ws, form="sheet", key=sheet, quarter=QUARTER).draft
    assert (saved.revision, draft.raw("total")) == (3, None)
    assert draft.marks("total") == {"qualifier": "以上", "note": "园区报来"}
    assert (draft.text("words"), draft.rows("firms")) == ("第二版", ())
    assert entering.history(ws, sheet)[0].why == "改回"


def test_what_was_not_understood_comes_back_as_typed(ws: Workspace, sheet: str) -> None:
    bringing_back.field(ws, sheet, 1, "total", quarter=QUARTER)
    bringing_back.field(ws, sheet, 2, "total", quarter=QUARTER)
    assert entering.open_record(ws, form="sheet", key=sheet, quarter=QUARTER).draft.raw("total") == "约12a"


def test_a_cell_brings_its_row_back(ws: Workspace, sheet: str) -> None:
    path = changed(ws, sheet, "firms/")
    bringing_back.field(ws, sheet, 1, path, quarter=QUARTER)
    draft = entering.open_record(ws, form="sheet", key=sheet, quarter=QUARTER).draft
    assert draft.text(path) == "12"
    assert draft.raw("total") == "约12a"


def test_the_same_value_makes_no_revision(ws: Workspace, sheet: str) -> None:
    assert not bringing_back.field(ws, sheet, 2, "total", quarter=QUARTER).changed


def test_what_is_being_typed_is_not_overwritten(ws: Workspace, sheet: str) -> None:
    opened = entering.open_record(ws, form="sheet", key=sheet, quarter=QUARTER)
    opened.draft.type("words", "正在写")
    entering.autosave(ws, opened.draft)
    with pytest.raises(Trouble, match="还有没保存的内容"):
        bringing_back.field(ws, sheet, 1, "total", quarter=QUARTER)


def test_deleted_records_are_listed_until_they_are_back(ws: Workspace, sheet: str) -> None:
    entering.delete(ws, sheet, why="重复")
    assert [(hit.key, past.why) for hit, past in bringing_back.deleted(ws)] == [(sheet, "重复")]
    with pytest.raises(Trouble):
        bringing_back.field(ws, sheet, 1, "total", quarter=QUARTER)
    entering.restore(ws, sheet, quarter=QUARTER)
    assert bringing_back.deleted(ws) == []
