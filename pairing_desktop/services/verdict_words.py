"""A verdict in a clerk's words: one sentence, then each question with its answer and the reason."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.exchange.packet_parts import JOINT

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict
    from pairing_desktop.signing.verdict import SignatureVerdict

Stand = Literal["ok", "query", "error", "empty"]
KINDS = {"packet": "报送包", "joint": "会签件", "workbook": "工作簿", "pdf": "PDF", "encrypted": "加密的报送包"}
ROLES = {"preparer": "填表人", "reviewer": "审核人", "head": "单位负责人"}


_UNFINISHED = ("exchange.missing_role", "exchange.joint_unsigned", "exchange.joint_unanswered")
_OF_SIGNERS = ("integrity", "signatures", "county", "pdf", "workbook", "revocation")
"""Questions that have no answer while nobody has signed."""
_UNKNOWN = ("agreement.unknown_form", "agreement.unknown_sheet")
"""What this program knows nothing of; alone they make a packet neither good nor bad."""
_UNSIGNED = ("exchange.joint_missing", "agreement.no_partner")
_NOT_SAID = "核验没有通过"
"""The reason where no problem gives one."""
_CLAIMED = "签名时间取自签名人的电脑；以省厅接收时间为准"
_WHOSE = {"pdf": "PDF 的", "workbook": "工作簿的"}


class Question(Struct, frozen=True):
    """One question, its answer, the reason, and how it stands."""

    text: str
    answer: str
    reason: str
    stand: Stand


class Headline(Struct, frozen=True):
    """The one sentence, what it rests on, its tone."""

    title: str
    text: str
    tone: Literal["ok", "query", "error"]
    icon: str


def only_unfinished(verdict: "Verdict") -> bool:
    """Tell whether nothing is wrong but that not all have signed yet."""
    return bool(verdict.missing_roles) and all(p.code in _UNFINISHED for p in verdict.problems)


def only_unknown(verdict: "Verdict") -> bool:
    """Tell whether a packet is set aside, because forms or sheets are not this program's, and nothing else is wrong."""
    return verdict.verdict == "invalid" and all(p.code in _UNKNOWN for p in verdict.problems)


def headline(verdict: "Verdict", notes: int) -> Headline:
    """Return the one plain verdict."""
    remarks = f"有 {notes} 点请知悉。" if notes else ""
    if verdict.verdict == "valid":
        whole = f"{_WHOSE.get(verdict.kind, '')}签名齐全、内容未被改动"
        if getattr(verdict.answers.get("agreement"), "ok", False):
            whole += "，PDF 与数据一致" if verdict.kind == "joint" else "，工作簿、PDF 与数据一致"
        return Headline("有效", f"{whole}。{remarks}", "ok", "shield_checkmark")
    if verdict.verdict == "unreadable":
        return _unread(verdict)
    if only_unfinished(verdict) and verdict.kind == "joint":
        good = "已有的签名没有问题。" if verdict.signatures else ""
        missing = "".join(str(p) for p in verdict.problems)
        return Headline("还没有签齐，不能带进报送包", f"{good}{missing}{remarks}", "query", "shield")
    if only_unfinished(verdict):
        missing = "、".join(ROLES.get(role, role) for role in verdict.missing_roles)
        good = "已有的签名没有问题，还缺" if verdict.signatures else "还没有人签名，要有"
        text = f"{good}{missing}的签名。{remarks}"
        return Headline("还没有签全，不能报送", text, "query", "shield")
    if only_unknown(verdict):
        text = f"签名没有问题，但表式或汇总口径与本程序的不同，不能判断数据。{verdict.problems[0].remedy}。"
        return Headline("先隔离，不能判断", text, "query", "shield")
    from pairing_desktop.services import verdict_told

    said = verdict_told.lines(verdict)
    title = "无效，不要会签" if verdict.kind == "joint" else "无效，不要接收"
    return Headline(title, said[0] if said else "有一项核验没有通过。", "error", "shield_dismiss")


