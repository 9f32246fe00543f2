"""What the five steps and the quarter's sign say: what waits, and the way gone again after a correction."""

from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("PySide6")

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.services.standing import QuarterState
from pairing_desktop.ui.findings_table import Tally
from pairing_desktop.ui.submit_steps import current_step, steps
from pairing_desktop.ui.top_bar import TopBar

pytestmark = pytest.mark.gui

SENT = QuarterState("2024Q2", "2024年二季度", "submitted", "已报送", 1, locked=True,
                    signed_roles=("preparer", "reviewer", "head"))
QUERY = Finding(form="a", record="b", path="c", rule="d", number="1", level="query", left="", right="", difference="",
                message="增幅偏大", waivable=False)


def test_what_is_answered_is_not_counted_as_waiting() -> None:
    answered = replace(QUERY, record="e", explanation="属实")
    error = replace(QUERY, record="f", level="error")
    waived = replace(error, record="g", waiver="属实")
    check = steps(replace(SENT, code="errors"), Tally.of([QUERY, answered, answered, error, waived]), "南湖区")[0]
    assert check.detail == "强制 1 · 核实 1"


def test_a_sent_quarter_is_through_all_steps() -> None:
    shown = steps(SENT, Tally.of([]), "南湖区")
    assert {step.stand for step in shown if step.name != "joint"} == {"done"}
    assert current_step(SENT) == "submit"


def test_a_correction_goes_all_the_way_again() -> None:
    changed = replace(SENT, changed=2)
    check, _joint, final, sign, submit = steps(changed, Tally.of([]), "南湖区")
    assert (check.stand, check.detail) == ("now", "报送后改动 2 处")
    assert (final.stand, sign.stand, submit.stand) == ("ahead", "ahead", "ahead")
    assert "冻结" not in final.detail.replace("冻结数据", "")
    assert "已签" not in sign.detail
    assert submit.detail == "第 2 次报送"
    assert current_step(changed) == "check"


def test_the_sign_beside_the_quarter_tells_of_changes(qtbot: Any, theme: object) -> None:
    bar = TopBar("遂昌县", sample=False, find=lambda *_: (), quarters=list)
    qtbot.addWidget(bar)
    bar.show_state(SENT)
    assert bar.state.accessibleName() == "已报送"
    bar.show_state(replace(SENT, changed=2))
    assert bar.state.accessibleName() == "已报送 ・ 改动 2 处未报"


def test_without_a_partner_the_step_says_where_one_is_chosen() -> None:
    joint = steps(SENT, Tally.of([]), "")[1]
    assert (joint.detail, joint.stand) == ("设置里没选结对县", "absent")
