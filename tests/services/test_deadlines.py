"""When a quarter is due: nothing is late until somebody says when."""

import json
from datetime import date, timedelta

import pytest

from pairing_desktop import cli
from pairing_desktop.errors import Trouble
from pairing_desktop.services import checking, deadlines
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.small import QUARTER

DAY = date(2024, 7, 10)
"""A day before the tests' clock."""


def queries(ws: Workspace) -> list[str]:
    return [f.message for f in checking.check_quarter(ws, QUARTER).findings if f.rule == deadlines.LATE]


def test_without_a_day_nothing_is_late(ws: Workspace) -> None:
    small.fill(ws)
    assert deadlines.deadline(ws, QUARTER) is None
    assert queries(ws) == []


def test_a_day_still_to_come_is_in_time(ws: Workspace) -> None:
    small.fill(ws)
    deadlines.set_deadline(ws, QUARTER, ws.today + timedelta(days=1))
    assert queries(ws) == []
    deadlines.set_deadline(ws, QUARTER, ws.today)
    assert queries(ws) == []
    assert deadlines.due(ws, QUARTER) == deadlines.Due("7 月 11 日", "就是今天", "query")


@pytest.mark.parametrize(("day", "said", "tone"), [
    (date(2024, 7, 15), "还有 4 天", ""), (date(2024, 7, 14), "还有 3 天", "query"), (DAY, "已过 1 天", "error")])
def test_a_day_near_or_past_is_marked(ws: Workspace, day: date, said: str, tone: str) -> None:
    assert deadlines.due(ws, QUARTER) == deadlines.Due()
    deadlines.set_deadline(ws, QUARTER, day)
    assert deadlines.due(ws, QUARTER) == deadlines.Due(f"7 月 {day.day} 日", said, tone)


@pytest.mark.parametrize(("sent", "said", "tone"), [
    (date(2024, 7, 10), "已按时报送", ""), (date(2024, 7, 11), "逾期报送", "query")])
def test_what_was_sent_counts_no_days(sent: date, said: str, tone: str) -> None:
    assert deadlines.standing(DAY, sent, date(2024, 9, 1)) == deadlines.Due("7 月 10 日", said, tone)


def test_what_is_late_is_a_query_that_takes_an_explanation(ws: Workspace) -> None:
    small.fill(ws)
    deadlines.set_deadline(ws, QUARTER, DAY, source="省厅通知")
    assert queries(ws) == ["报送时限是2024年7月10日，已经过了，本季逾期报送"]
    finding = next(f for f in checking.check_quarter(ws, QUARTER).findings if f.rule == deadlines.LATE)
    assert (finding.level, finding.number) == ("query", "20")
    checking.explain(ws, finding, "等统计局数据。")
    again = next(f for f in checking.check_quarter(ws, QUARTER).findings if f.rule == deadlines.LATE)
    assert again.explanation == "等统计局数据。"
    deadlines.set_deadline(ws, QUARTER, None)
    assert queries(ws) == []


def test_a_day_inside_the_quarter_is_refused(ws: Workspace) -> None:
    with pytest.raises(Trouble, match="那时季度还没有结束"):
        deadlines.set_deadline(ws, QUARTER, date(2024, 6, 30))


def test_deadline_on_the_command_line(ws: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(ws.path)
    ws.close()
    assert cli.run(["deadline", path, "--quarter", QUARTER]) == 0
    assert "没有设报送时限" in capsys.readouterr().out
    assert cli.run(["deadline", path, "--quarter", QUARTER, "--day", "2024-07-10", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["deadline"] == "2024-07-10"
    assert cli.run(["deadline", path, "--quarter", QUARTER, "--day", "下月初"]) == 2
    assert "报送时限“下月初”没有看懂" in capsys.readouterr().err
    assert cli.run(["deadline", path, "--quarter", QUARTER, "--day", "无"]) == 0


@pytest.mark.parametrize(("quarter", "text", "day"), [
    ("2024Q2", "7.10", date(2024, 7, 10)),
    ("2024Q4", "1月10日", date(2025, 1, 10)),
    ("2024Q2", "20240710", date(2024, 7, 10)),
    ("2024Q2", "2024年7月10日", date(2024, 7, 10)),
])
def test_a_day_is_typed_as_in_any_date_field(quarter: str, text: str, day: date) -> None:
    """Without a year it is the year in which the quarter falls due: 2024's last quarter in January 2025."""
    assert deadlines.typed(quarter, text) == day


@pytest.mark.parametrize(("text", "said"), [("2024-6-31", "没有 31 日"), ("无", "报送时限“无”"), ("—", "写明年月日")])
def test_a_day_that_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(Trouble, match=said):
        deadlines.typed("2024Q2", text)
