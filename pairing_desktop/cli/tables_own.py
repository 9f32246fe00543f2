"""Computed sheets and own tables without the window."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop.cli.speech import GOOD, say, say_json
from pairing_desktop.cli.words import Commands, chinese, file_word, json_option, quarter, quarter_option, reading
from pairing_desktop.errors import trouble

if TYPE_CHECKING:
    from pairing_desktop.formspec.summary_values import Computed, Shown
    from pairing_desktop.services.own_tables import Definition
    from pairing_desktop.services.workspace import Workspace


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("summary", summary, "看或导出汇总表；JSON 里每个数都带来源记录")
    file_word(one)
    quarter_option(one)
    one.add_argument("--sheet", metavar="汇总表", default="", help="如 funnel；不写是全部")
    one.add_argument("--out", metavar="文件", type=Path, help="导出成 .xlsx 或 .pdf")
    json_option(one)
    two = commands.add("table", table, "看或导出一张自定义表，或用它填别的部门的 Excel 模板")
    file_word(two)
    two.add_argument("name", metavar="表名", nargs="?", default="", type=chinese, help="自定义表的名称；不写列出全部")
    two.add_argument("--quarter", metavar="季度", default="", type=quarter, help="如 2024Q2")
    two.add_argument("--template", metavar="模板", type=Path, help="要填的 Excel 模板；对应关系用窗口里存的")
    two.add_argument("--out", metavar="文件", type=Path, help="导出成 .xlsx 或 .pdf；填模板时是填好的文件")
    json_option(two)


def summary(words: argparse.Namespace) -> int:
    """Show or export computed sheets."""
    from pairing_desktop.services import form_printing, scope, summarising, writing

    kind = form_printing.kind_of(words.out) if words.out else ""
    with reading(words.file) as ws:
        scope.require_quarter(ws, words.quarter)
        found = summarising.computed(ws, words.quarter)
        if words.sheet and words.sheet not in found:
            raise trouble("own_tables.no_summary", sheet=words.sheet, known="、".join(found))
        shown = [found[words.sheet]] if words.sheet else list(found.values())
        if words.out:
            write = summarising.pdf if kind == "pdf" else summarising.workbook
            writing.write(words.out, write(ws, words.quarter, words.sheet))
    if words.json:
        say_json([_sheet(one) for one in shown])
        return GOOD
    if words.out:
        say(f"汇总表在 {words.out}。")
        return GOOD
    for one in shown:
        say(one.sheet.title)
        for part in one.parts:
            say("　" + "　".join(h.title for h in part.heads))
            for line in part.lines:
                say("　" + "　".join(c.text for c in line.cells))
    return GOOD


def _sheet(one: "Computed") -> dict[str, Any]:
    return {"id": one.sheet.id, "title": one.sheet.title, "remarks": list(one.remarks), "parts": [
        {"id": part.id, "title": part.title, "heads": [{"id": h.id, "title": h.title, "unit": h.unit}
                                                       for h in part.heads],
         "lines": [{"id": line.id, "kind": line.kind, "cells": [_cell(c) for c in line.cells]}
                   for line in part.lines]} for part in one.parts]}


def _cell(shown: "Shown") -> dict[str, Any]:
    behind = [{"form": b.form, "key": b.key, "label": b.label} for b in shown.behind]
    return {"text": shown.text, **({"records": behind} if shown.figure else {})}


def table(words: argparse.Namespace) -> int:
    """List, show or export own tables, or fill a template from one."""
    from pairing_desktop.services import own_tables, scope

    with reading(words.file) as ws:
        if words.quarter:
            scope.require_quarter(ws, words.quarter)
        saved = own_tables.saved(ws)
        if not words.name:
            listed = [{"name": t.name, "form": t.form, "columns": [c.path for c in t.columns]} for t in saved]
            if words.json:
                say_json(listed)
            else:
                say("\n".join(t.name for t in saved) or "还没有自定义表。")
            return GOOD
        found = next((t for t in saved if t.name == words.name), None)
        if found is None:
            raise trouble("own_tables.no_table", name=words.name, known="、".join(t.name for t in saved) or "没有")
        return _one(words, ws, found)


def _one(words: argparse.Namespace, ws: "Workspace", found: "Definition") -> int:
    from pairing_desktop.services import form_printing, own_tables_worked, template_filling, writing

    if not words.quarter:
        raise trouble("own_tables.no_quarter", name=found.name)
    if words.template:
        done = template_filling.filled(ws, found, template_filling.of(found), words.quarter, words.template)
        out = words.out or words.template.with_name(f"{words.template.stem}（已填）{words.template.suffix}")
        template_filling.save(done, words.template, out)
        units = f"；按模板的单位，{'，'.join(done.converted)}" if done.converted else ""
        say(f"填了 {done.lines} 行、{done.cells} 个单元格{units}，在 {out}。")
        return GOOD
    if words.out:
        write = own_tables_worked.pdf if form_printing.kind_of(words.out) == "pdf" else own_tables_worked.workbook
        writing.write(words.out, write(ws, found, words.quarter))
        say(f"自定义表在 {words.out}。")
        return GOOD
    worked = own_tables_worked.worked(ws, found, words.quarter)
    if words.json:
        say_json({"heading": worked.heading, "heads": [h.title for h in worked.part.heads], "notes": worked.notes,
                  "lines": [{"kind": line.kind, "cells": [c.text for c in line.cells]} for line in worked.part.lines]})
        return GOOD
    for line in worked.part.lines:
        say("　".join(c.text for c in line.cells))
    return GOOD
