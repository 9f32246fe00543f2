"""What was done to a PDF or a workbook that comes without its packet: found in what its own signatures tell."""

import re
from typing import TYPE_CHECKING

from pairing_desktop.errors import Problem
from pairing_desktop.exchange.sheet_names import SHEET
from pairing_desktop.services.verdict_cause import Told, besides

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict

_REMEDY = "不要接收，请向填报单位重新索取原件"
_AFTER_LOCK = "signing.pdf_after_lock"
_FOLLOWING = re.compile(
    r"signing\.(content_changed|signature_form|signature_wrong|pdf_(after_lock|changed|coverage|tail)"
    r"|workbook_(links|name|part_changed|part_gone|part_type|repacked|stray|twice|types|uncovered))")
"""What only comes of a file having been altered."""
_PDF = {
    "最后一个签名之后，PDF 末尾又被加了内容": {"signing.pdf_tail"},
    "前面的人签名之后，PDF 又被添改过，后面的人再签了名": {"signing.pdf_changed"},
    "最后一个签名之后，PDF 又被添改过（加页、批注、填写、另存都会这样）": {"signing.pdf_tail", "signing.pdf_changed"},
}
"""What came after a signature, and the codes that then tell of it."""
_PARTS = {
    "工作簿的{}被改动过": ("signing.workbook_part_changed", "signing.workbook_part_type"),
    "{}从工作簿里被删掉了": ("signing.workbook_part_gone",),
    "工作簿里被加进了{}": ("signing.workbook_uncovered",),
}
"""What was done to a workbook's parts, and the codes that name them."""


def told(verdict: "Verdict") -> Told | None:
    """Return what was done to the file; None when nothing was, or it was packed again and no more."""
    following = tuple(p for p in verdict.problems if _FOLLOWING.fullmatch(p.code))
    what = _to_pdf(following) if verdict.kind == "pdf" else _to_workbook(following)
    if not what:
        return None
    only_so = tuple(p for p in following if p.message != what)
    return Told(Problem("exchange.altered", what, _REMEDY), only_so, besides(verdict.problems, following))


def _to_pdf(found: tuple[Problem, ...]) -> str:
    late = next((p.message for p in found if p.code == _AFTER_LOCK), "")
    if late or not found:
        return late
    codes = {p.code for p in found}
    return next((said for said, only in _PDF.items() if codes <= only), "签名之后，PDF 被改动过")


def _to_workbook(found: tuple[Problem, ...]) -> str:
    if {p.code for p in found} <= {"signing.workbook_repacked"}:
        return ""
    done = [(said, dict.fromkeys(_called(p) for p in found if p.code in codes)) for said, codes in _PARTS.items()]
    said = "；".join(said.format("、".join(names)) for said, names in done if names)
    return f"签名之后，{said.replace(' 、 ', '、').strip()}" if said else "签名之后，工作簿的结构或签名被改动过"


def _called(found: Problem) -> str:
    sheet = found.place.get(SHEET)
    return f"“{sheet}”表" if sheet else f" {found.place.get('name', '')} "
