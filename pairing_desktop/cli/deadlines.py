"""When a quarter is due."""

import argparse

from pairing_desktop.cli.speech import GOOD, say, say_json
from pairing_desktop.cli.words import Commands, chinese, file_word, json_option, quarter_option, reading, writing

NONE = "无"
"""What takes a deadline away."""


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("deadline", deadline, "看或设报送时限（省厅通知的最后一天）；没有设就不判断逾期")
    file_word(one)
    quarter_option(one)
    one.add_argument("--day", metavar="日期", type=chinese, help="如 2024-07-10 或 7.10；写 无 取消")
    one.add_argument("--source", metavar="依据", default="", type=chinese, help="依据的通知")
    json_option(one)


def deadline(words: argparse.Namespace) -> int:
    """Show or set a quarter's last day."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services import deadlines, scope

    with (writing if words.day else reading)(words.file) as ws:
        scope.require_quarter(ws, words.quarter)
        if words.day:
            day = None if words.day == NONE else deadlines.typed(words.quarter, words.day)
            deadlines.set_deadline(ws, words.quarter, day, source=words.source)
        day, late = deadlines.deadline(ws, words.quarter), deadlines.late(ws, words.quarter)
    if words.json:
        say_json({"quarter": words.quarter, "deadline": day.isoformat() if day else None, "late": late})
        return GOOD
    state = "没有设报送时限" if day is None else f"报送时限 {day.isoformat()}" + ("，已经逾期" if late else "")
    say(f"{period.title(words.quarter)}{state}。")
    return GOOD
