"""Lines alone in their row: notes below a list are left out by name, names alone are records or asked for."""

from pathlib import Path

import pytest

from pairing_desktop.services.workspace import Workspace
from tests.services import sheets

NOTED = ("以上数据截至2023年12月31日", "数据来源：县经商局", "注1：人员为年末数", "1.人员为年末数",
         "★标记的为链主企业", "填表人签字：", "（以上企业均为规上企业）", "附：企业分布图",
         "联系人：张某 0578-1", "遂昌县经济商务局", "二〇二四年一月")


def test_notes_below_a_list_are_left_out_by_name(county_ws: Workspace, tmp_path: Path) -> None:
    """Among records no such line is dropped: a person says what it is."""
    heads, first, last = ("企业名称", "联系人", "从业人员"), ("甲公司", "张三", 1), ("乙公司", "李四", 2)
    path = sheets.write(tmp_path / "名录.xlsx", [heads, first, last, *((one,) for one in NOTED)])
    _, plan = sheets.plan(county_ws, path, "enterprise")
    assert [row.fate.label for row in plan.rows] == ["甲公司", "乙公司"]
    told = "、".join(f"第{row}行“{text[:14]}{'…' * (len(text) > 14)}”" for row, text in enumerate(NOTED, 4))
    assert f"跳过表头、说明等 {len(NOTED)} 行：{told}" in plan.notes
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "乙.xlsx", [
        heads, first, *((one,) for one in NOTED[:6]), last]), "enterprise", keep_errors=True)
    asked = [row.number for row in plan.rows if any("像是说明或落款" in f.message for f in row.fate.findings)]
    assert asked == [row.number for row in plan.rows if row.fate.state == "refused"] == [3, 4, 5, 6, 7, 8]


NAMES = ("3.15消费活动", "附属设施参观", "数据开放周", "联系会议", "资料馆参观活动", "（第一期）精益沙龙（南湖)",
         "1.5万吨竹浆", "以竹代塑项目", "注塑二厂", "附一医疗器械", "（遂昌）竹工坊（个体户）", "供电局服务公司")
DOUBTED = ("“双招双引、山海协作”推介会，南湖专场", "招商推介：竹产业", "遂昌县邮政局", "浙江遂昌经济开发区管理委员会")


SUICHANG = {"county": "遂昌县"}


@pytest.mark.parametrize("more", [(), ("乙公司", "李四")], ids=["end", "among"])
def test_a_name_alone_is_never_dropped(county_ws: Workspace, tmp_path: Path, more: tuple[str, ...]) -> None:
    """What may be a sentence or a bureau's signature is asked for at the list's end; another cell says it is none."""
    heads, first = ("企业名称", "联系人"), ("甲公司", "张三")
    lines = [(name,) for name in (*NAMES, *DOUBTED)]
    path = sheets.write(tmp_path / "名录.xlsx", [heads, first, *lines, *((more,) if more else ())])
    _, plan = sheets.plan(county_ws, path, "enterprise", given=SUICHANG)
    assert [row.number for row in plan.rows] == list(range(2, 3 + len(lines) + bool(more)))
    assert not plan.skipped
    refused = [row.fate.label for row in plan.rows if row.fate.state == "refused"]
    assert refused == ([] if more else list(DOUBTED))
    path = sheets.write(tmp_path / "乙.xlsx", [heads, first, *((name, "李四") for name in DOUBTED)])
    assert {row.fate.state for row in sheets.plan(county_ws, path, "enterprise", given=SUICHANG)[1].rows} == {"new"}


def test_a_signature_below_a_list_of_bureaus_is_asked_for(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [("企业名称", "联系人"), ("遂昌县经信局", "张三"), ("遂昌县商务局",),
                                               ("2024年1月",)])
    _, plan = sheets.plan(county_ws, path, "enterprise", given=SUICHANG)
    assert [(row.number, row.fate.state) for row in plan.rows] == [(2, "new"), (3, "refused")]
    assert "跳过表头、说明等 1 行：第4行“2024年1月”" in plan.notes


def test_total_as_a_records_word_is_no_total(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [
        ("企业名称", "主要产品", "联系人", "从业人员"), ("甲公司", "合计", "张三", 1), ("遂昌县", "合计", "—", 5),
        ("遂昌县", "总数", None, "5人")])
    _, plan = sheets.plan(county_ws, path, "enterprise")
    assert [row.fate.label for row in plan.rows] == ["甲公司"]
    assert "跳过合计行 2 行：第3行“遂昌县”、第4行“遂昌县”" in plan.notes


def test_a_note_about_the_total_is_no_total(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [
        ("企业名称", "联系人", "从业人员"), ("甲公司", "张三", 1), ("合计", None, 1), ("注：合计行只是规上企业",)])
    _, plan = sheets.plan(county_ws, path, "enterprise")
    assert "跳过合计行 1 行：第3行“合计”" in plan.notes
    assert "跳过表头、说明等 1 行：第4行“注：合计行只是规上企业”" in plan.notes


def test_notes_below_a_numbered_list_are_left_out_by_name(county_ws: Workspace, tmp_path: Path) -> None:
    """Whether below the numbers or the names; its list ends at the last number."""
    lines = [(1, "甲公司", 10), (2, "乙公司", 20), ("数据来源：税务部门，截至12月底",), (None, "数据来源：税务部门"),
             ("“快报”，非决算",), ("注", "快报数"), (None, "全县", 30)]
    path = sheets.write(tmp_path / "名录.xlsx", [("序号", "企业名称", "从业人员"), *lines])
    _, plan = sheets.plan(county_ws, path, "enterprise", given=SUICHANG | {"figures_year": "2023"})
    assert [(row.number, row.fate.state) for row in plan.rows] == [
        (2, "new"), (3, "new"), (7, "refused"), (8, "refused")]
    assert ("跳过表头、说明等 3 行：第4行“数据来源：税务部门，截至12…”、第5行“数据来源：税务部门”、"
            "第6行““快报”，非决算”") in plan.notes
