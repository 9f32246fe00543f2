"""A verdict in a clerk's words: one sentence, then each question with its answer and the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict

Stand = Literal["ok", "query", "error", "empty"]
ROLES = {"preparer": "填表人", "reviewer": "审核人", "head": "单位负责人"}


@dataclass(frozen=True, slots=True)
class Question:
    """One question, its answer, the reason, and how it stands."""

    text: str
    answer: str
    reason: str
    stand: Stand


@dataclass(frozen=True, slots=True)
class Headline:
    """The one sentence, what it rests on, its tone."""

    title: str
    text: str
    tone: Literal["ok", "query", "error"]
    icon: str


def only_unfinished(verdict: "Verdict") -> bool:
    """Tell whether nothing is wrong but that not all have signed yet."""
    return bool(verdict.missing_roles) and all(p.code == "exchange.missing_role" for p in verdict.problems)


def headline(verdict: "Verdict", notes: int) -> Headline:
    """Return the one plain verdict."""
    remarks = f"有 {notes} 点请知悉。" if notes else ""
    if verdict.verdict == "valid":
        whole = "签名齐全、内容未被改动" if verdict.kind == "packet" else "PDF 的签名齐全、内容未被改动"
        return Headline("有效", f"{whole}。{remarks}", "ok", "shield_checkmark")
    if verdict.verdict == "unreadable":
        first = str(verdict.problems[0]) if verdict.problems else "文件打不开。"
        return Headline("读不出来，无法核验", first, "error", "shield_error")
    if only_unfinished(verdict):
        missing = "、".join(ROLES.get(role, role) for role in verdict.missing_roles)
        text = f"已有的签名没有问题，还缺{missing}的签名。{remarks}"
        return Headline("还没有签全，不能报送", text, "query", "shield")
    first = str(verdict.problems[0]) if verdict.problems else "有一项核验没有通过。"
    return Headline("无效，不要接收", first, "error", "shield_dismiss")


def questions(verdict: "Verdict") -> list[Question]:
    """Return the questions that were asked of this kind of file, in the order of their weight."""
    if verdict.verdict == "unreadable":
        return []
    found = [make(verdict) for name, make in _QUESTIONS.items() if name in verdict.answers]
    if verdict.signatures:
        found.append(Question("签名时间是否可信", "自述", "签名时间取自签名人的电脑；以省厅接收时间为准", "query"))
    return found


def _asked(name: str, text: str, answers: tuple[str, str], good: str,
           codes: Callable[[str], bool]) -> Callable[["Verdict"], Question]:
    yes, no = answers

    def make(verdict: "Verdict") -> Question:
        if verdict.answers[name] is True:
            return Question(text, yes, good, "ok")
        reasons = [p.message for p in verdict.problems if codes(p.code)]
        return Question(text, no, "；".join(reasons[:2]) or "核验没有通过", "error")

    return make


def _roles(verdict: "Verdict") -> Question:
    text = "规定的人是否都签了"
    if verdict.answers["roles"] is True:
        names = "、".join(ROLES.get(s.role, s.role) for s in verdict.signatures)
        return Question(text, "齐全", f"{names}都已签名", "ok")
    missing = "、".join(ROLES.get(role, role) for role in verdict.missing_roles)
    others = [p.message for p in verdict.problems
              if p.code in ("exchange.role_order", "exchange.stray_signature", "signing.same_key")]
    reason = "；".join([*([f"还缺{missing}"] if missing else []), *others[:2]])
    return Question(text, "不齐" if missing else "不对", reason, "query" if only_unfinished(verdict) else "error")


def _coverage(verdict: "Verdict") -> Question:
    text = "全部内容是否都在签名范围内"
    if verdict.answers["coverage"] is True:
        return Question(text, "是", "没有多出或缺少的文件，最后一位签名人已封口", "ok")
    if only_unfinished(verdict):
        return Question(text, "未封口", "最后一位签名后才封口", "query")
    reasons = [p.message for p in verdict.problems if p.code in ("exchange.uncovered", "exchange.covers_too_little")]
    return Question(text, "不是", "；".join(reasons[:2]) or "报送包没有封口", "error")


def _signatures(verdict: "Verdict") -> Question:
    text = "每个签名是否有效"
    if verdict.answers["signatures"] is True:
        return Question(text, "有效", "签名与证书相符，证书由受信任的根证书签发", "ok")
    if not verdict.signatures:
        return Question(text, "没有", "还没有人签名", "query" if only_unfinished(verdict) else "error")
    reasons = [p.message for s in verdict.signatures for p in s.problems]
    return Question(text, "无效", "；".join(dict.fromkeys(reasons[:2])) or "核验没有通过", "error")


def _pdf(verdict: "Verdict") -> Question:
    text = "报表 PDF 自身的签名是否有效"
    if verdict.answers["pdf"] is True:
        return Question(text, "有效", "PDF 单独拿出来也能核验", "ok")
    if not verdict.signatures and only_unfinished(verdict):
        return Question(text, "没有", "还没有人签名", "query")
    reasons = [p.message for p in verdict.problems if p.code.startswith("signing.pdf") or "PDF" in p.message]
    return Question(text, "无效", "；".join(reasons[:2]) or "核验没有通过", "error")


def _revocation(verdict: "Verdict") -> Question:
    text = "证书是否查过吊销"
    match verdict.answers["revocation"]:
        case "checked":
            return Question(text, "查过", "不在吊销名单上", "ok")
        case "stale":
            return Question(text, "名单过时", "吊销名单已过期，请向省厅索取最新的", "query")
    return Question(text, "没有查", "没有吊销名单，无法确认证书是否已作废", "query")


def _later(name: str, text: str) -> Callable[["Verdict"], Question]:
    def make(verdict: "Verdict") -> Question:
        answer = verdict.answers[name]
        if answer is None:
            return Question(text, "未核对", "这一版不核对，下一版提供", "empty")
        return Question(text, "一致" if answer else "不一致", "", "ok" if answer else "error")

    return make


def _about_data(code: str) -> bool:
    return code.startswith(("exchange.data", "exchange.attachment", "exchange.newer", "exchange.roles"))


_BROKEN = {"exchange.file_changed", "exchange.file_removed", "signing.content_changed", "signing.manifest_form",
           "signing.signature_form", "signing.repacked", "signing.checksum", "signing.order", "signing.mimetype",
           "signing.directory", "signing.cut_short", "signing.name_twice", "signing.unsafe_name", "signing.pdf_changed",
           "signing.pdf_tail"}

_QUESTIONS: dict[str, Callable[["Verdict"], Question]] = {
    "integrity": _asked("integrity", "签名后是否改动过", ("没有", "改动过"), "每个文件的摘要与签名时相同",
                        _BROKEN.__contains__),
    "coverage": _coverage,
    "roles": _roles,
    "signatures": _signatures,
    "county": _asked("county", "签名人是否属于本县", ("是", "不是"), "证书上的县（市、区）与数据相同",
                     "exchange.county_differs".__eq__),
    "data": _asked("data", "数据与附件是否相符", ("相符", "不符"), "附件与数据里的清单逐一相同", _about_data),
    "pdf": _pdf,
    "pdf_signers": _asked("pdf_signers", "PDF 与报送包的签名人是否相同", ("相同", "不同"), "同样的人、同样的次序",
                          "exchange.pdf_signers_differ".__eq__),
    "revocation": _revocation,
    "agreement": _later("agreement", "Excel、PDF 与数据是否一致"),
}
