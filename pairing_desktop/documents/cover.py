"""The packet's cover: what is reported, what was asked and answered, what was waived, who signs."""

from collections.abc import Sequence

from pairing_desktop.documents.model import (
    Align,
    Block,
    CardRow,
    CardRows,
    Cell,
    Column,
    Document,
    Pair,
    Row,
    SignaturePlace,
    SignaturePlaces,
    Table,
    Text,
)
from pairing_desktop.documents.surrounds import section_heading
from pairing_desktop.documents.views import CoverData, FormLine, QueryLine, WaiverLine
from pairing_desktop.formspec import period as periods

TITLE = "县域结对合作季度报送材料"
SUMMARY = (11.0, 57.0, 14.0, 25.0, 15.0, 22.0, 13.0, 13.0)
QUERIES = (9.0, 33.0, 33.0, 26.5, 26.5, 42.0)
WAIVERS = (9.0, 37.0, 46.0, 48.0, 30.0)
NOTES = (
    "签名时间由签名人电脑自报，以省级《接收回执》载明的时间为准。",
    "数字签名用于发现改动，不代替单位公章；需盖章的表另附盖章页扫描件，以表码对应。",
    "报送包标识为本次报送数据的摘要（SHA-256），接收回执、退回修改通知单均载明此标识。",
)


def cover(data: CoverData) -> Document:
    """Lay out the cover: summary, queries, waivers, signature places."""
    period = periods.title(data.period)
    blocks: list[Block] = [_particulars(data, period), section_heading(1, "报送内容汇总"), _summary(data)]
    said = "".join(f"{words}。" for words in (data.stamping, data.remark) if words)
    blocks.append(Text(text=f"灰底为程序计算。{said}", small=True))
    blocks += [section_heading(2, "核实性审核说明"), _queries(data.queries) if data.queries else Text(text="无")]
    number = 2
    if data.waivers:
        number += 1
        blocks += [section_heading(number, "特殊情况报送"), _waivers(data.waivers)]
    places = tuple(SignaturePlace(role=r.role, label=r.label) for r in data.roles)
    blocks += [section_heading(number + 1, "签名"), SignaturePlaces(places=places)]
    times = f"第{data.submission}次报送"
    return Document(
        form="cover", title=TITLE if "Q" in data.period else TITLE.replace("季度", "年度"), sheet="封面",
        subtitle=f"{data.county_name}　{period}　{times}", blocks=tuple(blocks), notes=NOTES, notes_label="注",
        continued=f"{data.county_name}　{period}　{times}",
        footer_note=f"{data.county_name} {period} {times} · 封面",
    )


def groups_of_four(digest: str) -> str:
    """Return a digest in groups of four capitals."""
    upper = digest.upper()
    return " ".join(upper[n:n + 4] for n in range(0, len(upper), 4))


def _particulars(data: CoverData, period: str) -> CardRows:
    bounds = periods.bounds(data.period)
    first, last = bounds or (None, None)
    span = f"（{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日）" if first and last else ""
    at = data.finalised_at
    when = f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02}分" if at else "未定稿"
    again = f"第{data.replaces_number}次报送，标识 {groups_of_four(data.replaces)[:9]} …" if data.replaces else "无"
    pairs = (
        ("报送单位", data.bureau), ("县（市、区）代码", data.county),
        ("联合体", data.pairing or _pairing(data)), ("结对单位", data.partner_bureau or data.partner_name or "—"),
        ("报告期", period + span), ("定稿时间（自报）", when),
        ("报送次别", f"第{data.submission}次报送"), ("替代的报送", again),
    )
    made = [Pair(label=label, cell=Cell(text=text)) for label, text in pairs]
    rows = [CardRow(pairs=(made[n], made[n + 1])) for n in range(0, len(made), 2)]
    if data.reason:
        rows.append(CardRow(pairs=(Pair(label="再次报送原因", cell=Cell(text=data.reason)),)))
    identity = groups_of_four(data.identity) if data.identity else "定稿后生成"
    rows.append(CardRow(pairs=(Pair(label="报送包标识", cell=Cell(text=identity)),)))
    return CardRows(rows=tuple(rows))


def _pairing(data: CoverData) -> str:
    return f"{data.county_name}—{data.partner_name}" if data.partner_name else "—"


def _head(text: str, *, rows: int = 1, columns: int = 1) -> Cell:
    return Cell(text=text, align="centre", strong=True, rows=rows, columns=columns)


def _text(text: str, align: Align = "left", *, red: bool = False) -> Cell:
    return Cell(text=text, align=align, red=red)


def _count(number: int) -> Cell:
    return Cell(text=f"{number:,}", value=number, number_format="#,##0_ ", align="right", computed=True)


def _columns(widths: Sequence[float]) -> tuple[Column, ...]:
    return tuple(Column(width=w) for w in widths)


def _summary(data: CoverData) -> Table:
    against = f"与第{data.replaces_number}次相比" if data.replaces_number else "变动情况"
    titles = ("附件", "表　　名", "类别", "会签情况", "记录数\n（条）", against)
    head = (Row((*(_head(t, rows=2) for t in titles), _head("审核结果（条）", columns=2))),
            Row((*(None for _ in titles), _head("强制性"), _head("核实性"))))
    total = Row((Cell(text="合　计", align="centre", columns=4), _count(sum(f.records for f in data.forms)),
                 _text("—", "centre"), _count(sum(f.errors for f in data.forms)),
                 _count(sum(f.queries for f in data.forms))), "total")
    return Table(columns=_columns(SUMMARY), head=head, rows=(*(_form(f) for f in data.forms), total))


def _form(line: FormLine) -> Row:
    return Row((_text(line.number, "centre"), _text(line.title), _text(line.kind, "centre"),
                _text(line.countersigned, "centre"), _count(line.records), _text(line.change, "centre"),
                _count(line.errors), _count(line.queries)))


def _queries(lines: Sequence[QueryLine]) -> Table:
    rows = tuple(
        Row((_text(str(n), "centre"), _text(f"{q.form}\n{q.place}"), _text(q.message), _text(q.left or "—", "right"),
             _text(q.right or "—", "right"), _text(q.explanation)))
        for n, q in enumerate(lines, 1)
    )
    titles = ("序号", "表及位置", "核实内容", "上报数", "对比数", "填报说明")
    return Table(columns=_columns(QUERIES), head=(Row(tuple(_head(t) for t in titles)),), rows=rows)


def _waivers(lines: Sequence[WaiverLine]) -> Table:
    rows = tuple(
        Row((_text(str(n), "centre"), _text(f"{w.form}\n{w.place}"), _text(w.message, red=True), _text(w.reason),
             _text(w.consent, "centre")))
        for n, w in enumerate(lines, 1)
    )
    titles = ("序号", "表及位置", "未通过的强制性审核", "事由", "单位负责人意见")
    return Table(columns=_columns(WAIVERS), head=(Row(tuple(_head(t) for t in titles)),), rows=rows)
