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
         "[DBNum1]General", "[>=10000]0;[<0]-0;0", "[=1]是;[=0]否;0", "@", '"第"0', "# ?/?"]


@pytest.mark.parametrize(("value", "code", "then"), SHOWN, ids=[code for _, code, _ in SHOWN])
def test_a_figure_is_what_its_format_shows(value: float, code: str, then: object) -> None:
    found = spreadsheet_formats.read(code)
    assert found is not None
    assert found.shown(value) == then


@pytest.mark.parametrize(("value", "code", "then"), [
    (123456, '[>=10000]0!.0,"万元";0"元"', "123456元"), (9999, '[>=10000]0!.0,"万元";0"元"', "9999元"),
    (123456, '[>=10000]0!.0,"万";0', "12.3456万"), (9999, '[>=10000]0!.0,"万";0', 9999),
    (123456789, '[>100000000]0.00,,"百万";[>10000]0!.0,"万";0', "123.456789百万"),
    (123456, '[Red][>100000000]0.00,,"百万";[>10000]0!.0,"万";0', "12.3456万"),
    (-5000, '[>=10000]0!.0,"万";-0"元";0', "-5000元"), (10000, '[<=10000]0"元";0!.0,"万"', "10000元"),
])
def test_a_format_by_size_makes_of_a_figure_what_it_shows_for_its_size(value: float, code: str, then: object) -> None:
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


@pytest.mark.parametrize(("text", "value", "then"), [
    ("1.25亿", 1.25, "1.25亿"), ("12,000.00元", 12000, "12000元"), ("1,235千元", 1234567, "1234567元"),
    ("1234.6万元", 12345678, "12345678元"), ("12,346", 12345678, 12345.678), ("约12万元", 12, "约12万元"),
    ("-12.3万", -123456, "-12.3456万"), ("12户", 12, "12户"), ("0万元", 0.3, "0.3万元"),
])
def test_a_figure_is_what_its_cell_shows(text: str, value: float, then: object) -> None:
    found = spreadsheet_formats.of_shown(text, value)
    assert found is not None
    assert found.shown(value) == then


@pytest.mark.parametrize(("text", "value"), [
    ("1,234.50 ", 1234.5), ("(5.00)", -5), ("¥1,234.50", 1234.5), ("1.23E+03", 1234), ("13", 12.6), ("1 1/2", 1.5),
    ("12.50%", 12.5), ("138-0000-0000", 13800000000), ("001234", 1234), ("-", 0), ("", 3), ("0.1235", 0.12345),
    ("0.00", 0.001)])
def test_a_cell_that_shows_its_figure_leaves_it(text: str, value: float) -> None:
    assert spreadsheet_formats.of_shown(text, value) is None


@pytest.mark.parametrize(("text", "value", "then"), [
    ("12345!.7万元", 12345678, "12345!.7万元（存的是12345678）"), ("50", 0.5, "50（存的是0.5）")])
def test_what_comes_of_no_figure_is_said_with_both(text: str, value: float, then: str) -> None:
    found = spreadsheet_formats.of_shown(text, value)
    assert found is not None
    assert found.shown(value) == then


@pytest.mark.parametrize(("code", "rate"), [
    ("0%", True), ("0.00%", True), ('0.0"率"%', True), ('0.00"%"', False), ("0\\%", False), ("0.00", False)])
def test_only_a_bare_sign_makes_a_figure_a_rate(code: str, rate: bool) -> None:
    assert spreadsheet_formats.is_rate(code) is rate
