"""A computed sheet as a document: its tables, what was left out of sums, its notes."""

from collections.abc import Iterator

from pairing_desktop.documents.model import Block, Cell, Column, Document, Drawing, Funnel, Heading, Row, Table, Text
from pairing_desktop.documents.sheet import text_millimetres
from pairing_desktop.documents.surrounds import foot, section_heading
from pairing_desktop.documents.views import LayoutContext
from pairing_desktop.documents.widths import fitted
from pairing_desktop.formspec import period as periods
from pairing_desktop.formspec.summary_values import Computed, Head, Line, Part, Shown

PREFIX = "summary_"
PLAIN_WIDTH = 20


def document(computed: Computed, context: LayoutContext) -> Document:
    """Lay a computed sheet out; nobody stamps it, so that it has no code."""
    sheet = computed.sheet
    unit = f"计量单位：{sheet.unit}" if sheet.unit else ""
    period = periods.title(context.period)
    return Document(
        form=PREFIX + sheet.id, title=sheet.title, blocks=tuple(_blocks(computed)), landscape=sheet.landscape,
        head_left=f"填报单位（盖章）：{context.bureau}", head_centre=period, head_right=unit,
        continued=period, foot=foot(context), notes=(*sheet.notes, *computed.remarks),
        footer_note=f"{context.county_name} {period} 第{context.submission}次报送 · {sheet.title}",
    )


def figures(computed: Computed) -> Iterator[tuple[str, Shown]]:
    """Yield (path, cell) of every figure as the document names it."""
    for part in computed.parts:
        for line in part.lines:
            for head, shown in zip(part.heads, line.cells, strict=False):
                if shown.figure:
                    yield _path(computed, part, line, head), shown


def _path(computed: Computed, part: Part, line: Line, head: Head) -> str:
    return f"{PREFIX}{computed.sheet.id}/{part.id}/{line.id}/{head.id}"


def _blocks(computed: Computed) -> Iterator[Block]:
    several = len(computed.parts) > 1
    for number, part in enumerate(computed.parts, start=1):
        if several:
            yield section_heading(number, part.title)
        if part.lines:
            yield _table(computed, part, look="statistical" if part.statistical and not several else "roster")
        else:
            yield Text(text=part.empty or "无")
        if any(count for _, count in part.funnel):
            yield Heading(text="")
            yield Drawing(picture=Funnel(stages=tuple((n, float(c)) for n, c in part.funnel)), height=46.0)


def _table(computed: Computed, part: Part, *, look: str) -> Table:
    total = text_millimetres(landscape=computed.sheet.landscape)
    wishes = [float(head.width or (0 if part.statistical else PLAIN_WIDTH)) for head in part.heads]
    if part.statistical:
        wishes[0] = total - sum(wishes)
    titles = tuple(Cell(text=_title(h), align="centre", strong=True) for h in part.heads)
    return Table(
        columns=tuple(Column(width=w, qualifier=h.align == "right")
                      for w, h in zip(fitted(wishes, total), part.heads, strict=True)),
        head=(Row(titles),), rows=tuple(_row(computed, part, line) for line in part.lines),
        look=look,  # type: ignore[arg-type]  # one of two words above
    )


def _title(head: Head) -> str:
    return f"{head.title}\n（{head.unit}）" if head.unit else head.title


def _row(computed: Computed, part: Part, line: Line) -> Row:
    if line.kind == "group":
        return Row((Cell(text=line.cells[0].text, columns=len(part.heads), strong=True),), "group")
    strong = line.kind == "total"
    cells = tuple(
        Cell(text=shown.text, value=shown.held, number_format=shown.number_format, align=shown.align,
             computed=shown.figure, indent=shown.indent, strong=strong, qualifier=shown.qualifier,
             path=_path(computed, part, line, head) if shown.figure else "")
        for head, shown in zip(part.heads, line.cells, strict=True)
    )
    return Row(cells, "total" if strong else "plain")
