"""报送签批单: one page on which a packet is approved by hand, tied to it by identity, code and QR."""

from datetime import datetime

from msgspec import Struct

from pairing_desktop.documents.code import code_text, sheet_code
from pairing_desktop.documents.cover import groups_of_four
from pairing_desktop.documents.model import (
    Block,
    CardRow,
    CardRows,
    Cell,
    Column,
    Document,
    Heading,
    Pair,
    Row,
    StampCell,
    StampRow,
    Table,
    Text,
)
from pairing_desktop.documents.surrounds import section_heading

WIDTHS = (9.0, 49.0, 9.0, 9.0, 9.0)
TITLES = ("序号", "表　　名", "记录", "特殊", "核实")
WHOLE, MOST = 120, 130
"""Characters of a reason that stand on a dense sheet, when there are more than so many."""
HALF = 18
"""Characters that fit one line of half the width."""
NOTES = (
    "本单由不用数字密钥的签批人手签，加盖单位公章后扫描，附进同一个报送包，由单位证书代签。",
    "签批前请核对报送包标识；标识不同的报送包，本单无效。",
    "省厅核验时注明“纸质签批（单位证书代签）”。",
)


class SlipData(Struct, frozen=True, kw_only=True):
    """All that the sheet says."""

    bureau: str
    county: str
    county_name: str
    partner_name: str
    period: str
    period_title: str
    number: int
    identity: str
    finalised_at: datetime
    role: str
    label: str
    """How the role is called: 单位负责人."""
    forms: tuple[tuple[str, int, int, int], ...]
    """(title, records, errors reported as 特殊情况, queries explained)."""
    attachments: int
    joint: str
    signed: tuple[tuple[str, str], ...]
    """(role, name) of those who have signed digitally already."""
    reason: str = ""


def slip_code(identity: str, role: str) -> str:
    """Return the code of a packet's approval sheet for a role."""
    return sheet_code(f"approval:{identity}:{role}".encode())


def approval_slip(data: SlipData, *, dense: bool = False) -> Document:
    """Lay out the sheet: what is approved, its totals, the opinion, signature and seal.

    ``dense``: the forms in running text instead of a table, words cut that stand on the packet's cover in full.
    """
    code = slip_code(data.identity, data.role)
    title = f"{data.county_name}　{data.period_title}　第{data.number}次报送"
    blocks: list[Block] = [_facts(data, dense=dense)]
    opinion = f"{data.label}签批意见"
    blocks += [Heading(text=opinion)] if dense else [section_heading(1, "报送内容"), _table(data),
                                                     section_heading(2, opinion)]
    how = Text(text="请在相应的方框内打√并签字，加盖单位公章。", small=True)
    blocks += [how, StampRow(cells=(_room(data),))]
    return Document(
        form="approval", title="报送签批单", subtitle=title, blocks=tuple(blocks), notes=NOTES, continued=title,
        footer_note=f"{title} · 报送签批单", code=code, sheet="报送签批单",
        code_text=code_text(form="approval", county=data.county, period=data.period, code=code),
    )


def _facts(data: SlipData, *, dense: bool) -> CardRows:
    at = data.finalised_at
    short = (
        ("联合体", f"{data.county_name}—{data.partner_name}" if data.partner_name else "—"),
        ("县（市、区）代码", data.county),
        ("报告期", data.period_title),
        ("定稿时间（自报）", f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02}分"),
    )
    said = _cut if dense else str
    attached, joint = ("附件", f"{data.attachments} 个"), ("两县会签", said(data.joint))
    apart = (_wide(*joint),) if dense else (_wide(*attached), _wide(*joint))
    rows = [_wide("报送单位", data.bureau), _two(*short[:2]), _two(*short[2:]),
            *((_two(attached, joint),) if len(data.joint) <= HALF else apart),
            _wide("已数字签名", "、".join(f"{role} {name}" for role, name in data.signed) or "无")]
    if data.reason:
        rows.append(_wide("再次报送原因", said(data.reason)))
    if dense:
        rows.append(_wide("报送内容", _listed(data)))
    rows.append(_wide("报送包标识", groups_of_four(data.identity)))
    return CardRows(rows=tuple(rows))


def _cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:WHOLE]}…（全文见报送封面）"


def _two(*said: tuple[str, str]) -> CardRow:
    return CardRow(pairs=tuple(Pair(label=label, cell=Cell(text=text)) for label, text in said))


def _wide(label: str, text: str) -> CardRow:
    """Let what may be long have a row of its own: all must stand on one page."""
    return CardRow(pairs=(Pair(label=label, cell=Cell(text=text)),))


def _table(data: SlipData) -> Table:
    """List the forms in two columns, so that everything stands on one page."""
    head = Row(tuple(Cell(text=t, align="centre", strong=True) for t in TITLES * 2))
    lines = [(str(n), title, *(f"{c:,}" for c in counts)) for n, (title, *counts) in enumerate(data.forms, 1)]
    half = (len(lines) + 1) // 2
    lines += [("",) * len(TITLES)] * (2 * half - len(lines))
    rows = [Row((*_cells(lines[n]), *_cells(lines[half + n]))) for n in range(half)]
    rows.append(Row((Cell(text=_total(data), align="centre", columns=2 * len(TITLES)),), "total"))
    return Table(columns=tuple(Column(width=w) for w in WIDTHS * 2), head=(head,), rows=tuple(rows))


def _total(data: SlipData) -> str:
    sums = [sum(column) for column in zip(*(counts for _, *counts in data.forms), strict=True)] or [0, 0, 0]
    return f"合计：{len(data.forms)} 张表，{sums[0]:,} 条记录，特殊情况 {sums[1]:,} 条，核实性说明 {sums[2]:,} 条"


def _listed(data: SlipData) -> str:
    """Return the forms with their records in running text."""
    said = []
    for title, records, errors, queries in data.forms:
        marks = "，".join(f"{name} {count:,}" for name, count in (("特殊", errors), ("核实", queries)) if count)
        said.append(f"{title} {records:,}" + (f"（{marks}）" if marks else ""))
    return f"{'、'.join(said)}。\n{_total(data)}，附件 {data.attachments} 个"


def _cells(line: tuple[str, ...]) -> tuple[Cell, ...]:
    number, title, *counts = line
    return (Cell(text=number, align="centre"), Cell(text=title), *(Cell(text=c, align="right") for c in counts))


def _room(data: SlipData) -> StampCell:
    return StampCell(title="单位（盖章）", head=f"{data.label}签批", name=data.bureau,
                     options=("同意报送", "不同意，退回修改"),
                     lines=((f"{data.label}（签字）：",), ("签批日期：20　　年　　月　　日",)))
