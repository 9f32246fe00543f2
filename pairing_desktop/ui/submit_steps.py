"""Where a quarter stands in the five steps, in words."""

from typing import TYPE_CHECKING

from pairing_desktop.ui.findings_table import Tally
from pairing_desktop.ui.stepper import Stand, Step

if TYPE_CHECKING:
    from pairing_desktop.services.joint_overview import JointOverview
    from pairing_desktop.services.submitting import QuarterState

TITLES = (("check", "审核"), ("joint", "会签"), ("final", "定稿"), ("sign", "送签"), ("submit", "报送"))
AFTER = {"passed": "final", "final": "sign", "signing": "sign", "signed": "submit", "submitted": "submit"}
"""The step that a quarter's state leads to; every other state leads to the check."""
ORDER = ("check", "final", "sign", "submit")
WAITING = {"unsent": "发核对稿", "sent": "等{partner}答复", "disputed": "{partner}有异议", "confirmed": "等会签",
           "signing": "等会签", "changed": "改动后重新会签",
           "outdated": "换表式后重新会签"}
"""What a joint part that is not countersigned waits for."""


def reopened(state: "QuarterState") -> bool:
    """Tell whether what was sent is no longer what the records say: the way is gone again for the next submission."""
    return state.code == "submitted" and state.changed > 0


def current_step(state: "QuarterState | None") -> str:
    """Return the step whose page opens first; a passed check is looked at before it is finalised."""
    step = AFTER.get(state.code, "check") if state and not reopened(state) else "check"
    if state and state.code == "signed":
        return "sign"
    return "check" if step == "final" else step


def joint_step(joint: "JointOverview | None", partner: str, *, frozen: bool) -> Step:
    """Return the step of countersigning; it may be passed by with a reason."""
    if joint is None or joint.code == "none":
        return Step("joint", "会签", "没有共有表" if partner else "设置里没选结对县", "text3", "absent")
    if joint.code == "signed":
        return Step("joint", "会签", f"与{partner}已会签", "ok", "done")
    if joint.reason and joint.code != "disputed":
        return Step("joint", "会签", "未会签，已写原因", "query", "done")
    said = WAITING[joint.code].format(partner=partner)
    tone = "error" if joint.code == "disputed" else "query"
    return Step("joint", "会签", said, tone, "done" if frozen else "ahead")


def steps(state: "QuarterState", tally: Tally, partner: str, joint: "JointOverview | None" = None) -> list[Step]:
    """Return all steps with what is to be said about each."""
    again = reopened(state)
    now = "check" if again else AFTER.get(state.code, "check")
    sent = state.code == "submitted" and not again
    frozen = state.code in ("final", "signing", "signed") or sent
    if tally.waiting:
        errors = tally.waiting - tally.unexplained
        check, tone = f"强制 {errors} · 核实 {tally.unexplained}", "error" if errors else "query"
    elif again:
        check, tone = f"报送后改动 {state.changed} 处", "query"
    else:
        check, tone = ("已通过", "ok") if now != "check" else ("检查全部表", "text2")
    signed = len(state.signed_roles)

    def stand(name: str) -> Stand:
        if sent or ORDER.index(name) < ORDER.index(now):
            return "done"
        return "now" if name == now else "ahead"

    return [
        Step("check", "审核", check, tone, stand("check")),
        joint_step(joint, partner, frozen=frozen),
        Step("final", "定稿", "数据已冻结" if frozen else "冻结数据，生成报表", stand=stand("final")),
        Step("sign", "送签", f"已签 {signed} / 3" if frozen else "填表人 → 审核人 → 负责人", stand=stand("sign")),
        Step("submit", "报送", f"第 {state.coming} 次{'，已完成' if sent else '报送'}", stand=stand("submit")),
    ]
