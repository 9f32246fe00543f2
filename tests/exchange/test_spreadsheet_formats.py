"""Number formats that show a figure in another unit: it is read as it is shown, with all its digits."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pairing_desktop.exchange import spreadsheet, spreadsheet_formats

SHOWN: list[tuple[float, str, object]] = [
    (12345678, '0!.0,"万元"', "12345678元"), (12345678, "0!.0,", 1234.5678), (12345678, '0"."0000', 1234.5678),
    (1234, '#,##0"元"', "1234元"), (1.5, '0.00"亿元"', "1.5亿元"), (12345678, "#,##0,", 12345.678),
    (12345678, "#,##0.0,,", 12.345678), (1234, '"约"0', "约1234"), (1234, "0万", "1234万"), (120, "0人", "120人"),
    (1234, '#,##0,"千元";-0', "1234元"),
]
PLAIN = ["General", "0.00", "#,##0.00_);[Red](#,##0.00)", "¥#,##0", "yyyy-mm-dd", 'yyyy"年"m"月"', "0%", "0.0E+00",
         "[DBNum1]General", '[>=10000]0!.0,"万元";0"元"', "@", '"第"0', "# ?/?"]


@pytest.mark.parametrize(("value", "code", "then"), SHOWN, ids=[code for _, code, _ in SHOWN])
def test_a_figure_is_what_its_format_shows(value: float, code: str, then: object) -> None:
    found = spreadsheet_formats.read(code)
    assert found is not None
    assert found.shown(value) == then


@pytest.mark.parametrize("code", PLAIN)
def test_other_formats_leave_the_figure(code: str) -> None:
    assert spreadsheet_formats.read(code) is None


def test_a_sheet_holds_its_figures_as_shown(tmp_path: Path) -> None:
    book = Workbook()
    page: Any = book.active
    for place, (value, code) in enumerate([(1.5, '0.00"亿元"'), (7, "0.00"), ("文", '0"元"')], start=1):
        page.cell(1, place, value).number_format = code
    book.save(tmp_path / "表.xlsx")
    found = spreadsheet.open_book(tmp_path / "表.xlsx")
    assert list(found.sheet(found.names[0]).rows[0]) == ["1.5亿元", 7, "文"]


@pytest.mark.parametrize(("code", "rate"), [
    ("0%", True), ("0.00%", True), ('0.0"率"%', True), ('0.00"%"', False), ("0\\%", False), ("0.00", False)])
def test_only_a_bare_sign_makes_a_figure_a_rate(code: str, rate: bool) -> None:
    assert spreadsheet_formats.is_rate(code) is rate
