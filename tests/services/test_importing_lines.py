"""Lines of a sheet that join those of a record's sub-table, whose names say the unit in another way or not at all."""

from pathlib import Path

import pytest

from pairing_desktop import cli
from pairing_desktop.services import entering, importing_shown, importing_writing
from pairing_desktop.services.importing import Plan
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets

QUARTER = "2024Q2"
HEADS = ("企业名称", "项目序号", "合同额（万元）", "指标", "计量单位", "基期值", "对比期值")
Line = tuple[str, str | None, int | None, int | None]


@pytest.fixture
def ws(county_ws: Workspace) -> Workspace:
    return county_ws


def written(path: Path, *lines: Line) -> Path:
    return sheets.write(path, [HEADS, *(("双彩", "1", 68, *line) for line in lines)])


def planned(ws: Workspace, path: Path) -> Plan:
    return sheets.plan(ws, path, "lean_project", quarter=QUARTER, keep_errors=True)[1]


def imported(ws: Workspace, path: Path) -> list[list[str]]:
    """Import a sheet; return the lines of the one project then."""
    plan = planned(ws, path)
    importing_writing.carry_out(ws, plan)
    draft = entering.open_record(ws, form="lean_project", key=plan.rows[0].fate.key, quarter=QUARTER).draft
    return [[draft.text(f"kpis/{row}/{c}") for c in ("indicator", "unit", "before", "after")]
            for row in draft.rows("kpis")]


SAME: list[tuple[Line, Line, list[str]]] = [
    (("准交率", "%", 80, 90), ("准交率（%）", None, 80, 95), ["准交率", "%", "80", "95"]),
    (("准交率", None, 80, 90), ("准交率（%）", None, None, 95), ["准交率", "%", "80", "95"]),
    (("准交率", "%", 80, 90), ("准交率%", "%", None, 95), ["准交率", "%", "80", "95"]),
    (("准交率（%）", None, 80, 90), ("准交率", "%", None, 95), ["准交率（%）", "%", "80", "95"]),
    (("合格率(％)", None, 80, 90), ("合格率（%）", None, None, 95), ["合格率(％)", "", "80", "95"]),
    (("ＯＥＥ", "%", 60, 70), ("OEE", None, None, 75), ["ＯＥＥ", "%", "60", "75"]),
    (("人均产值", "万元/人", 10, 12), ("人均产值（万元/人）", None, None, 13), ["人均产值", "万元/人", "10", "13"]),
]


@pytest.mark.parametrize(("there", "here", "then"), SAME, ids=range(len(SAME)))
def test_a_line_named_with_its_unit_is_the_one_without(ws: Workspace, tmp_path: Path, there: Line, here: Line,
                                                       then: list[str]) -> None:
    imported(ws, written(tmp_path / "项目.xlsx", there, ("交期", "天", 9, 8)))
    again = written(tmp_path / "再来.xlsx", here)
    plan = planned(ws, again)
    told = f"名称只差计量单位或全角半角的算同一行，名称照已有的：“{here[0]}”即已有的“{there[0]}”"
    assert told in plan.notes
    assert f"2 行（改“{there[0]}”）" in [one.new for one in plan.rows[0].fate.changes]
    assert imported(ws, again) == [then, ["交期", "天", "9", "8"]]
    assert [row.fate.state for row in planned(ws, again).rows] == ["unchanged"]


APART: list[tuple[list[Line], list[Line]]] = [
    ([("人均产值（万元）", None, 10, 12)], [("人均产值（亿元）", None, None, 13)]),
    ([("人均产值", "万元", 10, 12)], [("人均产值（元）", None, None, 13)]),
    ([("准交率", "%", 80, 90)], [("准交率", None, None, 95), ("准交率（%）", None, None, 96)]),
    ([("准交率", "%", 80, 90)], [("准交率（按订单）", None, None, 95)]),
]


@pytest.mark.parametrize(("there", "here"), APART, ids=range(len(APART)))
def test_what_may_be_two_lines_stays_two(ws: Workspace, tmp_path: Path, there: list[Line], here: list[Line]) -> None:
    """Of another unit, several of the name here or there, words in brackets that are no unit."""
    imported(ws, written(tmp_path / "项目.xlsx", *there))
    again = written(tmp_path / "再来.xlsx", *here)
    assert not any("算同一行" in note for note in planned(ws, again).notes)
    names = [name for name, *_ in imported(ws, again)]
    assert sorted(names) == sorted({name for name, *_ in (*there, *here)})


def test_of_two_lines_the_one_that_differs_by_width_alone_is_meant(ws: Workspace, tmp_path: Path) -> None:
    imported(ws, written(tmp_path / "项目.xlsx", ("准交率", "%", 80, 90), ("准交率(%)", None, 70, 90)))
    assert imported(ws, written(tmp_path / "再来.xlsx", ("准交率（%）", None, None, 95))) == [
        ["准交率", "%", "80", "90"], ["准交率(%)", "", "70", "95"]]


def test_the_command_tells_which_lines_it_mends(ws: Workspace, tmp_path: Path,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    imported(ws, written(tmp_path / "项目.xlsx", ("准交率", "%", 80, 90)))
    again = written(tmp_path / "再来.xlsx", ("准交率（%）", None, None, 95), ("交期", "天", 9, 8))
    ws.close()
    cli.run(["import", str(ws.path), str(again), "--form", "lean_project", "--quarter", QUARTER, "--keep-errors"])
    out = capsys.readouterr().out
    assert "第 2—3 行  成效指标：1 行改为 2 行（改“准交率”，增加“交期”）" in out
    assert "“准交率（%）”即已有的“准交率”" in out


def test_a_line_of_which_nothing_was_understood_is_shown_too(ws: Workspace) -> None:
    form = ws.catalogue.form("lean_project")
    unread = {"values": {"kpis": [{"id": "a", "raw": {"before": "很多"}}]}}
    [change] = importing_shown.changes(form, {"values": {}}, unread, (), lambda _form, key: key)
    assert (change.field, change.new) == ("kpis", "1 行（增加 1 行）")
