"""The self-evaluation report as a Word file that can be edited: its figures filled in, its words left to people.

python-docx, not docxtpl: the report's parts follow the indicator set, which is data, so a template with fixed places
would have to be remade for every set; and what is built from code can be read and tested.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import trouble
from pairing_desktop.formspec.indicators import YEARLY
from pairing_desktop.services import assessing, writing
from pairing_desktop.services.assessing_evidence import span
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

    from pairing_desktop.formspec.indicators import Term
    from pairing_desktop.services.assessing import Assessment, Line

BODY, HEAD, TITLE, TABLE_FACE = "仿宋", "黑体", "宋体", "宋体"
"""Faces of every office PC (GB/T 9704 asks for 仿宋 and 小标宋)."""
WIDTHS = (12, 48, 12, 14, 15, 19, 20, 16)
"""Millimetres of the table's columns: the 156 of the page."""
COLUMNS = ("编号", "三级指标", "性质", "单位", "权重", "目标值", "完成值", "得分")
PARTS = (("practices", "主要做法"), ("highlights", "亮点"), ("problems", "存在问题"), ("next_steps", "下步打算"))
SUGGESTED = "（取自{when}工作小结，供参考，请改写）"
WRITE_HERE = "（请填写）"


def write(ws: Workspace, year: int, to: Path, term: Term = "年度") -> Path:
    """Write the report of a year to a file. Trouble when it cannot be written, or is not named .docx."""
    if to.suffix.lower() != ".docx":
        raise trouble("assessing.not_docx", file=to.name)
    writing.must_spare(to)  # before it is written
    return writing.write(to, build(ws, assessing.look(ws, year, term)))


def build(ws: Workspace, found: Assessment) -> bytes:
    """Return the report's bytes."""
    import docx

    document = docx.Document()
    _page(document)
    _title(document, ws, found)
    _basics(document, found)
    _results(document, found)
    _missed(document, found)
    _words(document, ws, found)
    _end(document, ws)
    properties = document.core_properties
    properties.title = f"{span(ws, found.year, found.term)}自评报告"
    properties.author = ws.about.bureau or ws.about.county_name
    properties.created = properties.modified = ws.clock().replace(tzinfo=None)
    properties.comments = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Document) -> None:
    """Set A4 with the margins of a notice, and the body's face and size."""
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    _face(normal, BODY)
    _page_number(section)


def _face(styled: Any, face: str) -> None:  # noqa: ANN401  # a run or a style
    """Set a face for Chinese and for everything else."""
    from docx.oxml.ns import qn

    styled.font.name = face
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts() if hasattr(styled.element, "get_or_add_rPr") \
        else styled.element.rPr.rFonts
    for kind in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(kind), face)


def _page_number(section: Any) -> None:  # noqa: ANN401
    """Write — 1 — at the foot, the number counted by the word processor."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in ("— ", None, " —"):
        run = paragraph.add_run(part or "")
        run.font.size = Pt(14)
        _face(run, TITLE)
        if part is None:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            run._r.addnext(field)  # noqa: SLF001  # python-docx has no fields


def _paragraph(document: Document, text: str, *, face: str = BODY, size: float = 16, bold: bool = False,
               centred: bool = False, indent: bool = True, keep: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.line_spacing, form.space_after, form.space_before = Pt(28), Pt(0), Pt(0)
    form.keep_with_next = keep
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif indent:
        form.first_line_indent = Pt(2 * size)
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    _face(run, face)


def _heading(document: Document, text: str) -> None:
    _paragraph(document, text, face=HEAD, keep=True)


def _title(document: Document, ws: Workspace, found: Assessment) -> None:
    about = ws.about
    pair = f"{about.partner_name}—{about.county_name}" if about.partner_name else about.county_name
    if about.side == "I" and about.partner_name:
        pair = f"{about.county_name}—{about.partner_name}"
    _paragraph(document, f"{pair}联合体", face=TITLE, size=22, bold=True, centred=True)
    of = span(ws, found.year, found.term)
    _paragraph(document, f"{of}考核自评报告", face=TITLE, size=22, bold=True, centred=True)
    if about.sample:
        _paragraph(document, "（示例数据，不代表实际情况）", size=14, centred=True)
    _paragraph(document, "", indent=False)


def _basics(document: Document, found: Assessment) -> None:
    from pairing_desktop.formspec import period as periods

    _heading(document, "一、自评结果")
    note = "（示例，正式指标由省厅下发）" if found.example and "示例" not in found.indicator_set else ""
    _paragraph(document, f"按照{found.indicator_set}{note}，数据截至{periods.title(found.as_of)}，"
               f"共{len(found.lines)}项指标，权重合计{found.weight_total:f}分；指标自评得分{found.score_total:f}分，加分{found.bonus:f}分，"
               f"扣分{found.deduction:f}分，自评总分{found.total:f}分。")
    if found.grade:
        source = found.grades_source or "等次标准见指标体系"
        _paragraph(document, f"对照等次标准，自评等次为“{found.grade}”（{source}），最终等次以省厅公布为准。")


def _results(document: Document, found: Assessment) -> None:
    _heading(document, "二、指标完成情况")
    table = document.add_table(rows=1, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    _fill(table, 0, COLUMNS, head=True)
    for name, group in groupby(found.lines, key=lambda line: line.level1):
        merged = table.add_row()
        merged.cells[0].merge(merged.cells[-1])
        _fill(table, len(table.rows) - 1, (name,), head=True)
        for line in group:
            table.add_row()
            _fill(table, len(table.rows) - 1, _cells(line))
    table.add_row()
    total = ("合计", "", "", "", f"{found.weight_total:f}", "—", "—", f"{found.score_total:f}")
    _fill(table, len(table.rows) - 1, total)
    _set_widths(table)
    for name, group in groupby(found.lines, key=lambda line: line.level1):
        lines = list(group)
        good = [line for line in lines if line.score and not line.missed]
        open_ = sum(not line.score for line in lines)
        said = f"{name.partition('、')[2] or name}方面，{len(lines)}项指标中{len(good)}项得满分"
        said += f"（{open_}项待评）" if open_ else ""
        figures = [f"{line.label}{line.actual}{line.unit}" for line in lines if line.nature != "定性" and line.actual]
        _paragraph(document, said + (f"：{'，'.join(figures)}" if figures else "") + "。")


def _cells(line: Line) -> tuple[str, ...]:
    by_hand = line.nature == assessing.BY_HAND
    target, actual = (line.wanted, line.done) if by_hand else (line.target, line.actual)
    return (line.number, line.label, line.nature, line.unit or "—", line.weight, target or "—", actual or "待填",
            line.score or "待评")


def _fill(table: Table, at: int, texts: Sequence[str], *, head: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    cells = table.rows[at].cells
    for place, text in enumerate(texts):
        paragraph = cells[place].paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2.5)
        paragraph.paragraph_format.line_spacing = 1.1
        paragraph.paragraph_format.keep_with_next = head
        figure = place in (4, 5, 6, 7) and text[:1].isdigit()
        centred = (head and len(texts) > 1) or place in (0, 2, 3)
        paragraph.alignment = (WD_ALIGN_PARAGRAPH.RIGHT if figure and not head
                               else WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT)
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(10.5), head
        _face(run, TABLE_FACE)
    if head and len(texts) > 1:
        _repeat(table.rows[at])
    _whole(table.rows[at])


def _repeat(row: Any) -> None:  # noqa: ANN401
    """Repeat a head row on every page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  # python-docx has no property for it


