"""Computed sheets evaluated over a quarter's records: every figure with the records behind it.

Needs nothing but the records themselves, so that a packet's sheets can be worked out again from its data alone.
"""

from collections.abc import Iterator, Sequence
from decimal import localcontext

from pairing_desktop.formspec import summary_lines
from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.functions import CONTEXT
from pairing_desktop.formspec.natures import ACTUAL
from pairing_desktop.formspec.summary import Item
from pairing_desktop.formspec.summary_compiling import BlockCode, Counted, SheetCode
from pairing_desktop.formspec.summary_figures import DASH, drawn, figure_field
from pairing_desktop.formspec.summary_records import Records
from pairing_desktop.formspec.summary_shown import Behind, Computed, Head, Line, Part, Shown

__all__ = ["Behind", "Computed", "Head", "Line", "Part", "Records", "Shown", "compute"]

LABEL_COLUMNS = (("指标名称", 0), ("计量单位", 18), ("代码", 12), ("数据性质", 20))


def compute(code: SheetCode, records: Records) -> Computed:
    """Work a sheet out."""
    with localcontext(CONTEXT):
        parts = tuple(_part(block, records) for block in code.blocks)
    remarks = [text for part in parts for text in _left_out(part)]
    return Computed(code.sheet, parts, tuple(dict.fromkeys(remarks)))


def _left_out(part: Part) -> Iterator[str]:
    """Yield what was not added up, in words."""
    for line in part.lines:
        for head, shown in zip(part.heads, line.cells, strict=False):
            if shown.left_out:
                name = line.cells[0].text if part.statistical else f"{line.cells[0].text}“{head.title}”"
                texts = "、".join(f"{b.label} {b.text}" for b in shown.left_out[:5])
                yield f"{name}：另有 {len(shown.left_out)} 项性质不同，未计入（{texts}）"


def _part(code: BlockCode, records: Records) -> Part:
    block = code.block
    if block.items:
        heads = tuple(Head(title, title, width=width, align="left" if not width else "centre")
                      for title, width in LABEL_COLUMNS)
        own = tuple(Head(c.id, c.title, c.unit, c.width, "right") for c in block.columns)
        lines = tuple(_item_lines(code, records))
        funnel = tuple(_funnel(code, lines)) if block.picture == "funnel" else ()
        return Part(block.id, block.title, heads + own, lines, block.empty, statistical=True, funnel=funnel)
    heads = tuple(Head(c.column.id, c.column.title, c.column.unit, c.column.width, summary_lines.side(c))
                  for c in code.columns)
    lines = tuple(summary_lines.lines(code, records))
    return Part(block.id, block.title, heads, lines, block.empty)


# Fixed items


def _item_lines(code: BlockCode, records: Records) -> Iterator[Line]:
    for number, (item, figures) in enumerate(code.items, start=1):
        if item.group:
            yield Line(f"{number:02}g", "group", (Shown(item.group),))
        by_column: dict[str, Shown] = {}
        for column, counted in figures:
            by_column[column] = drawn(counted, records, _format(item, counted))
        values = tuple(by_column.get(c.id, Shown(DASH, align="right")) for c in code.block.columns)
        label = f"其中：{item.label}" if item.indent and not item.label.startswith("其中") else item.label
        counts = all(counted.value is None or counted.distinct for _, counted in figures)
        words = (Shown(label, indent=item.indent), Shown(item.unit, align="centre"),
                 Shown(f"{number:02}", align="centre"),
                 Shown(item.nature or (DASH if counts else ACTUAL), align="centre"))
        yield Line(f"{number:02}", "plain", words + values)


def _format(item: Item, counted: Counted) -> Field:
    whole = counted.value is None or counted.distinct
    return figure_field(item.label, item.unit, -1 if whole else item.scale)


def _funnel(code: BlockCode, lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
    plain = [line for line in lines if line.kind == "plain"]
    for (item, _), line in zip(code.items, plain, strict=True):
        held = line.cells[-1].held
        if not item.indent and isinstance(held, int):
            yield item.label, held
