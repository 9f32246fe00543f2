"""The sentence that a page opens with: what is left to do, and the button that does it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.ui.findings_table import waiting
from pairing_desktop.ui.progress_rows import FormLine

if TYPE_CHECKING:
    from pairing_desktop.services.submitting import QuarterState

ROLES = ("填表人", "审核人", "单位负责人")


class Said(Struct, frozen=True):
    """The sentence, what the button is called, and the page that it opens."""

    title: str
    button: str
    page: str = "submit"


def sentence(state: "QuarterState", findings: Sequence[Finding], lines: Sequence[FormLine], *, stale: bool) -> Said:
    """Return what is to be said of a quarter, given the progress of its forms."""
    quarter = state.quarter_title
    following = ROLES[min(len(state.signed_roles), 2)]
    frozen = {
        "submitted": Said(f"{quarter}第 {state.number} 次报送已完成", "看报送结果"),
        "signed": Said("签名齐全，可以报送", "去报送"),
        "final": Said(f"已定稿，请{following}签名", "去送签"),
        "signing": Said(f"已定稿，请{following}签名", "去送签"),
        "empty": _beginning(quarter, lines),
    }
    if state.code in frozen:
        return frozen[state.code]
    left = todo(findings)
    if left:
        return Said(f"{left}，就可以定稿", "逐条处理")
    if stale:
        return Said(f"{quarter}填报中，填完后审核", "审核")
    return Said("审核通过，可以定稿", "去定稿")


def _beginning(quarter: str, lines: Sequence[FormLine]) -> Said:
    """Say where to begin: with the firms, or with the first sheet of the quarter where the firms are there."""
    firms = any(line.form == "enterprise" and line.total for line in lines)
    first = next((line for line in lines if line.sheet and line.due), None) if firms else None
    if first is None:
        return Said(f"{quarter}还没有填，先从企业名录开始", "填企业名录", "enterprise")
    return Said(f"{quarter}的季报还没有填，从{first.title}开始", f"填{first.title}", first.form)


def todo(findings: Sequence[Finding]) -> str:
    """Return 改正 1 处错误、说明 5 处疑问、填完 1 张表; "" when nothing waits."""
    left = [f for f in findings if waiting(f)]
    absent = sum(f.rule == "absent" for f in left)
    errors = sum(f.level == "error" for f in left) - absent
    queries = sum(f.level == "query" for f in left)
    parts = (f"改正 {errors} 处错误" if errors else "", f"说明 {queries} 处疑问" if queries else "",
             f"填完 {absent} 张表" if absent else "")
    return "、".join(part for part in parts if part)
