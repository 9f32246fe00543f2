"""The findings of a check as a workbook, to hand round in the bureau."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import countersigning, writing

if TYPE_CHECKING:
    from pairing_desktop.formspec.rules import Finding

COLUMNS = (("级别", 8), ("表", 20), ("位置", 36), ("问题", 60), ("左值", 14), ("右值", 14), ("差额", 14),
           ("规则", 8), ("说明或特殊情况理由", 60))
EVERY = 200
"""Findings between two tellings of progress."""
LEVELS = {"error": "强制", "query": "核实"}


def write(findings: "Sequence[Finding]", form_title: Callable[[str], str], to: Path,
          progress: Progress = silent) -> Path:
    """Write one row a finding to the workbook ``to``; a file there is replaced once the new one is whole."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = "审核清单"
    sheet.append([title for title, _ in COLUMNS])
    for done, finding in enumerate(findings):
        left, right = countersigning.sides(finding)
        if done % EVERY == 0:
            progress("写审核清单", done, len(findings))
        sheet.append([
            LEVELS[finding.level], form_title(finding.form), finding.place, finding.message, left,
            right, finding.difference, finding.number, finding.explanation or finding.waiver,
        ])
    for number, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.number_format = "@"
            cell.data_type = "s" if cell.value else cell.data_type
            cell.font = Font(name="宋体", bold=cell.row == 1)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    progress("存盘", len(findings), len(findings))
    whole = BytesIO()
    book.save(whole)
    return writing.write(to, whole.getvalue(), endings=(".xlsx",))