def _unread(verdict: "Verdict") -> Headline:
    """Return what is said of a file of which nothing could be asked: an encrypted one is not bad for that."""
    first = str(verdict.problems[0]) if verdict.problems else "文件打不开。"
    if verdict.kind == "encrypted":
        return Headline("已加密，打开后才能核验", first, "query", "shield")
    return Headline("读不出来，无法核验", first, "error", "shield_error")


def questions(verdict: "Verdict") -> list[Question]:
    """Return the questions that were asked of this kind of file, in the order of their weight."""
    if verdict.verdict == "unreadable":
        return []
    from pairing_desktop.services import verdict_told

    asked = {**_QUESTIONS, **(_OF_JOINT if verdict.kind == "joint" else {})}
    names = [name for name in asked if name in verdict.answers and _applies(name, verdict)]
    nobody = nobody_signed(verdict)
    found = [_unsigned(asked[name](verdict), verdict) if nobody and name in _OF_SIGNERS else asked[name](verdict)
             for name in names]
    found = [replace(each, reason=verdict_told.renamed(verdict, each.reason)) for each in found]
    if verdict.signatures:
        found.append(Question("签名时间是否可信", "自述", _CLAIMED, "query"))
    return found


def nobody_signed(verdict: "Verdict") -> bool:
    """Tell whether a packet is only finalised: it has no signature, and nothing says that one was taken off."""
    none = verdict.kind == "packet" and not verdict.signatures and bool(verdict.missing_roles)
    return none and not any(p.code.startswith("signing.") for p in verdict.problems)


def _unsigned(asked: Question, verdict: "Verdict") -> Question:
    return Question(asked.text, "没有", "还没有人签名", "query" if only_unfinished(verdict) else "error")


def remarks(verdict: "Verdict") -> list[str]:
    """Return what a receiver should know although it does not make the file bad: window and report count the same."""
    claimed = [f"{_CLAIMED}。"] if verdict.signatures and verdict.verdict != "unreadable" else []
    return [*map(str, verdict.warnings), *claimed]


def _applies(name: str, verdict: "Verdict") -> bool:
    """Tell whether a question makes sense of this kind of file."""
    if name == "joint":
        return verdict.kind == "packet"
    return name not in ("rules", "history") or verdict.answers[name] is not None


def _asked(name: str, text: str, answers: tuple[str, str], good: str,
           codes: Callable[[str], bool]) -> Callable[["Verdict"], Question]:
    yes, no = answers

    def make(verdict: "Verdict") -> Question:
        if verdict.answers[name] is True:
            return Question(text, yes, good, "ok")
        reasons = [p.message for p in verdict.problems if codes(p.code)]
        return Question(text, no, "；".join(reasons[:2]) or _NOT_SAID, "error")

    return make


def _county(verdict: "Verdict") -> Question:
    asked = _OF_COUNTY(verdict)
    if asked.reason == _NOT_SAID and _no_data(verdict):
        return replace(asked, answer="无法判断", reason="数据读不出来，不知道是哪个县（市、区）的", stand="query")
    return replace(asked, reason="有签名读不出签名人") if asked.reason == _NOT_SAID else asked


def _no_data(verdict: "Verdict") -> bool:
    """Tell whether a packet's data could not be read, so that nothing could be asked of it."""
    from pairing_desktop.exchange.asked import NAMES, Asked

    asked = [verdict.answers.get(name) for name in NAMES]
    problems = [each.problems for each in asked if isinstance(each, Asked)]
    return len(problems) == len(NAMES) and bool(problems[0]) and all(each == problems[0] for each in problems)


def _why_not(signatures: Sequence["SignatureVerdict"]) -> str:
    """Return why something does not hold of which nothing else is said: the first certificate that is not good."""
    from pairing_desktop.signing.trust import JUDGEMENTS

    return next((p.message for s in signatures for p in s.problems if p.code in JUDGEMENTS), _NOT_SAID)


def signed_as(signature: "SignatureVerdict", kind: str) -> str:
    """Return in what role somebody signed: of a joint part whose county's head, on paper that the bureau vouches."""
    from pairing_desktop.services.workspace import county_name

    role = ROLES.get(signature.role, signature.role)
    if kind == "joint":
        return f"{county_name(signature.county) or signature.county}{role}"
    return f"{role}（纸质签批，单位证书代签）" if signature.paper else role


