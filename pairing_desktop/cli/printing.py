"""One form by itself, filled or blank, as PDF or workbook."""

import argparse
from pathlib import Path

from pairing_desktop.cli.speech import GOOD, file_size, say
from pairing_desktop.cli.words import Commands, chinese, file_word, quarter_option, reading
from pairing_desktop.errors import trouble


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("report", report, "打印一张表：已填的或空白的，PDF 或工作簿")
    file_word(one)
    quarter_option(one)
    one.add_argument("--form", metavar="表号", required=True, help="表或汇总表的编号，如 diagnosis；用 forms list 看")
    one.add_argument("--record", metavar="记录", default="", type=chinese, help="只打印这一条：记录编号或名称")
    one.add_argument("--blank", action="store_true", help="打印空白表，供手工填写")
    one.add_argument("--out", metavar="文件", required=True, type=Path, help="写到哪里，扩展名 .pdf 或 .xlsx")


def report(words: argparse.Namespace) -> int:
    """Print one form."""
    from pairing_desktop.services import form_printing

    if words.blank and words.record:
        raise trouble("printing.blank_record")
    form_printing.kind_of(words.out)
    wanted = form_printing.Wanted(form=words.form, quarter=words.quarter, record=words.record, blank=words.blank)
    with reading(words.file) as ws:
        written = form_printing.write(ws, wanted, words.out)
        title = form_printing.title_of(ws, words.form)
    what = "空白表" if words.blank else words.quarter
    say(f"已写出“{title}”（{what}）：{written}，{file_size(written.stat().st_size)}。")
    return GOOD
