"""核验报告: one file's verdict on paper, for the receiving desk's binder."""

from collections.abc import Sequence

from msgspec import Struct

from pairing_desktop.documents.model import (
    Block,
    CardRow,
    CardRows,
    Cell,
    Column,
    Document,
    Pair,
    Row,
    Table,
    Text,
)
from pairing_desktop.documents.surrounds import section_heading

QUESTIONS = (10.0, 52.0, 20.0, 88.0)
SIGNERS = (34.0, 44.0, 22.0, 32.0, 20.0, 18.0)
NOTES = (
    "数字签名用于发现改动，不代替单位公章。",
    "本报告由程序核验生成，只说明核验时这个文件的情况；文件的摘要不同，本报告无效。",
)


class Line(Struct, frozen=True, kw_only=True):
    """A question with its answer and reason; ``stand``: ok, query, error or empty."""

    question: str
    answer: str
    reason: str
    stand: str


class VerificationData(Struct, frozen=True, kw_only=True):
    """All that the report of one file says."""

    file: str
    kind: str
    """What the file is, in a word."""
    conclusion: str
    text: str
    good: bool
    facts: Sequence[tuple[str, str]]
    """Two to a row."""
    digest: str
    """SHA-256 of the file, hexadecimal."""
    identity: str = ""
    lines: Sequence[Line] = ()
    signers: Sequence[tuple[str, str, str, str, str, str]] = ()
    """(role, name, county, claimed time, certificate, verdict)."""
    countersigners: Sequence[tuple[str, str, str, str, str, str]] = ()
    """The same of the heads who signed the joint part that a packet carries."""
    problems: Sequence[str] = ()
    remarks: Sequence[str] = ()
    at: str = ""


def verification_report(data: VerificationData) -> Document:
    """Lay out the report of one file: the verdict first, then each question, who signed, what is wrong."""
    blocks: list[Block] = [_facts(data)]
    lines = [_table(data.lines)] if data.lines else []
    sections: list[tuple[str, Sequence[Block]]] = [
        ("逐项核验", lines), ("签名人", _signers(data)), ("问题", _list(data.problems, red=True)),
        ("请知悉", _list(data.remarks, red=False)),
    ]
    number = 0
    for title, body in sections:
        if body:
            number += 1
            blocks += [section_heading(number, title), *body]
    return Document(
        form="verification", title=f"核验报告：{data.conclusion}", blocks=tuple(blocks),
        notes=NOTES, notes_label="注", continued=data.file,
        footer_note=f"核验报告 · {data.file} · {data.at}", sheet="核验报告",
    )


def _facts(data: VerificationData) -> CardRows:
    pairs = [Pair(label=label, cell=Cell(text=text)) for label, text in data.facts]
    first = Pair(label="结论", cell=Cell(text=f"{data.conclusion}。{data.text}", strong=True, red=not data.good))
    file = Pair(label="文件", cell=Cell(text=f"{data.file}（{data.kind}）"))
    rows = [CardRow(pairs=(first,)), CardRow(pairs=(file,))]
    rows += [CardRow(pairs=tuple(pairs[n:n + 2])) for n in range(0, len(pairs), 2)]
    digests = ((f"{data.kind}标识", data.identity), ("文件摘要", data.digest))
    rows += [CardRow(pairs=(Pair(label=label, cell=Cell(text=_grouped(text))),)) for label, text in digests if text]
    return CardRows(rows=tuple(rows))


def _grouped(digest: str) -> str:
    upper = digest.upper()
    return " ".join(upper[n:n + 4] for n in range(0, len(upper), 4))


def _head(*texts: str) -> Row:
    return Row(tuple(Cell(text=t, align="centre", strong=True) for t in texts))


def _table(lines: Sequence[Line]) -> Table:
    rows = tuple(
        Row((Cell(text=str(n), align="centre"), Cell(text=line.question),
             Cell(text=line.answer, align="centre", strong=True, red=line.stand == "error"), Cell(text=line.reason)))
        for n, line in enumerate(lines, 1)
    )
    return Table(columns=tuple(Column(width=w) for w in QUESTIONS), head=(_head("序号", "问题", "回答", "依据"),),
                 rows=rows)


def _signers(data: VerificationData) -> list[Block]:
    """Return all who signed in one table, so that a usual report is one page: the packet's, then the joint part's."""
    signers = [*data.signers, *((f"会签件 · {role}", *rest) for role, *rest in data.countersigners)]
    if not signers:
        return []
    rows = tuple(Row(tuple(Cell(text=t, align="left" if n == 1 else "centre") for n, t in enumerate(signer)))
                 for signer in signers)
    head = _head("身份", "证书上的名称", "县（市、区）", "签名时间（自报）", "证书", "签名")
    return [Table(columns=tuple(Column(width=w) for w in SIGNERS), head=(head,), rows=rows)]


def _list(texts: Sequence[str], *, red: bool) -> list[Block]:
    if not texts:
        return []
    if not red:
        return [Text(text=f"{n}. {text}", small=True) for n, text in enumerate(texts, 1)]
    rows = tuple(Row((Cell(text=str(n), align="centre"), Cell(text=text, red=True))) for n, text in enumerate(texts, 1))
    return [Table(columns=(Column(width=10.0), Column(width=160.0)), rows=rows)]
