"""A figure on a form is never cut: neither the one typed in nor those of the quarters before it."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("PySide6")

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from pairing_desktop.services import entering
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.field_row import FieldRow
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.record_form import RecordForm
from tests.ui.conftest import QUARTER, enter

pytestmark = pytest.mark.gui

PANES = ((820, 560), (400, 250))
"""What the window leaves to the form on a screen of 1366×768, and at 200 % of it."""

LONG = "1234567.89"
"""Shown 1,234,567.89: 12 characters."""


def filled(ws: Workspace, form: str, subject: str) -> entering.OpenRecord:
    opened = entering.open_record(ws, form=form, quarter=QUARTER, subject=subject)
    for field in opened.draft.form.fields:
        if field.is_number and not field.computed:
            opened.draft.type(field.id, LONG)
    return opened


def made(qtbot: Any, entry: Entry) -> RecordForm:
    """Return a form with all its fields, not shown yet."""
    record = RecordForm(entry)
    qtbot.addWidget(record)
    for section in record.sections:
        section.fill()
    return record


def rows(record: RecordForm) -> Iterator[FieldRow]:
    return (row for section in record.sections for row in section.rows if row.field.is_number)


def assert_whole(record: RecordForm, form: str) -> int:
    """Look at every number of a form as it is laid out; return how many there are."""
    edge, seen = record.area.viewport().width(), 0
    for row in rows(record):
        where, box, label = f"{form}.{row.path} at {record.width()}", row.input, row._earlier
        assert isinstance(box, LineInput)
        assert box.width() >= box.least_width(), where
        assert row.mapTo(record.area.widget(), QPoint(row.width(), 0)).x() <= edge, where
        if label is not None and label.text():
            assert "…" not in label.text(), where
            assert label.sizeHint().width() <= label.width(), where
            assert label.geometry().right() < row.width(), where
        seen += 1
    return seen


def test_no_figure_of_twelve_characters_is_cut(qtbot: Any, ws: Workspace, theme: object) -> None:
    subjects = {"": "", "park": enter(ws, "park", name="示例园区"),
                "lean_project": entering.list_records(ws, "lean_project", quarter=QUARTER).lines[0].key}
    seen = 0
    for form in ws.catalogue.forms:
        if form.subject not in subjects or not any(field.is_number for field in form.fields):
            continue
        opened = filled(ws, form.id, subjects[form.subject])
        if form.kind == "quarterly":
            before = filled(ws, form.id, subjects[form.subject]).draft
            opened = replace(opened, previous=before, year_ago=before)
        record = made(qtbot, Entry(ws, opened, QUARTER))
        for pane in PANES:
            record.resize(*pane)
            record.show()
            QApplication.processEvents()  # the columns, then the bar at the side, then the rows
            qtbot.waitUntil(lambda area=record.area: area.widget().width() <= area.viewport().width())
            QApplication.processEvents()
            seen += assert_whole(record, form.id)
    assert seen > 40


def words(record: RecordForm) -> Iterator[FieldRow]:
    return (row for section in record.sections for row in section.rows
            if isinstance(row.input, LineInput) and not row.field.is_number)


@pytest.mark.parametrize("pane", PANES)
def test_words_are_whole_beside_last_quarter(qtbot: Any, ws: Workspace, theme: object, pane: tuple[int, int]) -> None:
    """Code, park, industry and bureau are whole beside 同上期; what has no room in a column has a row."""
    park = "南湖遂昌竹产业共富产业园示例"
    enter(ws, "park", name=park)
    said = {"enterprise": {"credit_code": "91350100M000100Y43", "park": park, "industry": "C20"},
            "pairing": {"industrial_bureau": "南湖区经信商务局", "mountain_bureau": "遂昌县经济主管部门（示例）",
                        "basis": "山海协作旧缘、产业链互补"}}
    for form, typed in said.items():
        opened = entering.open_record(ws, form=form, quarter=QUARTER)
        for name, text in typed.items():
            opened.draft.type(name, text)
        entry = Entry(ws, replace(opened, previous=opened.draft), QUARTER)
        record = made(qtbot, entry)
        record.resize(*pane)
        record.show()
        qtbot.waitUntil(lambda area=record.area: area.widget().width() <= area.viewport().width())
        QApplication.processEvents()
        QApplication.processEvents()
        for row in words(record):
            box, where = row.input, f"{form}.{row.path}"
            assert isinstance(box, LineInput)
            room = row.width() - row._name.width()
            assert box.width() >= min(box.least_width(), room), where
            assert pane is PANES[1] or box.least_width() <= room, where


def test_a_text_that_grows_gets_a_row_of_its_own(qtbot: Any, ws: Workspace, theme: object) -> None:
    opened = entering.open_record(ws, form="enterprise", quarter=QUARTER)
    entry = Entry(ws, opened, QUARTER)
    record = made(qtbot, entry)
    record.resize(*PANES[0])
    record.show()
    QApplication.processEvents()
    section, row = next((s, r) for s in record.sections for r in s.rows if r.path == "industry_name")
    assert "industry_name" not in section._alone
    entry.type("industry_name", "其他未列明的竹藤棕草等制品的制造与加工业")
    record.refresh(frozenset({"industry_name"}))
    QApplication.processEvents()
    assert "industry_name" in section._alone
    assert row.input.width() >= row.needs()


@pytest.mark.parametrize(("form", "path", "text"), [
    ("enterprise", "industry_name", "其他未列明的竹藤棕草等制品的制造与加工业"),
    ("lean_project", "consultant", "一家名字很长的企业管理咨询与数字化服务机构"),
    ("diagnosis", "batch", "二〇二三年第一批补充名单所列的企业之二"),
])
def test_a_long_text_moves_no_other_field_to_another_column(qtbot: Any, ws: Workspace, theme: object, form: str,
                                                            path: str, text: str) -> None:
    _record, before = columns_of(qtbot, ws, form, {})
    assert before[path] in {0, 1}
    long, after = columns_of(qtbot, ws, form, {path: text})
    assert next(row for section in long.sections for row in section.rows if row.path == path)._alone
    assert {name: place for name, place in after.items() if name != path} == {
        name: place for name, place in before.items() if name != path}


def columns_of(qtbot: Any, ws: Workspace, form: str, typed: dict[str, str]) -> tuple[RecordForm, dict[str, int]]:
    """Return a form in a narrow pane, and in which column each of its fields begins."""
    opened = entering.open_record(ws, form=form, quarter=QUARTER)
    for name, words in typed.items():
        opened.draft.type(name, words)
    record = made(qtbot, Entry(ws, opened, QUARTER))
    record.resize(*PANES[0])
    record.show()
    QApplication.processEvents()
    QApplication.processEvents()
    fields = [row for section in record.sections for row in section.rows]
    return record, {row.path: int(row.x() > record.width() // 3) for row in fields}


def test_earlier_figures_stay_where_they_are_when_one_types(qtbot: Any, ws: Workspace, theme: object) -> None:
    """What was last quarter's figure says how much room this one will take."""
    park = enter(ws, "park", name="示例园区")
    opened = entering.open_record(ws, form="park_progress", quarter=QUARTER, subject=park)
    entry = Entry(ws, replace(opened, previous=filled(ws, "park_progress", park).draft), QUARTER)
    record = made(qtbot, entry)
    record.resize(820, 560)
    record.grab()
    before = {row.path: row._under for row in rows(record) if not row.field.computed}
    assert any(before.values())
    for path in before:
        entry.type(path, LONG)
    record.refresh()
    record.grab()
    assert {row.path: row._under for row in rows(record) if not row.field.computed} == before


@pytest.mark.parametrize("pane", [*PANES, (1200, 700)])
def test_a_section_has_one_edge(qtbot: Any, ws: Workspace, theme: object, pane: tuple[int, int]) -> None:
    """Earlier figures stand under all fields of a section or beside all, whichever of them has both quarters."""
    park = enter(ws, "park", name="示例园区")
    opened = entering.open_record(ws, form="park_progress", quarter=QUARTER, subject=park)
    before, year = (filled(ws, "park_progress", park).draft for _ in range(2))
    for path in ("land_planned", "infra"):
        year.type(path, "")
    entry = Entry(ws, replace(opened, previous=before, year_ago=year), QUARTER)
    record = made(qtbot, entry)
    record.resize(*pane)
    record.show()
    qtbot.waitUntil(lambda: record.area.widget().width() <= record.area.viewport().width())
    record.grab()
    for section in record.sections:
        edges = {(row.x(), row.input.geometry().right(), row._under)
                 for row in section.rows if row.shares and row.field.is_number and row.path not in section._alone}
        assert len(edges) <= section._columns, section.section.id