def signed_what(signature: "SignatureVerdict", verdict: "Verdict") -> str:
    """Return what somebody's signature holds for."""
    if verdict.kind == "pdf":
        return "全文" if signature.covers == ("entire_file",) else "签名时的全文"
    if verdict.kind == "workbook":
        return "全部工作表"
    seals = verdict.kind == "packet" and verdict.answers.get("coverage") is True
    last = seals and signature == verdict.signatures[-1]
    return f"{'封口，' if last else ''}{len(signature.covers)} 个文件"


def _roles(verdict: "Verdict") -> Question:
    text = "规定的人是否都签了"
    if verdict.answers["roles"] is True:
        names = "、".join(signed_as(s, verdict.kind) for s in verdict.signatures if s.role)
        return Question(text, "齐全", f"{names}都已签名", "query" if any(s.paper for s in verdict.signatures) else "ok")
    missing = "、".join(ROLES.get(role, role) for role in verdict.missing_roles)
    others = [p.message for p in verdict.problems
              if p.code in ("exchange.role_order", "exchange.stray_signature", "signing.same_key")]
    reason = "；".join([*([f"还缺{missing}"] if missing else []), *others[:2]]) or "有签名读不出来，认不出是谁签的"
    return Question(text, "不齐" if missing else "不对", reason, "query" if only_unfinished(verdict) else "error")


def _coverage(verdict: "Verdict") -> Question:
    text = "全部内容是否都在签名范围内"
    if verdict.answers["coverage"] is True:
        return Question(text, "是", _COVERED.get(verdict.kind, "没有多出或缺少的文件，最后一位签名人已封口"), "ok")
    if only_unfinished(verdict):
        return Question(text, "未封口", "最后一位签名后才封口", "query")
    reasons = [p.message for p in verdict.problems if p.code in _NOT_COVERED]
    return Question(text, "不是", "；".join(reasons[:2]) or "报送包没有封口", "error")


def _signatures(verdict: "Verdict") -> Question:
    text = "每个签名是否有效"
    if verdict.answers["signatures"] is True:
        return Question(text, "有效", "签名与证书相符，证书由受信任的根证书签发", "ok")
    if not verdict.signatures:
        return Question(text, "没有", "还没有人签名", "query" if only_unfinished(verdict) else "error")
    reasons = [p.message for s in verdict.signatures for p in s.problems]
    return Question(text, "无效", "；".join(dict.fromkeys(reasons[:2])) or _NOT_SAID, "error")


def _inside(name: str, text: str, called: str) -> Callable[["Verdict"], Question]:
    """Ask about the signatures that PDF or workbook carry themselves, and whether they are the packet's signers."""
    def make(verdict: "Verdict") -> Question:
        same = verdict.answers.get(f"{name}_signers")
        if verdict.answers[name] is True and same is not False:
            who = "，签名人与报送包相同" if same else ""
            return Question(text, "有效", f"{called}单独拿出来也能核验{who}", "ok")
        if verdict.answers[name] is True:
            reasons = [p.message for p in verdict.problems if p.code == f"exchange.{name}_signers_differ"]
            return Question(text, "人不同", "；".join(reasons) or "签名人与报送包不同", "error")
        if not verdict.signatures and only_unfinished(verdict):
            return Question(text, "没有", "还没有人签名", "query")
        reasons = [p.message for p in verdict.problems
                   if p.code.startswith(f"signing.{name}") or called.strip() in p.message]
        return Question(text, "无效", "；".join(reasons[:2]) or _why_not(verdict.signatures), "error")

    return make


def _revocation(verdict: "Verdict") -> Question:
    text = "证书是否查过吊销"
    match verdict.answers["revocation"]:
        case "checked":
            return Question(text, "查过", "不在吊销名单上", "ok")
        case "stale":
            return Question(text, "名单过时", "吊销名单已过期，请向省厅索取最新的", "query")
    return Question(text, "没有查", "没有吊销名单，无法确认证书是否已作废", "query")


