"""特殊情况报送 of every built-in check: what may be waived is finalised and verifies, the rest is refused in words."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec import builtin
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.services import checking, demo, entering, reviewing, submitting
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.small import QUARTER

HARD = """
id: hard
version: 1
title: 难填的表
short: 难填的表
group: 填报
order: 60
kind: quarterly
subject: visit
fills: [M]
sections:
  - id: main
    title: 难填
    fields:
      - {id: must, label: 必填, type: text, required: true}
      - {id: year, label: 年度, type: whole, unit: 年, min: 1900, max: 2100}
      - {id: name, label: 简称, type: text, max_length: 4}
      - {id: words, label: 经过, type: long_text, max_length: 8}
      - {id: exact, label: 精确数, type: decimal}
      - {id: share, label: 占比, type: percent, max: 100}
      - {id: code, label: 代码, type: credit_code}
      - {id: much, label: 数, type: decimal}
      - {id: rare, label: 生僻字, type: text}
      - {id: worked, label: 算出, type: decimal, compute: subject.cost + 1}
      - {id: expected, label: 预计, type: decimal, nature: 预计, marks: [nature]}
      - {id: actual, label: 实际, type: decimal, nature: 预计, marks: [nature]}
      - {id: both, label: 合计, type: decimal, nature: 预计, compute: expected + actual}
list: {columns: [name]}
print: {layout: card}
"""
DOUBTED = "91350100M0001005YR"
"""Well formed, but the organisation code inside is none."""
WAIVED = {"year", "name", "words", "exact", "share"}


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with small.make(tmp_path, hard=HARD) as made:
        yield made


def broken(ws: Workspace) -> tuple[str, str, list[Finding]]:
    """Fill a quarter whose one sheet breaks every built-in check; returns sheet, visit and the sheet's findings."""
    visit = small.fill(ws)["visit"]
    sheet = small.put(ws, "hard", subject=visit, year="123456789", name="六个字的简称", words="这一段话比八个字长。",
                      exact="1.23456", share="120", code=DOUBTED, much="约12a", rare="\u0e01", expected="1",
                      actual="2").key
    draft = entering.open_record(ws, form="hard", key=sheet, quarter=QUARTER).draft
    draft.mark("actual", nature="实际")
    entering.save(ws, draft)
    small.put(ws, "visit", key=visit, cost="20")
    return sheet, visit, [f for f in checking.check_quarter(ws, QUARTER).findings if f.record == sheet]


def builtin_rules() -> set[str]:
    """Return the names of all built-in checks, as they stand in the program."""
    calls = [n for n in ast.walk(ast.parse(inspect.getsource(builtin))) if isinstance(n, ast.Call)]
    faults = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id == "Fault"]
    return {str(n.args[2].value) for n in faults if isinstance(n.args[2], ast.Constant)}


def test_every_built_in_check_is_waived_and_sent_or_refused_in_words(ws: Workspace, tmp_path: Path,
                                                                     keys: demo.Keys) -> None:
    sheet, visit, found = broken(ws)
    assert {f.rule for f in found} == builtin_rules()
    for finding in (f for f in found if f.level == "error"):
        if finding.path in WAIVED:
            assert checking.waive(ws, finding, reason="确实如此", consent_by="局长").waiver == "确实如此"
        else:
            with pytest.raises(Trouble, match="不能作特殊情况报送"):
                checking.waive(ws, finding, reason="确实如此", consent_by="局长")
    small.put(ws, "hard", key=sheet, subject=visit, must="有", much="12", rare="", actual="")
    for finding in checking.check_quarter(ws, QUARTER).findings:
        if finding.level == "query":
            checking.explain(ws, finding, "情况属实")
    done = submitting.finalise(ws, QUARTER, tmp_path)
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    [verdict] = reviewing.verify_files([done.packet], trust=keys.root, crl=keys.crl, now=ws.clock(), forms=ws.catalogue)
    assert (verdict.verdict, verdict.problems) == ("valid", ())


def test_no_kept_finding_says_that_it_may_be_waived(ws: Workspace) -> None:
    """What a finding says of itself is asked of the rules again: it may have been kept by another version."""
    _, _, found = broken(ws)
    typed = replace(next(f for f in found if f.rule == "typed"), waivable=True)
    with pytest.raises(Trouble, match="不能作特殊情况报送"):
        checking.waive(ws, typed, reason="确实如此", consent_by="局长")
