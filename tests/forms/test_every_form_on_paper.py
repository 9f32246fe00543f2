"""Every shipped form, filled with the sample and empty: nothing left out, nothing beyond the margins, room to write.

The drawn pages are read again by PDFium and the workbooks by openpyxl, as a reader would meet them.
"""

import math
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from pairing_desktop import cli, paths
from pairing_desktop.documents.printing import label_of
from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import agreement_workbook
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.services import entering, form_printing, workspace
from pairing_desktop.services.form_printing import Wanted
from pairing_desktop.services.workspace import Workspace
from tests import shipped
from tests.outside_tools import Office

QUARTER = "2024Q2"
NOW = datetime(2024, 7, 11, 8, tzinfo=UTC)
FORMS = shipped.forms()
MM = 72 / 25.4
NO_SAMPLE = {"assessment"}
"""Filled by the year; ``tests/documents`` prints it with values of every type."""
PAGES = {
    "bureau": (1, 1), "pairing": (1, 2), "enterprise": (7, 2), "diagnosis": (2, 3), "lean_project": (2, 2),
    "lean_progress": (1, 2), "park": (2, 2), "park_progress": (3, 3), "cooperation_project": (2, 2),
    "cooperation_progress": (2, 2), "chain_link": (1, 2), "investment_lead": (1, 2), "digital_service": (1, 1),
    "factor_exchange": (1, 1), "exchange_activity": (1, 2), "financing": (1, 2), "fund_use": (2, 2),
    "county_indicators": (1, 1), "quarter_summary": (1, 1), "assessment": (0, 4),
}
"""Pages of one record (a roster of all), and of the empty form: looked at when they were written down."""


@pytest.fixture(scope="module")
def ws(sample_file: Path) -> Iterator[Workspace]:
    with workspace.open_workspace(sample_file, write=False, who="科员", now=NOW, clock=lambda: NOW) as opened:
        yield opened


def wanted(ws: Workspace, form: Form, *, blank: bool) -> Wanted:
    """Return an empty form, a roster of all records, or a card of the first."""
    lines = entering.list_records(ws, form.id, quarter=QUARTER).lines
    one = lines[0].key if lines and form.print.layout != "roster" and not blank else ""
    return Wanted(form=form.id, quarter=QUARTER, record=one, blank=blank)


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("\ufffe", "")


def labels(form: Form, *, blank: bool) -> Iterator[str]:
    """Yield what must be printed: every field, and of tables every column that is not a detail (a unit may follow)."""
    totals = {f.id for f in form.fields if f.compute.startswith("sum(")}
    titles = {c.field: c.title for c in form.print.columns if c.title}
    for field in form.fields:
        if field.quarter_of or field.id in totals or (field.private and blank):
            continue
        if field.type == "table":
            yield from (squeezed(label_of(c)).rstrip("）") for c in field.columns if not c.detail and not c.private)
        elif form.print.layout != "roster" or field.id in titles or blank:
            own = field.label if field.indent > 1 and form.print.layout == "card" else label_of(field)
            yield squeezed(titles.get(field.id, own)).rstrip("）")


def outside(pdf: pypdfium2.PdfDocument) -> list[tuple[int, str]]:
    """Return words that stand beyond a page's margins: (page, words)."""
    found = []
    for number, page in enumerate(pdf, 1):
        width, height = page.get_size()
        lies = width > height
        left, right, top, bottom = (15, 15, 25, 7) if lies else (25, 15, 20, 7)
        text = page.get_textpage()
        for n in range(text.count_rects()):
            x0, y0, x1, y1 = text.get_rect(n)
            hang = 2 * MM  # a closing mark may hang by its blank half
            inside = x0 >= left * MM - 1 and x1 <= width - right * MM + hang and y1 <= height - top * MM + 2
            if not (inside and y0 >= bottom * MM):
                found.append((number, text.get_text_bounded(x0, y0, x1, y1)))
    return found


@pytest.mark.parametrize("blank", [False, True], ids=["filled", "blank"])
@pytest.mark.parametrize("form", FORMS.forms, ids=lambda form: form.id)
def test_a_form_on_paper(ws: Workspace, form: Form, blank: bool) -> None:
    if form.id in NO_SAMPLE and not blank:
        with pytest.raises(Trouble, match="还没有记录"):
            form_printing.drawn(ws, wanted(ws, form, blank=False), "pdf")
        return
    pdf = pypdfium2.PdfDocument(form_printing.drawn(ws, wanted(ws, form, blank=blank), "pdf"))
    whole = squeezed("".join(page.get_textpage().get_text_range() for page in pdf))
    assert len(pdf) == PAGES[form.id][blank]
    assert outside(pdf) == []
    pdf.close()
    assert [label for label in labels(form, blank=blank) if label not in whole] == []
    whose = "评价对象" if form.id in NO_SAMPLE else "填报单位"
    whose = form.print.about if form.subject and form.print.stamped else whose
    for words in (form.title, f"附件{form.head.annex}", whose, "单位负责人：", "填表人：", "说明", "第1页共"):
        assert squeezed(words) in whole, words
    if form.print.stamped:
        assert "盖章" in whole
        assert ("表码" in whole) is not blank, "an empty form has no data that a code could stand for"
    if blank:
        assert "待补" in "".join(form.notes) or "待补" not in whole
        assert "示例一" not in whole