def _behind(name: str, text: str, said: Mapping[str, tuple[str, str, Stand]],
            no: str) -> Callable[["Verdict"], Question]:
    """Ask what reaches behind the signatures; ``said`` has answer, reason and standing of each state."""
    def make(verdict: "Verdict") -> Question:
        from pairing_desktop.exchange.asked import Asked

        asked = verdict.answers[name]
        if not isinstance(asked, Asked):
            return Question(text, "未核对", "单个文件里没有数据，请核验整个报送包", "empty")
        if asked.problems and _no_data(verdict):
            return Question(text, "无法核对", "数据读不出来", "query")
        if asked.state == "unknown":
            return Question(text, "无法核对", "；".join(p.message for p in asked.problems[:2]), "query")
        if not asked.ok:
            return Question(text, no, "；".join(p.message for p in asked.problems[:2]), "error")
        answer, reason, stand = said[asked.state]
        why = [w.message for w in asked.warnings if w.code in RESTARTS]
        return Question(text, answer, "；".join(why) or reason, stand)

    return make


def _joint_agreement(verdict: "Verdict") -> Question:
    """Ask of a joint part's PDF what is no fault of its data."""
    from pairing_desktop.exchange.asked import Asked

    asked = verdict.answers["agreement"]
    if isinstance(asked, Asked):
        bare = replace(asked, problems=tuple(p for p in asked.problems if p.code not in _MISPLACED))
        verdict = replace(verdict, answers={**verdict.answers, "agreement": bare})
    return _OF_AGREEMENT(verdict)


def _joint_data(verdict: "Verdict") -> Question:
    """Ask whether a joint part's data hold what they may, and nothing that was found where they are compared."""
    good = verdict.answers["data"] is True and not any(p.code in _MISPLACED for p in verdict.problems)
    return _OF_DATA(replace(verdict, answers={**verdict.answers, "data": good}))


def _joint(verdict: "Verdict") -> Question:
    text = "两县共有表是否会签"
    codes = ("exchange.joint",)
    reasons = [p.message for p in (*verdict.problems, *verdict.warnings) if p.code.startswith(codes)]
    if verdict.answers["joint"] is True:
        told = [p.message for p in verdict.warnings if p.place.get("inside") == JOINT]
        good = "会签件随包上报，对方已确认，两县单位负责人都已签名"
        return Question(text, "已会签", "；".join(told[:2]) or good, "query" if told else "ok")
    if verdict.answers["joint"] is False:
        return Question(text, "不对", "；".join(reasons[:2]) or _why_not(verdict.countersigned), "error")
    if _no_data(verdict):
        return Question(text, "无法判断", "数据读不出来", "query")
    missing = next((p.message for p in verdict.warnings if p.code in _UNSIGNED), "")
    if missing:
        return Question(text, "未会签", missing, "query")
    return Question(text, "不需要", "没有两县共有的表", "ok")


def _confirmed(verdict: "Verdict") -> Question:
    text = "对方是否先确认"
    if verdict.answers["confirmed"] is None:
        return Question(text, "没有单独答复", "由对方单位负责人签名代替确认", "query")
    if verdict.answers["confirmed"] is True:
        signed = "，两县单位负责人的签名包括这份确认" if verdict.valid else ""
        return Question(text, "已确认", f"{verdict.answers['confirmed_by']}逐项核对后确认{signed}", "ok")
    said = next((p for p in verdict.problems if p.code in _ANSWERS), None)
    answer, stand = _ANSWERS[said.code] if said else ("没有核对", "error")
    return Question(text, answer, said.message if said else "数据读不出来", stand)


_ANSWERS: Mapping[str, tuple[str, Stand]] = {
    "exchange.joint_unanswered": ("还没有", "query"),
    "exchange.joint_disputed": ("有异议", "error"), "exchange.joint_answer_malformed": ("读不出来", "error"),
}

