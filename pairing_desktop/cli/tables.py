"""The forms: list, lint, field reference."""

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop import paths
from pairing_desktop.cli.speech import BAD, FAILED, GOOD, complain, problem_json, say, say_json
from pairing_desktop.cli.words import Commands, json_option
from pairing_desktop.errors import Problem, Trouble, all_or_raise, trouble

if TYPE_CHECKING:
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Field


_NOT_THERE = {"formspec.folder", "cli.form_file"}
"""Nothing was linted: exit code 2."""


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("forms", forms, "列出、检查表式，生成字段说明或采集表")
    one.add_argument("what", metavar="list|lint|doc|template|adopt",
                     choices=("list", "lint", "doc", "template", "adopt"),
                     help="list 列出；lint 检查；doc 生成字段说明；template 生成一张表的采集表；"
                          "adopt 让一个数据文件换用现在的表式和审核界限")
    one.add_argument("form", metavar="表", nargs="?", default="",
                     help="template：哪张表，如 enterprise；lint：只检查哪个文件（表式、汇总表、指标体系、审核界限）；"
                          "adopt：哪个数据文件")
    one.add_argument("--out", metavar="文件", type=Path, help="template：写到哪个 .xlsx 文件")
    one.add_argument("--folder", metavar="文件夹", type=Path, help="表式所在文件夹，默认是程序自带的")
    one.add_argument("--check", action="store_true", help="doc：只核对字段说明是否与表式一致")
    one.add_argument("--dry-run", action="store_true", help="adopt：只看有什么不同，不换用")
    json_option(one)


def forms(words: argparse.Namespace) -> int:
    """List, lint or document the forms."""
    return {"list": _forms_list, "lint": _forms_lint, "doc": _forms_doc, "template": _template,
            "adopt": _adopt}[words.what](words)


def _template(words: argparse.Namespace) -> int:
    from pairing_desktop.cli.importing import template

    if not words.form or words.out is None:
        raise trouble("cli.template_words")
    return template(words.form, words.out, words.folder)


def _adopt(words: argparse.Namespace) -> int:
    """Let a data file work with the program's forms and limits as they are now."""
    from msgspec import to_builtins

    from pairing_desktop.cli.words import reading, writing
    from pairing_desktop.services import adopting

    if not words.form:
        raise trouble("cli.adopt_words")
    wanted = adopting.shipped(words.folder)
    with (reading if words.dry_run else writing)(Path(words.form)) as ws:
        changes = adopting.difference(ws, wanted) if words.dry_run else adopting.adopt(ws, wanted)
    if words.json:
        say_json({"limits": [to_builtins(limit) for limit in changes.limits], "forms": list(changes.forms),
                  "added": list(changes.added), "adopted": bool(changes) and not words.dry_run})
        return GOOD
    for line in changes.lines:
        say(line)
    say("没有不同。" if not changes else "以上是不同之处，没有换用。" if words.dry_run else
        "已换用，修改痕迹里有记载；请重新审核各季度。")
    return GOOD


def _catalogue(words: argparse.Namespace) -> "Catalogue":
    from pairing_desktop.formspec import catalogue

    return catalogue.load(words.folder or paths.forms())


def _field_json(field: "Field") -> dict[str, object]:
    """Return what a program needs to know of a field; a table's columns are fields of their own."""
    said: dict[str, object] = {"id": field.id, "label": field.plain_label, "type": field.type, "unit": field.unit}
    return {**said, "columns": [_field_json(c) for c in field.columns]} if field.columns else said


def _forms_list(words: argparse.Namespace) -> int:
    found = _catalogue(words)
    if words.json:
        say_json([{"id": f.id, "version": f.version, "title": f.title, "kind": f.kind, "joint": f.joint,
                   "fields": [_field_json(field) for field in f.fields], "rules": len(f.rules), "digest": f.digest}
                  for f in found.forms])
        return GOOD
    wide = max(len(form.id) for form in found.forms)
    for form in found.forms:
        size = f"第 {form.version} 版，{len(form.fields)} 项，{len(form.rules)} 条审核关系"
        say(f"{form.id:<{wide}} {form.group}  {form.title}（{size}）")
    return GOOD


def _forms_lint(words: argparse.Namespace) -> int:
    from pairing_desktop.formspec import indicators_loading, summary_compiling
    from pairing_desktop.formspec.catalogue import read_folder

    folder = words.folder or paths.forms()
    try:
        if words.form:
            return _lint_file(words)
        found = _catalogue(words)
        problems: list[Problem] = []
        sheets: tuple[object, ...] = ()
        with _gathered(problems):
            sheets = summary_compiling.load(folder, found).sheets
        sets = read_folder(folder / indicators_loading.FOLDER)
        for name, data in sets.items():
            with _gathered(problems):
                indicators_loading.load_bytes(data, name, found)
        all_or_raise(problems)
    except Trouble as bad:
        if words.json:
            say_json({"problems": [problem_json(p) for p in bad.problems]})
        else:
            complain(bad)
        return FAILED if bad.problems[0].code in _NOT_THERE else BAD
    if words.json:
        say_json({"problems": []})
    else:
        computed = f"、{len(sheets)} 张汇总表" if sheets else ""
        scored = f"、{len(sets)} 套指标体系" if sets else ""
        say(f"{len(found.forms)} 张表{computed}{scored}没有问题。")
    return GOOD


@contextmanager
def _gathered(problems: list[Problem]) -> Iterator[None]:
    """Take what is wrong with one file, so that the next is looked at too."""
    try:
        yield
    except Trouble as bad:
        problems += bad.problems


def _lint_file(words: argparse.Namespace) -> int:
    """Lint one file of forms, sheets, indicators or limits among those it goes with; Trouble tells its faults."""
    from pairing_desktop.formspec import catalogue, indicators_loading, summary, summary_compiling

    file, folder = Path(words.form), words.folder or paths.forms()
    if file.suffix != ".yaml" or not file.is_file():
        raise trouble("cli.form_file", file=file)
    data = file.read_bytes()
    if re.search(rb"^blocks:", data, re.MULTILINE):
        summary_compiling.load_texts({**summary.read(folder), file.name: data}, catalogue.load(folder))
    elif re.search(rb"^indicators:", data, re.MULTILINE):
        indicators_loading.load_bytes(data, file.name, catalogue.load(folder))
    elif re.search(rb"\bvalue\s*:", data) and not re.search(rb"^(id|kind|title|sections):", data, re.MULTILINE):
        forms = {name: text for name, text in catalogue.read_folder(folder).items() if name != catalogue.THRESHOLDS}
        catalogue.load_texts({**forms, file.name: data}, thresholds=file.name)
    else:
        catalogue.load_texts(dict(sorted({**catalogue.read_folder(folder), file.name: data}.items())))
    if words.json:
        say_json({"problems": []})
    else:
        say(f"{file.name} 没有问题。")
    return GOOD


def _forms_doc(words: argparse.Namespace) -> int:
    from pairing_desktop.formspec import doc
    from pairing_desktop.services import writing

    text = doc.reference_text(_catalogue(words))
    place = (words.folder or paths.forms()) / "README.md"
    same = place.is_file() and place.read_text(encoding="utf-8") == text
    if not same and not words.check:
        writing.write(place, text.encode())
    if words.json:
        say_json({"file": str(place), "same": same, "written": not same and not words.check})
    elif words.check:
        say(f"{place} 与表式一致。" if same else f"{place} 与表式不一致，请运行 forms doc 重新生成。")
    else:
        say(f"字段说明在 {place}。")
    return BAD if words.check and not same else GOOD