@pytest.mark.parametrize("form", [f for f in FORMS.forms if f.id not in NO_SAMPLE], ids=lambda form: form.id)
def test_an_empty_form_has_room_to_write(ws: Workspace, form: Form) -> None:
    data = form_printing.drawn(ws, wanted(ws, form, blank=True), "xlsx")
    book = openpyxl.load_workbook(BytesIO(data))
    unlocked = sum(not cell.protection.locked and cell.value in (None, "")
                   for sheet in book for row in sheet.iter_rows() for cell in row if cell.has_style)
    asked = sum((f.blank_rows or max(6, len(f.rows))) * sum(not c.compute for c in f.columns) if f.type == "table"
                else not f.compute for f in form.fields if not f.private)
    assert unlocked >= asked * (form.print.blank_rows or 12 if form.print.layout == "roster" else 1) * 0.8
    for sheet in book:
        assert sheet.protection.sheet
        assert sheet.print_area
    text = squeezed("".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value))
    assert [label for label in labels(form, blank=True) if label not in text] == []
    assert list(agreement_workbook.cut_off(data)) == []


def test_a_card_names_the_firms_code(ws: Workspace) -> None:
    for form in ("diagnosis", "lean_project"):
        record = wanted(ws, FORMS.form(form), blank=False)
        book = openpyxl.load_workbook(BytesIO(form_printing.drawn(ws, record, "xlsx")))
        cells = [str(c.value) for row in book.worksheets[0].iter_rows() for c in row if c.value]
        code = cells[cells.index("统一社会信用代码") + 1]
        assert code == "待补" or len(code) == 18


def test_a_lean_project_parts_before_its_confirmation(ws: Workspace) -> None:
    """A project and its figures stand on the first page, what the firm confirms and all seals on the second."""
    pdf = pypdfium2.PdfDocument(form_printing.drawn(ws, wanted(ws, FORMS.form("lean_project"), blank=False), "pdf"))
    later = squeezed(pdf[1].get_textpage().get_text_range()).removeprefix("精益管理标杆建设项目表（续）")
    pdf.close()
    assert "四、效益、企业确认与验收" in later
    assert later.index("四、") < later.index("年增效益")
    assert "成效类别" not in later


def test_firms_are_counted_as_a_clerk_counts_them(ws: Workspace) -> None:
    book = openpyxl.load_workbook(BytesIO(form_printing.drawn(ws, Wanted(form="enterprise", quarter=QUARTER), "xlsx")))
    assert "共60家" in {c.value for row in book.worksheets[0].iter_rows(max_row=4) for c in row}


def test_a_computed_sheet_is_printed_the_same_way(ws: Workspace) -> None:
    pdf = pypdfium2.PdfDocument(form_printing.drawn(ws, Wanted(form="funnel", quarter=QUARTER), "pdf"))
    whole = squeezed("".join(page.get_textpage().get_text_range() for page in pdf))
    assert outside(pdf) == []
    pdf.close()
    assert "企业诊断与标杆建设汇总表" in whole
    with pytest.raises(Trouble, match="由程序汇总"):
        form_printing.drawn(ws, Wanted(form="funnel", quarter=QUARTER, blank=True), "pdf")


def test_printing_twice_gives_the_same_bytes(ws: Workspace) -> None:
    for kind in form_printing.KINDS.values():
        record = Wanted(form="park_progress", quarter=QUARTER)
        assert form_printing.drawn(ws, record, kind) == form_printing.drawn(ws, record, kind)


