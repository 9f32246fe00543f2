"""What was done to a file, in one sentence, and which of a verdict's problems only come of it.

One file removed, changed or added breaks every signature over it, and more; a clerk wants the cause and what to do.
"""

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pairing_desktop.errors import Problem
from pairing_desktop.exchange.packet_parts import ATTACHMENTS, BASE, DATA, JOINT, PDF, WORKBOOK
from pairing_desktop.services import verdict_lone
from pairing_desktop.services.verdict_cause import TO_SIGN, Told, besides
from pairing_desktop.signing.trust import JUDGEMENTS

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict

COORDINATES, META = "coordinates.json", "META-INF/"
_CALLED = {DATA: "报送数据（data.json）", PDF: "报表 PDF（report.pdf）", WORKBOOK: "Excel 工作簿（workbook.xlsx）",
           JOINT: "会签件", BASE: "定稿底稿记录（base.json）", COORDINATES: "坐标表（coordinates.json）"}
_SAID = {
    "签名之后，{}从报送包里被删掉了": ("exchange.file_removed",),
    "签名之后，{}被改动过": ("exchange.file_changed",),
    "签名之后，报送包里被加进了{}": ("exchange.uncovered", "exchange.joint_extra"),
    "签名之后，报送包里被加进了同名的另一个{}": ("signing.name_twice",),
}
"""What was done to files, and the codes that tell of it."""
_SAID_UNSIGNED = {
    "定稿之后，{}从报送包里被删掉了": ("exchange.file_absent",),
    "定稿之后，{}被改动过": ("exchange.base_differs",),
    "定稿之后，报送包里被加进了{}": ("exchange.attachment_unlisted", "exchange.file_strange"),
    "定稿之后，报送包里被加进了同名的另一个{}": ("signing.name_twice",),
}
"""The same while nobody has signed: what was finalised is all there is to compare with."""
_WITHIN = {
    PDF: re.compile(r"signing\.pdf_(after_lock|changed|tail|coverage|unreadable)"),
    WORKBOOK: re.compile(r"signing\.workbook_(?!unsigned|role|order|many)"),
}
"""What a file that still grows by signatures tells of itself, before the seal."""
_ITSELF = ("signing.manifest_form", "signing.signature_form", "signing.content_changed")
"""Of the signatures' own files: the last manifest and the last signature stand in no other manifest."""
_COMPRESSED = ("signing.compressed",)
"""Of files whose bytes cannot be compared: what was done besides is not known."""
_PACKED_AGAIN = "报送包被别的程序重新打包（压缩）过，内容核对不了"
_PACKED = "报送包被别的程序重新打包过，或夹带了别的内容"
_DAMAGED = "报送包有损坏（校验码或开头的类型标识不对）"
_SIGNED_WHOLE = "；签过的文件没有变"
_SIGNATURE_GONE = "报送包里的签名与 PDF、工作簿里的对不上，签名文件可能被删掉或换过"
_SIGNATURES_GONE = "报送包里的签名文件都被删掉了，PDF、工作簿里却有签名"
_USE_OLD = "请使用原来的报送包，不要解压后再压缩"
_AROUND = {"signing.directory", "signing.order", "signing.repacked", "signing.mimetype", "signing.checksum"}
"""Of the container, not of what is in it."""
_APART_FROM_IT = ("agreement.unknown_", *sorted(JUDGEMENTS), TO_SIGN)
"""Of what a packet is judged by besides, whoever packed it."""
_PACKING = {*_COMPRESSED, *_AROUND}
_ASK_AGAIN = {"packet": "不要接收，请向填报单位重新索取原来的报送包",
              "joint": "不要会签，也不要带进报送包，请向对方重新索取原来的会签件"}
"""Containers of which this is told, and what to do."""
_LONE = ("pdf", "workbook")
_SIGNERS_DIFFER = {"exchange.pdf_signers_differ", "exchange.workbook_signers_differ"}
_SIGNERS = {TO_SIGN, *_SIGNERS_DIFFER, "exchange.role_order"}
_COMES_OF = {
    DATA: re.compile(r"agreement\.|joining\.|exchange\.(data_|attachment_|county_|joint_|roles_|newer_|role_order)"),
    PDF: re.compile(r"agreement\.(pdf|appearance|more)|joining\.pdf|signing\.pdf|exchange\.(pdf|base)_"),
    WORKBOOK: re.compile(r"agreement\.(workbook|appearance|more)|signing\.workbook|exchange\.(workbook|base)_"),
    JOINT: re.compile(r"exchange\.joint_|agreement\."),
    BASE: re.compile(r"exchange\.base_|agreement\.appearance"),
    COORDINATES: re.compile(r"agreement\."),
}
"""Which further codes an altered file brings along."""


