"""The first page of a joint part (会签件): whose sheets these are, which, and what the signatures stand for."""

from collections.abc import Sequence
from datetime import datetime

from pairing_desktop.documents.cover import groups_of_four
from pairing_desktop.documents.model import (
    Block,
    CardRow,
    CardRows,
    Cell,
    Column,
    Document,
    Pair,
    Row,
    StampCell,
    StampRow,
    Table,
)
from pairing_desktop.documents.surrounds import section_heading

WIDTHS = (12.0, 66.0, 16.0, 76.0)
NOTES = (
    "本件由两县（市、区）共同核对。对方可在程序里逐项确认，或对某一项提出异议。",
    "两县（市、区）单位负责人用各自的密钥会签，签名在文件里，不在纸上；需要盖章的另附盖章页扫描件。",
    "会签以后内容有改动的，须重新核对、会签；没有改动的，下次报送继续有效。",
)


def joint_cover(*, title: str, county: str, partner: str, bureau: str, period: str, made: datetime,
                lines: Sequence[tuple[str, Sequence[str]]], digest: str) -> Document:
    """Lay out the cover. ``lines``: each form with the names of its records; ``digest`` over all records."""
    facts = (
        ("填报县", county), ("会签县", partner), ("填报单位", bureau or county), ("报告期", period),
        ("核对稿生成时间", f"{made.year}年{made.month}月{made.day}日{made.hour}时{made.minute:02}分"),
        ("共有表", f"{sum(len(names) for _, names in lines)} 份"),
    )
    made_pairs = [Pair(label=label, cell=Cell(text=text)) for label, text in facts]
    rows = [CardRow(pairs=(made_pairs[n], made_pairs[n + 1])) for n in range(0, len(made_pairs), 2)]
    rows.append(CardRow(pairs=(Pair(label="内容摘要", cell=Cell(text=groups_of_four(digest))),)))
    by_hand = (("单位负责人：",), ("日期：20　　年　　月　　日",))
    heads = tuple(StampCell(title="单位（盖章）", head=name, lines=by_hand) for name in (county, partner))
    blocks: list[Block] = [CardRows(rows=tuple(rows)), section_heading(1, "共有表目录"), _table(lines),
                           section_heading(2, "纸质会签（数字会签的不填）"), StampRow(cells=heads)]
    return Document(form="joint", title="两县共有表会签件", subtitle=title, sheet="会签件", blocks=tuple(blocks),
                    notes=NOTES, continued=title, footer_note=f"{title} · 会签件")


def _table(lines: Sequence[tuple[str, Sequence[str]]]) -> Table:
    head = Row(tuple(Cell(text=t, align="centre", strong=True) for t in ("序号", "表　　名", "份数", "内　　容")))
    rows = tuple(
        Row((Cell(text=str(n), align="centre"), Cell(text=form), Cell(text=str(len(names)), align="centre"),
             Cell(text="、".join(names[:6]) + (f" 等 {len(names)} 份" if len(names) > 6 else ""))))
        for n, (form, names) in enumerate(lines, 1)
    )
    return Table(columns=tuple(Column(width=w) for w in WIDTHS), head=(head,), rows=rows)