@pytest.mark.parametrize("name", ["诊断.pdf", "诊断.XLSX"])
def test_the_command_writes_what_the_ending_asks_for(sample_file: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    words = ["report", str(sample_file), "--quarter", QUARTER, "--form", "lean_project", "--record", "双彩",
             "--out", str(out)]
    assert cli.run(words) == 0
    assert out.read_bytes()[:4] == (b"%PDF" if name.endswith("pdf") else b"PK\x03\x04")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("words", "said"), [
    (["--form", "nothing", "--out", "a.pdf"], "没有编号为 nothing 的表"),
    (["--form", "bureau", "--out", "a.doc"], "a.doc 的扩展名既不是 .pdf 也不是 .xlsx"),
    (["--form", "diagnosis", "--record", "没有的企业", "--out", "a.pdf"], "没有叫 没有的企业 的记录"),
    (["--form", "assessment", "--out", "a.pdf"], "还没有记录"),
    (["--form", "bureau", "--blank", "--record", "1", "--out", "a.pdf"], "--blank 不能与 --record 同用"),
    (["--form", "bureau", "--out", "没有这个文件夹/a.pdf"], "不存在"),
    (["--form", "bureau", "--out", "folder.pdf"], "那里有名为 folder.pdf 的文件夹"),
], ids=lambda part: part[1] if isinstance(part, list) else "")
def test_what_cannot_be_printed_is_said(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    (tmp_path / "folder.pdf").mkdir()
    place = words.index("--out") + 1
    words = [*words[:place], str(tmp_path / words[place])]
    assert cli.run(["report", str(sample_file), "--quarter", QUARTER, *words]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["folder.pdf"]


def test_a_quarter_that_is_none_is_said(sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.pdf"
    assert cli.run(["report", str(sample_file), "--quarter", "2024Q5", "--form", "bureau", "--out", str(out)]) == 2
    assert "没有 2024Q5 这个季度" in capsys.readouterr().err
    assert not out.exists()


def test_a_failed_write_leaves_the_old_file(
    sample_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a.pdf"
    out.write_bytes(b"old")
    broken = tmp_path / "broken.pairing"
    shutil.copyfile(sample_file, broken)
    broken.write_bytes(broken.read_bytes()[:5000])
    assert cli.run(["report", str(broken), "--quarter", QUARTER, "--form", "bureau", "--out", str(out)]) == 2
    assert capsys.readouterr().err
    assert out.read_bytes() == b"old"


def test_every_number_in_a_column_fits(ws: Workspace) -> None:
    """No figure of the sample is broken over two lines: read as words they are whole."""
    pdf = pypdfium2.PdfDocument(form_printing.drawn(ws, Wanted(form="park_progress", quarter=QUARTER), "pdf"))
    words = "".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    assert all(figure in words for figure in ("12,480.00", "48,930.00", "35,905.50"))
    assert math.isclose(sum(float(f.replace(",", "")) for f in ("2,380.00", "4,789.50")), 7169.5)


def test_choices_to_tick_are_printed_empty(ws: Workspace) -> None:
    field: Field = FORMS.form("diagnosis").by_id["stage"]
    pdf = pypdfium2.PdfDocument(form_printing.drawn(ws, wanted(ws, FORMS.form("diagnosis"), blank=True), "pdf"))
    whole = "".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    assert all(f"□{choice.label}" in whole for choice in field.choices)
    assert "√" not in whole


FACES = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<alias binding="same"><family>宋体</family><prefer><family>Noto Sans SC</family></prefer></alias>
<alias binding="same"><family>黑体</family><prefer><family>Noto Sans SC Medium</family></prefer></alias></fontconfig>"""


@pytest.mark.outside
def test_libreoffice_prints_the_workbooks_on_as_many_pages(ws: Workspace, office: Office, tmp_path: Path) -> None:
    """The bundled faces stand in for 宋体 and 黑体, which only an office's PC has."""
    (tmp_path / "fonts.conf").write_text(
        FACES.format(fonts=paths.resource("fonts"), cache=tmp_path / "faces"), encoding="utf-8")
    chosen = [(FORMS.form(name), blank) for blank in (False, True)
              for name in ("park_progress", "lean_project", "pairing", "fund_use", "investment_lead")]
    for form, blank in chosen:
        file = tmp_path / f"{form.id}-{blank}.xlsx"
        file.write_bytes(form_printing.drawn(ws, wanted(ws, form, blank=blank), "xlsx"))
    office.convert("pdf", tmp_path, *sorted(tmp_path.glob("*.xlsx")), FONTCONFIG_FILE=str(tmp_path / "fonts.conf"))
    for form, blank in chosen:
        printed = pypdfium2.PdfDocument(tmp_path / f"{form.id}-{blank}.pdf")
        whole = squeezed("".join(page.get_textpage().get_text_range() for page in printed))
        assert len(printed) == PAGES[form.id][blank], (form.id, blank)
        assert not any(squeezed(page.get_textpage().get_text_range()).startswith("表码") for page in printed)
        printed.close()
        assert [label for label in labels(form, blank=blank) if label not in whole] == []