def told(verdict: "Verdict") -> Told | None:
    """Return what was done to a file; None when nothing of it was altered."""
    if verdict.kind in _LONE and verdict.verdict == "invalid":
        return verdict_lone.told(verdict)
    if verdict.kind not in _ASK_AGAIN or verdict.verdict != "invalid":
        return None
    signed = bool(verdict.signatures)
    if compressed := _names(verdict, _COMPRESSED):
        return _apart(verdict, _PACKED_AGAIN, _USE_OLD, compressed)
    done = [(said, _names(verdict, codes)) for said, codes in (_SAID if signed else _SAID_UNSIGNED).items()]
    if signed and not any(names for _, names in done):
        itself = [name for name in _names(verdict, _ITSELF) if name.startswith(META)]
        done = [("签名之后，{}被改动或删掉了", itself), ("签名之后，{}被改动过", _grown(verdict))]
    altered = [name for _, names in done for name in names]
    if not altered:
        return _unsigned(verdict) or _packed(verdict)
    what = "；".join(said.format("、".join(map(_called, names))) for said, names in done if names)
    return _apart(verdict, what.replace(" 、", "、").rstrip(), _ASK_AGAIN[verdict.kind], altered)


def _unsigned(verdict: "Verdict") -> Told | None:
    """Return that signatures were taken out of a container: what PDF and workbook bear tells of them."""
    if not any(p.code in _SIGNERS_DIFFER for p in verdict.problems):
        return None
    what = _SIGNATURE_GONE if verdict.signatures else _SIGNATURES_GONE
    return _apart(verdict, what, _ASK_AGAIN[verdict.kind], [META])


def _packed(verdict: "Verdict") -> Told | None:
    """Return that a container was packed again or spoilt, when that is all that was done to it."""
    about = [p.code for p in verdict.problems if not p.code.startswith(_APART_FROM_IT)]
    if not about or not _AROUND.issuperset(about):
        return None
    whole = _SIGNED_WHOLE if verdict.signatures else ""
    if "signing.checksum" in about:
        return _apart(verdict, _DAMAGED + whole, _ASK_AGAIN[verdict.kind], [])
    return _apart(verdict, _PACKED + whole, _USE_OLD, [])


def worded(verdict: "Verdict", found: "Problem", sentence: str) -> str:
    """Return a problem's sentence for this kind of file: what all containers share is worded for a packet."""
    return sentence if found.code.startswith("exchange.joint_") else renamed(verdict, sentence)


def renamed(verdict: "Verdict", sentence: str) -> str:
    """Return a sentence about a packet with the joint part's name where the file is one."""
    if verdict.kind != "joint":
        return sentence
    return sentence.replace("报送包", "会签件").replace("不要接收", "不要会签")


def _apart(verdict: "Verdict", what: str, remedy: str, altered: list[str]) -> Told:
    """Return the sentence with the problems taken apart: what comes of these files' alteration, and the rest."""
    following = tuple(p for p in verdict.problems if _comes_of(p, altered))
    cause = Problem("exchange.altered", renamed(verdict, what), renamed(verdict, remedy))
    return Told(cause, following, besides(verdict.problems, following))


def _names(verdict: "Verdict", codes: tuple[str, ...]) -> list[str]:
    """Return the files that problems of these codes name, each once."""
    found = dict.fromkeys(p.place["name"] for p in verdict.problems
                          if p.code in codes and p.place.get("name") and "inside" not in p.place)
    return list(found)


def _grown(verdict: "Verdict") -> list[str]:
    """Return which of PDF and workbook, to which every signer adds, are not what the last one left."""
    found = _names(verdict, ("exchange.base_differs",))
    return found or [n for n, codes in _WITHIN.items() if any(codes.match(p.code) for p in verdict.problems)]


def _called(name: str) -> str:
    if name.startswith(META):
        return f"签名文件 {name} "
    return f"附件 {name} " if name.startswith(ATTACHMENTS) else _CALLED.get(name, f" {name} ")


def _comes_of(found: "Problem", altered: list[str]) -> bool:
    """Tell whether a problem only comes of these files having been altered."""
    if found.code in _PACKING or found.place.get("name") in altered:
        return True
    if JOINT in altered and found.place.get("inside") == JOINT:
        return True
    if any(name.startswith(META) for name in altered) and found.code in {*_SIGNERS, *_ITSELF}:
        return True
    if found.code == "signing.content_changed" and found.place.get("name") == "PDF":
        return PDF in altered
    if found.code == "exchange.attachment_missing" and any(name.startswith(ATTACHMENTS) for name in altered):
        return True
    return any(_COMES_OF[name].match(found.code) for name in altered if name in _COMES_OF)


def as_json(verdict: "Verdict") -> dict[str, object]:
    """Return what ``verify --json`` prints: the problems as a person reads them, the cause first with its remedy."""
    found = told(verdict)
    problems = (replace(p, message=worded(verdict, p, p.message), remedy=worded(verdict, p, p.remedy))
                for p in (found.problems if found else verdict.problems))
    return replace(verdict, problems=tuple(problems)).to_json()


def lines(verdict: "Verdict") -> list[str]:
    """Return all problems as a person reads them, the cause first; what only comes of it without its own remedy."""
    found = told(verdict)
    if found is None:
        return [worded(verdict, p, str(p)) for p in verdict.problems]
    return [found.lead, *(worded(verdict, p, str(p)) for p in found.problems[1:])]