AGREEMENT: Mapping[str, tuple[str, str, Stand]] = {
    "appearance": ("一致", "逐格核对相同，按数据重新排版外观也相同", "ok"),
    "text": ("文字一致", "逐格核对数值和文字相同；没有重新排版核对外观", "ok"),
    "unasked": ("没有核对", "是另一版表式做的，没有核对 PDF 与数据", "query"),
}
HISTORY: Mapping[str, tuple[str, str, Stand]] = {
    "first": ("首次报送", "从建立数据文件起的痕迹完整", "ok"),
    "continued": ("连续", "与上一次报送包的痕迹首尾相接", "ok"),
    "claimed": ("待证明", "痕迹完整；与上一次的报送包一起核验，才能证明中间没有改写", "query"),
    "restarted": ("重新开始", "因恢复备份或合并数据文件而重新开始，痕迹里有记载", "query"),
}
RESTARTS = ("agreement.restarted", "agreement.merged")
"""What a history that does not simply go on says of it itself."""
RULES: Mapping[str, tuple[str, str, Stand]] = {
    "same": ("相同", "按数据重新审核，结果、说明和特殊情况与包内相同", "ok"),
}


def _about_data(code: str) -> bool:
    return code.startswith(("exchange.data", "exchange.attachment", "exchange.newer", "exchange.roles"))


_BROKEN = {"exchange.file_changed", "exchange.file_removed", "signing.content_changed", "signing.manifest_form",
           "signing.signature_form", "signing.repacked", "signing.compressed", "signing.checksum", "signing.order",
           "signing.mimetype", "signing.directory", "signing.cut_short", "signing.name_twice", "signing.unsafe_name",
           "signing.pdf_after_lock", "signing.pdf_changed", "signing.pdf_tail", "signing.workbook_part_changed",
           "signing.workbook_part_gone", "signing.workbook_part_type", "signing.workbook_types",
           "signing.workbook_links", "signing.workbook_repacked", "signing.workbook_twice", "signing.workbook_name",
           "signing.workbook_stray", "signing.workbook_uncovered", "signing.workbook_properties"}
_COVERED = {"pdf": "最后一个签名的范围是整个文件", "workbook": "工作簿的每个部分都在每个签名的范围内"}
_NOT_COVERED = {"exchange.uncovered", "exchange.file_strange", "exchange.covers_too_little",
                "signing.workbook_uncovered"}

_OF_COUNTY = _asked("county", "签名人是否属于本县", ("是", "不是"), "证书上的县（市、区）与数据相同",
                    {"exchange.county_differs", "exchange.counties_differ"}.__contains__)

_QUESTIONS: dict[str, Callable[["Verdict"], Question]] = {
    "integrity": _asked("integrity", "签名后是否改动过", ("没有", "改动过"), "每个文件的摘要与签名时相同",
                        _BROKEN.__contains__),
    "coverage": _coverage,
    "confirmed": _confirmed,
    "roles": _roles,
    "signatures": _signatures,
    "county": _county,
    "agreement": _behind("agreement", "Excel、PDF 与数据是否一致", AGREEMENT, "不一致"),
    "rules": _behind("rules", "重新审核的结果是否相同", RULES, "不同"),
    "history": _behind("history", "修改痕迹是否连续", HISTORY, "矛盾"),
    "joint": _joint,
    "data": _asked("data", "数据与附件是否相符", ("相符", "不符"), "附件与数据里的清单逐一相同", _about_data),
    "pdf": _inside("pdf", "报表 PDF 自身的签名是否有效", "PDF "),
    "workbook": _inside("workbook", "Excel 工作簿自身的签名是否有效", "工作簿"),
    "revocation": _revocation,
}

_MISPLACED = {"agreement.joint_stranger", "agreement.unknown_field"}
_OF_AGREEMENT = _behind("agreement", "PDF 与数据是否一致", AGREEMENT, "不一致")
_OF_DATA = _asked("data", "数据是否合规定", ("是", "不是"), "只有两县共有的表",
                  lambda code: _about_data(code) or code == "exchange.file_absent" or code in _MISPLACED)

_OF_JOINT: dict[str, Callable[["Verdict"], Question]] = {
    "county": _asked("county", "签名人是否属于这两县", ("是", "不是"), "证书上的县（市、区）是数据里的两县",
                     "exchange.joint_other_county".__eq__),
    "agreement": _joint_agreement,
    "data": _joint_data,
}
"""What is asked of a joint part in other words."""
