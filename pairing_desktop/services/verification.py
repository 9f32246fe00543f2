"""核验报告: verdicts written as a PDF to file or print."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import Trouble
from pairing_desktop.services import verdict_told, verdict_words, writing
from pairing_desktop.services.workspace import CHINA, county_name

if TYPE_CHECKING:
    from pairing_desktop.documents.verification import VerificationData
    from pairing_desktop.exchange.verdict import Verdict
    from pairing_desktop.signing.verdict import SignatureVerdict

STATES: Mapping[str, Mapping[str, str]] = {
    "agreement": {s: f"工作簿、PDF 与数据{words[0]}：{words[1]}。" for s, words in verdict_words.AGREEMENT.items()},
    "history": {s: f"修改痕迹{words[0]}：{words[1]}。" for s, words in verdict_words.HISTORY.items()},
    "rules": {s: f"审核结果{words[0]}：{words[1]}。" for s, words in verdict_words.RULES.items()},
}
"""What the command line says of the answers behind the signatures."""
PROBLEMS = 40
ENDINGS = (".pdf",)
"""What a report's file may end in."""


def pdf(verdicts: Sequence[Verdict], *, at: datetime) -> bytes:
    """Return the reports of files, each on pages of its own."""
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.documents.verification import verification_report

    pages = [verification_report(printable(report(verdict, at=at))) for verdict in verdicts]
    return write_pdf(pages, title="核验报告").pdf


def printable(told: Any) -> Any:  # noqa: ANN401  # the same shape comes back
    """Return what a report tells with a box for each character that no face has: strangers write names and data."""
    from pairing_desktop.formspec.coverage import missing_glyphs
    from pairing_desktop.signing.identity import BOX

    if isinstance(told, str):
        return told.translate(dict.fromkeys(map(ord, missing_glyphs(told)), BOX))
    if isinstance(told, Struct):
        return replace(told, **{name: printable(getattr(told, name)) for name in told.__struct_fields__})
    if isinstance(told, list | tuple):
        return type(told)(map(printable, told))
    return told


def write(verdicts: Sequence[Verdict], to: Path, *, at: datetime, read: Iterable[Path | None] = ()) -> Path:
    """Write the reports. Trouble: the place cannot be written, or is a file that was ``read`` for them."""
    return writing.write(to, pdf(verdicts, at=at), read=read, endings=ENDINGS)


def report(verdict: Verdict, *, at: datetime) -> VerificationData:
    """Return what the report of a verdict says, in the window's words."""
    from pairing_desktop.documents.verification import Line, VerificationData

    asked = verdict_words.questions(verdict)
    remarks = verdict_words.remarks(verdict)
    said = verdict_words.headline(verdict, len(remarks))
    lines = [Line(question=q.text, answer=q.answer, reason=q.reason, stand=q.stand) for q in asked]
    problems = verdict_told.lines(verdict)[:PROBLEMS]
    return VerificationData(
        file=Path(verdict.file).name, kind=verdict_words.KINDS.get(verdict.kind, "其他文件"),
        conclusion=said.title, text=said.text, good=said.tone == "ok",
        facts=_facts(verdict, at), digest=_digest(Path(verdict.file)),
        identity=str(verdict.answers.get("identity") or ""), lines=lines,
        signers=[_signer(s) for s in verdict.signatures],
        countersigners=[_signer(s) for s in verdict.countersigned], problems=problems, remarks=remarks,
        at=f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}")


def _facts(verdict: Verdict, at: datetime) -> list[tuple[str, str]]:
    local = at.astimezone(CHINA)
    when = f"{local.year}年{local.month}月{local.day}日{local.hour}时{local.minute:02}分"
    data = _data(verdict)
    facts = [("核验时间", when)]
    if data:
        from pairing_desktop.formspec import period as periods

        held = f"{len(data.get('records', ()))} 条记录，{len(data.get('attachments', ()))} 个附件"
        facts += [("报送单位", str(data.get("bureau") or data.get("county_name") or "—")),
                  ("报告期", f"{periods.title(str(data.get('period', '')))}　第{data.get('submission', '—')}次报送"),
                  ("内容", held)]
    return facts


def _data(verdict: Verdict) -> dict[str, Any]:
    """Return a packet's data for its particulars; nothing when it cannot be read."""
    from pairing_desktop.exchange import packet_parts
    from pairing_desktop.signing import container

    if verdict.kind != "packet":
        return {}
    try:
        return packet_parts.parse_data(container.read(Path(verdict.file)).files.get(packet_parts.DATA, b""))
    except Trouble:
        return {}


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _signer(signature: SignatureVerdict) -> tuple[str, str, str, str, str, str]:
    at = f"{signature.signed_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if signature.signed_at else "—"
    certificate = {True: "已吊销", False: "有效", None: "未查吊销"}[signature.revoked]
    name = f"{signature.name}（纸质签批，单位证书代签）" if signature.paper else signature.name or "—"
    county = county_name(signature.county) or signature.county or "—"
    return (verdict_words.ROLES.get(signature.role, signature.role or "—"), name, county, at,
            certificate if signature.trusted else "不受信任", "有效" if signature.good else "无效")