def _whole(row: Any) -> None:  # noqa: ANN401
    """Never break a row over two pages."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def _set_widths(table: Table) -> None:
    from docx.shared import Mm

    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        if len({id(cell._tc) for cell in row.cells}) == len(WIDTHS):  # noqa: SLF001  # merged cells repeat
            for cell, width in zip(row.cells, WIDTHS, strict=True):
                cell.width = Mm(width)


def _missed(document: Document, found: Assessment) -> None:
    _heading(document, "三、未达标指标的原因和改进措施")
    if not found.missed:
        scored = all(line.score for line in found.lines)
        _paragraph(document, "各项指标均得满分。" if scored else "待各项指标评分后填写。")
    for line in found.missed:
        _paragraph(document, f"{line.number} {line.label}：权重{line.weight}分，自评{line.score}分。"
                   f"原因：{_ended(line.reason)}改进措施：{_ended(line.measures)}")


def _ended(text: str) -> str:
    """Return words as a sentence, or what asks for them."""
    return (text.rstrip("。") or WRITE_HERE) + "。"


def _words(document: Document, ws: Workspace, found: Assessment) -> None:
    """Write the year's quarterly words as suggestions, never as answers."""
    from pairing_desktop.formspec import period as periods

    numerals = "四五六七"
    sheets = _summaries(ws, [found.year] if found.term == YEARLY else
                        [year for year in sorted(ws.about.years) if year <= found.year])
    for place, (name, title) in enumerate(PARTS):
        _heading(document, f"{numerals[place]}、{title}")
        said = False
        for period, values in sheets:
            if values.get(name):
                said = True
                words = f"{values[name]}{SUGGESTED.format(when=periods.title(period))}"
                _paragraph(document, words, keep=name == PARTS[-1][0])
        if not said:
            _paragraph(document, WRITE_HERE)


def _summaries(ws: Workspace, years: Sequence[int]) -> list[tuple[str, dict[str, str]]]:
    if "quarter_summary" not in ws.catalogue:
        return []
    snapshot = Snapshot(ws, f"{years[-1]}Q4")
    found: Iterable[Any] = (e for year in years for number in (1, 2, 3, 4)
                            for e in snapshot.entries("quarter_summary", f"{year}Q{number}"))
    return [(e.period, dict(e.payload.get("values", {}))) for e in found]


def _end(document: Document, ws: Workspace) -> None:
    _paragraph(document, "", indent=False, keep=True)
    names = [name for name in (ws.about.bureau or ws.about.county_name, ws.about.partner_bureau or
                               ws.about.partner_name) if name]
    for name in names:
        _paragraph(document, f"{name}（盖章）", keep=True)
    _paragraph(document, "20　　年　　月　　日")
