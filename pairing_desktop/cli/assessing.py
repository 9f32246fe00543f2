"""The yearly assessment: figures from the records, the form on paper, the report, the evidence."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from pairing_desktop.cli.speech import GOOD, say, say_json
from pairing_desktop.cli.words import Commands, file_word, json_option, reading, writing
from pairing_desktop.errors import trouble

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import Term
    from pairing_desktop.services.assessing import Assessment
    from pairing_desktop.services.workspace import Workspace


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("assess", assess, "考核自评：按指标体系从记录取数、算分，出表、报告和佐证材料")
    file_word(one)
    one.add_argument("--year", metavar="年份", type=int, required=True, help="评价年度，如 2024")
    one.add_argument("--term", metavar="周期", choices=("年度", "三年"), help="年度（默认）或 三年；两张自评表并存")
    one.add_argument("--set", metavar="指标体系", type=Path, help="换用省厅下发的指标体系（.yaml），存进数据文件")
    one.add_argument("--save", action="store_true", help="把取到的数存进自评表（手工改过的不动）")
    one.add_argument("--form", metavar="文件", type=Path, help="把自评表写成 .pdf 或 .xlsx")
    one.add_argument("--blank", action="store_true", help="--form 写成空表，供手工填写")
    one.add_argument("--report", metavar="文件.docx", type=Path, help="写自评报告（可编辑的 Word 文件）")
    one.add_argument("--evidence", metavar="文件夹", type=Path, help="把佐证材料按编号复制到新文件夹，附目录")
    json_option(one)


def assess(words: argparse.Namespace) -> int:
    """Assess a year."""
    from pairing_desktop.services import assessing, assessing_set

    with (writing if words.save or words.set else reading)(words.file) as ws:
        if not assessing.usable(ws):
            raise trouble("assessing.no_form")
        if words.year not in ws.about.years:
            years = "、".join(map(str, ws.about.years))
            raise trouble("assessing.years", year=words.year, years=years)
        adopted = assessing_set.adopt(ws, words.set) if words.set else None
        term: Term = words.term or (adopted.term if adopted else "年度")
        if words.save:
            _save(ws, words.year, term)
        found = assessing.look(ws, words.year, term)
        written = _written(ws, words, term)
    if words.json:
        say_json(_json(found) | {"written": [str(path) for path in written]})
    else:
        _say(found)
        for path in written:
            say(f"已写 {path}")
    return GOOD


def _save(ws: "Workspace", year: int, term: "Term") -> None:
    from pairing_desktop.services import assessing, assessing_drawing, entering

    opened = assessing.open_assessment(ws, year, term)
    assessing.fill(ws, opened.draft, assessing_drawing.Drawing(ws, year, term))
    entering.save(ws, opened.draft, why="按指标体系取数")


def _written(ws: "Workspace", words: argparse.Namespace, term: "Term") -> list[Path]:
    from pairing_desktop.services import assessing_evidence, assessing_papers, assessing_report

    written = []
    if words.form:
        written.append(assessing_papers.write_form(ws, words.year, words.form, term, blank=words.blank))
    if words.report:
        written.append(assessing_report.write(ws, words.year, words.report, term))
    if words.evidence:
        done = assessing_evidence.export(ws, words.year, words.evidence, term=term)
        written.append(done.folder)
        for name in done.missing:
            say(f"没有文件：{name}") if not words.json else None
    return written


def _json(found: "Assessment") -> dict[str, Any]:
    plain: dict[str, Any] = to_builtins(found)
    plain["lines"] = [to_builtins(line) | {"lacking": line.lacking} for line in found.lines]
    return plain


def _say(found: "Assessment") -> None:
    from pairing_desktop.formspec import period

    what = f"{found.year}年度考核" if found.term == "年度" else f"三年考核（截至{found.year}年）"
    say(f"{what}自评（{found.indicator_set}），数据截至{period.title(found.as_of)}：")
    for line in found.lines:
        by_hand = line.nature == "定性"
        target, actual = (line.wanted, line.done) if by_hand else (f"{line.target}{line.unit}", line.actual)
        behind = f"，{len(line.records)} 条记录" if line.records else ""
        lacking = f"；还缺：{'、'.join(line.lacking)}" if line.lacking else ""
        say(f"{line.number:<4} {line.label}：目标 {target}，完成 {actual or '未填'}，"
            f"得 {line.score or '—'}/{line.weight}{behind}{lacking}")
    say(f"权重合计 {found.weight_total:f}，指标得分 {found.score_total:f}，加 {found.bonus:f} 减 {found.deduction:f}，"
        f"自评总分 {found.total:f}" + (f"，对照等次 {found.grade}" if found.grade else "") + "。")
