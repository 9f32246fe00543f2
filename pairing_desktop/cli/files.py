"""Data files: new ones, and the check of a quarter."""

import argparse
from pathlib import Path

from msgspec import to_builtins

from pairing_desktop.cli.speech import BAD, GOOD, say, say_json
from pairing_desktop.cli.words import (
    COMMAND_LINE,
    Commands,
    chinese,
    county,
    file_word,
    json_option,
    now,
    quarter_option,
    reading,
    writing,
)


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("new", new, "新建数据文件")
    one.add_argument("file", metavar="数据文件", type=Path, help="要建的文件，如 遂昌县2024.pairing")
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument("--county", metavar="代码", type=county, help="本县（市、区）6 位代码或名称，如 331123 或 遂昌县")
    what.add_argument("--sample", metavar="名称", help="写入示例：suichang（两个季度）或报道中其他县，如 tiantai")
    one.add_argument("--partner", metavar="代码", default="", type=county, help="结对县（市、区）6 位代码或名称")
    one.add_argument("--bureau", metavar="单位", default="", type=chinese, help="填报单位名称")
    one.add_argument("--who", metavar="姓名", default=COMMAND_LINE, type=chinese,
                     help="填表人，记在修改历史里（默认记“命令行”）")
    one = commands.add("restore", restore, "从备份恢复：把备份复制成新的数据文件，并在修改痕迹里记一笔")
    one.add_argument("backup", metavar="备份", type=Path, help="备份或副本，原样保留")
    one.add_argument("file", metavar="新数据文件", type=Path, help="要建的文件；已有的不会覆盖")
    one = commands.add("check", check, "审核一个季度")
    file_word(one)
    quarter_option(one)
    one.add_argument("--take-over", action="store_true",
                     help="全部沿用上期说明：待说明的疑问，上期说过的作为本期的说明保存（先不加本选项看一遍；"
                          "特殊情况报送不沿用，同意要重新征得）")
    json_option(one)


def new(words: argparse.Namespace) -> int:
    """Make a data file."""
    from pairing_desktop.services import entering, workspace

    if words.sample:
        return _sample(words)
    file = _named(words.file)
    with workspace.create(file, county=words.county, partner=words.partner, bureau=words.bureau,
                          who=words.who.strip() or COMMAND_LINE, now=now()) as ws:
        entering.enter_bureau(ws)
        with_partner = f"，结对 {ws.about.partner_name}" if ws.about.partner else ""
        say(f"已新建数据文件 {file}：{ws.about.county_name}{with_partner}，{len(ws.forms)} 张表。")
        if _both_mountain(words.county, words.partner):
            say(f"请核对：{ws.about.county_name}和{ws.about.partner_name}都是山区 26 县，结对的一方应是工业大县。"
                "写错了可以在窗口的设置里改。")
    return GOOD


def _named(file: Path) -> Path:
    """Return a new data file's path with its ending, put behind any other one, as the window's guide does."""
    return file if file.suffix.lower() == ".pairing" else file.with_name(f"{file.name}.pairing")


def _both_mountain(*codes: str) -> bool:
    """Tell whether all counties are mountain counties, so that they make no pair of the programme."""
    from pairing_desktop.formspec import reference

    found = [reference.county(code) for code in codes]
    return all(each is not None and each.mountain26 for each in found)


def _sample(words: argparse.Namespace) -> int:
    """Make a data file with a sample."""
    from pairing_desktop.services import sample

    file = _named(words.file)
    made = sample.make_sample(file, now=now()) if words.sample == "suichang" else \
        sample.make_other(file, words.sample, now=now())
    with made as ws:
        said = next((o.article for o in sample.others() if o.name == words.sample), "")
        more = f"{said}。" if said else ""
        say(f"已写入示例 {file}：{ws.about.county_name}，结对 {ws.about.partner_name}。{more}")
    return GOOD


def restore(words: argparse.Namespace) -> int:
    """Put a backup back."""
    from pairing_desktop.services import restoring

    done = restoring.restore(words.backup, words.file, who=COMMAND_LINE, now=now())
    say(f"已从 {words.backup.name} 恢复成 {done.path}，修改痕迹第 {done.entries} 条记了这次恢复。"
        "备份之后填的内容要重新填。")
    return GOOD


def check(words: argparse.Namespace) -> int:
    """Check a quarter, and take over what was said of its queries in the one before."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services import adopting, carrying, checking, naming

    with (writing if words.take_over else reading)(words.file) as ws:
        report = checking.check_quarter(ws, words.quarter)
        said = carrying.suggestions(ws, report.findings, words.quarter)
        if words.take_over and said:
            checking.explain_all(ws, [(one.finding, one.text) for one in said])
            report = checking.check_quarter(ws, words.quarter)
        catalogue = ws.catalogue
        limits = adopting.other_limits(ws)
    before = {} if words.take_over else {id(one.finding): one.text for one in said}
    if words.json:
        say_json({"file": str(words.file), "quarter": words.quarter, "passes": report.passes, "errors": report.errors,
                  "queries": report.queries, "unexplained": report.unexplained, "waived": report.waived,
                  "records": report.records, "taken_over": len(said) if words.take_over else 0,
                  "findings": [to_builtins(f) | {"said_before": before.get(id(f), "")} for f in report.findings]})
        return GOOD if report.passes else BAD
    for finding in report.findings:
        level = "强制" if finding.level == "error" else "核实"
        answer = f" 特殊情况：{finding.waiver}" if finding.waiver else f" 已说明：{finding.explanation}"
        open_ = not finding.waiver and not finding.explanation
        remedy = f"，{finding.remedy}" if finding.remedy and finding.rule != "typed" else ""
        say(f"{level}  {naming.placed(catalogue, finding)}：{finding.message}" + (remedy if open_ else answer)
            + (f"（上期说明：{before[id(finding)]}）" if id(finding) in before else ""))
    if said:
        say(f"沿用了 {len(said)} 条上期的说明。" if words.take_over else
            f"有 {len(said)} 条上期说明过，情况没有变化的加 --take-over 全部沿用。")
    if limits:
        otherwise = "；".join(f"{limit.title}：数据文件 {limit.old}，程序 {limit.new}" for limit in limits)
        say(f"审核界限与程序现在的不同（{otherwise}）。要换用，请运行 forms adopt。")
    verdict = "审核通过" if report.passes else "审核没有通过"
    say(f"{period.title(words.quarter)}{verdict}：{report.records} 条记录，强制 {report.errors}，"
        f"核实 {report.queries}（待说明 {report.unexplained}），特殊情况 {report.waived}。")
    return GOOD if report.passes else BAD
