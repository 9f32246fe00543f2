"""Days as counties' sheets have them: Excel's figure 3.10, no year, Chinese words; what is not certain is asked."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pairing_desktop.services import importing
from pairing_desktop.services.importing import Plan
from pairing_desktop.services.workspace import Workspace
from tests.outside_tools import Office
from tests.services import sheets

FORM, HEADS = "exchange_activity", ("活动名称", "类别", "开始日期", "举办地")
ASKED = "在表里是一个数，分不清是"


def written(path: Path, *cells: tuple[object, str], title: str = "") -> Path:
    """Write a sheet with one activity for each day, in its number format."""
    book = Workbook()
    page: Any = book.worksheets[0]
    if title:
        page.append([title])
    page.append(HEADS)
    for number, (value, shown) in enumerate(cells):
        page.append([f"培训{number}", "培训", value, "遂昌县"])
        page.cell(page.max_row, 3).number_format = shown
    book.save(path)
    return path


def begins(plan: Plan) -> list[str | None]:
    return [row.fate.payload["values"].get("start") for row in plan.rows]


@pytest.mark.parametrize(("value", "shown", "day"), [
    (3.1, "0.00", "2024-03-10"), (3.1, "0.00_ ", "2024-03-10"), (4.0999999999999996, "#,##0.00", "2024-04-10"),
    (3.31, "General", "2024-03-31"), (3.4, "General", "2024-03-04"), (2.3, "General", "2024-02-03"),
    (3.1, "General", None), (3.2, "0.0", None), (12.3, "General", None), (3.3, "0.000", None),
    (2023.1, "0.00", "2023-10-01"), (2023.1, "General", None), (2023.3, "0.00", "2023-03-01"),
])
def test_a_day_kept_as_a_figure_is_what_its_cell_shows(county_ws: Workspace, tmp_path: Path, value: float, shown: str,
                                                       day: str | None) -> None:
    _, plan = sheets.plan(county_ws, written(tmp_path / "表.xlsx", (value, shown)), FORM, quarter="2024Q2")
    assert begins(plan) == [day]
    assert plan.rows[0].fate.state == ("new" if day else "refused")
    assert any(ASKED in one.message for one in plan.findings) == (day is None and value < 100)


def test_the_question_names_both_days(county_ws: Workspace, tmp_path: Path) -> None:
    _, plan = sheets.plan(county_ws, written(tmp_path / "表.xlsx", (12.3, "General")), FORM, quarter="2024Q2")
    [said] = [one.message for one in plan.findings if one.field == "start"]
    assert said.startswith(f"“12.3”{ASKED} 12月3日还是 12月30日")


@pytest.mark.outside
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_what_a_cell_shows_is_known_in_other_kinds_of_workbooks(office: Office, tmp_path: Path, kind: str) -> None:
    made = written(tmp_path / "表.xlsx", (3.1, "0.00"), (3.1, "General"), (3.1, "0.0"), (3, "0.00"))
    book = importing.look(office.convert(kind, tmp_path, made)).book
    assert (1, 2) in book.sheet("Sheet").hundredths
    assert not {(2, 2), (3, 2)} & book.sheet("Sheet").hundredths


@pytest.mark.parametrize(("text", "day"), [
    ("3.31", "2023-03-31"), ("3月31日", "2023-03-31"), ("三月三十一日", "2023-03-31"),
    ("二〇二四年三月五日", "2024-03-05"), ("二○二四年十二月二十日", "2024-12-20"), ("三月", "2023-03-01"),
])
def test_a_day_without_a_year_is_in_the_titles_and_said(county_ws: Workspace, tmp_path: Path, text: str,
                                                        day: str) -> None:
    path = written(tmp_path / "表.xlsx", (text, "@"), title="2023年培训活动一览表")
    _, plan = sheets.plan(county_ws, path, FORM, quarter="2024Q2")
    assert begins(plan) == [day]
    told = "只到月" if text == "三月" else f"“{text}”按“{day}”"
    assert any(told in note for note in plan.notes) == ("年" not in text)


def test_without_a_title_it_is_in_the_year_that_is_imported(county_ws: Workspace, tmp_path: Path) -> None:
    _, plan = sheets.plan(county_ws, written(tmp_path / "表.xlsx", ("3.31", "@")), FORM, quarter="2024Q2")
    assert begins(plan) == ["2024-03-31"]
    assert "“开始日期”的“3.31”按“2024-03-31”读入" in plan.notes


@pytest.mark.parametrize(("text", "days"), [
    ("9月11日至15日", ("2023-09-11", "2023-09-15")), ("3月12日—15日", ("2023-03-12", "2023-03-15")),
    ("9.11-9.15", ("2023-09-11", "2023-09-15")),
])
def test_two_days_without_a_year(county_ws: Workspace, tmp_path: Path, text: str, days: tuple[str, str]) -> None:
    path = written(tmp_path / "表.xlsx", (text, "@"), title="2023年培训活动一览表")
    _, plan = sheets.plan(county_ws, path, FORM, quarter="2024Q2")
    [row] = plan.rows
    assert tuple(row.fate.payload["values"].get(name) for name in ("start", "end")) == days
    assert any(f"“{text}”按“{' 至 '.join(days)}”" in note for note in plan.notes)
