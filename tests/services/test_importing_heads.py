"""What counties' own tables call a field, and what a head is taken for by what stands under it."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pairing_desktop.services import importing
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets

Rows = list[tuple[Any, ...]]
TABLES: dict[str, tuple[str, Rows, dict[str, str]]] = {
    "项目": ("cooperation_project", [
        ("项目名称", "用地（亩）", "进展情况", "问题与困难", "属地"),
        ("竹纤维", 60, "已完成土地摘牌，正在场平", "电力接入滞后", "遂昌")],
        {"用地（亩）": "land_quota", "进展情况": "stage_words", "问题与困难": "needs", "属地": "host"}),
    "进展是阶段": ("cooperation_project", [("项目名称", "进展情况"), ("竹纤维", "已开工建设"), ("环龙", "投产")],
              {"进展情况": "stage"}),
    "对接": ("chain_link", [
        ("日期", "供方", "需方", "需求内容", "对接会"), ("2024-4-8", "甲公司", "乙公司", "工业丝", "化工企业对接会")],
        {"供方": "suppliers.name", "需方": "demander", "需求内容": "demands.item", "对接会": "title"}),
    "标杆": ("lean_project", [
        ("企业", "起始月份", "完成时间（计划）", "合同金额", "其中：财政补助"),
        ("甲", "2024年1月", "2024年9月", 30, 20)],
        {"起始月份": "start", "完成时间（计划）": "plan_end", "合同金额": "contract_sum", "其中：财政补助": "subsidy"}),
    "其中不是打勾": ("enterprise", [("企业名称", "人数", "其中：规上企业"), ("甲", 30, 20)], {"其中：规上企业": ""}),
    "诊断": ("diagnosis", [
        ("企业名称", "主要问题", "改善建议", "是否列入标杆"), ("甲", "排产靠经验", "建看板", "是")],
        {"主要问题": "problems.present", "改善建议": "topics.topic", "是否列入标杆": "recommended"}),
    "交流": ("exchange_activity", [
        ("活动名称", "主办", "姓名", "挂职起止时间", "挂职单位"), ("挂职", "南湖", "王某", "2024年1月—12月", "遂昌")],
        {"主办": "organiser", "姓名": "holder", "挂职起止时间": "start", "挂职单位": "to_unit"}),
    "园区": ("park_progress", [
        ("园区名称", "规划用地", "可供土地", "已供应土地", "其中：基础设施"), ("竹产业园", 620, 410, 286, 4260)],
        {"规划用地": "land_planned", "可供土地": "land_available", "已供应土地": "land_supplied",
         "其中：基础设施": "infra"}),
    "企业": ("enterprise", [("单位名称", "代码", "电话/手机"), ("甲", None, "0578-8111111")],
           {"代码": "credit_code", "电话/手机": "phone"}),
}


@pytest.mark.parametrize("table", TABLES)
def test_heads_of_counties_own_tables(county_ws: Workspace, tmp_path: Path, table: str) -> None:
    form, rows, wanted = TABLES[table]
    layout = importing.layout_of(county_ws, importing.look(sheets.write(tmp_path / "表.xlsx", rows)), form=form)
    found = {column.head: column.target for column in layout.columns}
    assert {head: found[head] for head in wanted} == wanted


RIVALS: dict[str, tuple[str, Rows, dict[str, str]]] = {
    "上年本年": ("enterprise", [("企业名称", "上年营业收入", "本年营业收入", "增幅"), ("甲", 600, 700, "16%")],
             {"上年营业收入": "", "本年营业收入": "revenue"}),
    "计划实际": ("enterprise", [("企业名称", "计划营业收入", "实际营业收入"), ("甲", 600, 700)],
             {"计划营业收入": "", "实际营业收入": "revenue"}),
    "没有写的": ("enterprise", [("企业名称", "上年营业收入", "营业收入"), ("甲", 600, 700)],
             {"上年营业收入": "", "营业收入": "revenue"}),
    "都不是": ("enterprise", [("企业名称", "上年营业收入", "计划营业收入"), ("甲", 600, 700)],
            {"上年营业收入": "", "计划营业收入": ""}),
    "一列去年的": ("enterprise", [("企业名称", "上年从业人员", "营业收入"), ("甲", 30, 700)],
              {"上年从业人员": "", "营业收入": "revenue"}),
    "都是去年的": ("enterprise", [("企业名称", "指标年度", "上年从业人员", "上年营业收入"), ("甲", 2022, 30, 700)],
              {"指标年度": "figures_year", "上年从业人员": "staff", "上年营业收入": "revenue"}),
    "季报": ("park_progress", [("园区名称", "上年税收收入", "本年税收收入"), ("竹产业园", 600, 700)],
           {"上年税收收入": "", "本年税收收入": "tax"}),
    "季报只有上年": ("park_progress", [("园区名称", "去年税收收入"), ("竹产业园", 600)], {"去年税收收入": ""}),
    "各有一项": ("cooperation_project", [
        ("项目名称", "计划开工", "实际开工", "计划总投资"), ("甲", "2024-1-2", "2024-2-3", 9)],
             {"计划开工": "planned_start", "实际开工": "start", "计划总投资": "total_investment"}),
    "半年": ("enterprise", [("企业名称", "1-6月营业收入", "从业人员"), ("甲", 600, 7)],
           {"1-6月营业收入": "", "从业人员": "staff"}),
    "资金自己的": ("fund_use", [
        ("资金名称", "年初预算", "已下达", "已拨付", "已使用"), ("专项", 5000, 5000, 2600, 2400)],
              {"已下达": "granted", "已拨付": "paid_out", "已使用": "used"}),
}


@pytest.mark.parametrize("table", RIVALS)
def test_of_two_columns_of_one_figure_the_one_meant_is_read(county_ws: Workspace, tmp_path: Path, table: str) -> None:
    """This year's, the actual one; where nobody can tell, none."""
    form, rows, wanted = RIVALS[table]
    source = importing.look(sheets.write(tmp_path / "表.xlsx", rows))
    columns = importing.layout_of(county_ws, source, form=form, quarter="2024Q2").columns
    assert {one.head: one.target for one in columns if one.head in wanted} == wanted
    unread = {one.head: one.note for one in columns if one.head in wanted and not one.target}
    assert all(unread.values()) or unread == {"上年营业收入": ""}, "beside 营业收入 itself it is another column"


def test_a_column_in_sight_comes_before_a_hidden_one_of_the_same_name(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [("企业名称", "营业收入", "营业收入"), ("甲", 600, 700)])
    book = load_workbook(path)
    book.worksheets[0].column_dimensions["B"].hidden = True
    book.save(path)
    layout = importing.layout_of(county_ws, importing.look(path), form="enterprise")
    assert layout.targets["revenue"].place == 2


def test_a_label_without_its_bracket_comes_before_what_is_computed(county_ws: Workspace, tmp_path: Path) -> None:
    rows = [("园区名称", "规上工业总产值", "本季税收", "税收"), ("竹产业园", 12, 3, 8)]
    path = sheets.write(tmp_path / "表.xlsx", rows)
    layout = importing.layout_of(county_ws, importing.look(path), form="park_progress", quarter="2024Q2")
    assert [(column.head, column.target) for column in layout.columns][1:] == [
        ("规上工业总产值", "output"), ("本季税收", ""), ("税收", "tax")]


def test_a_quarters_own_figure_alone_is_not_taken_for_the_years(county_ws: Workspace, tmp_path: Path) -> None:
    """In the first quarter both are the same."""
    path = sheets.write(tmp_path / "表.xlsx", [("园区名称", "本季税收", "本季末从业人员"), ("竹产业园", 3, 400)])
    source = importing.look(path)
    later = importing.layout_of(county_ws, source, form="park_progress", quarter="2024Q2").columns
    assert [(one.target, one.note) for one in later[1:]] == [
        ("", "只是本季的数，没有读，这一项要本年累计的"), ("staff", "")]
    first = importing.layout_of(county_ws, source, form="park_progress", quarter="2024Q1").columns
    assert [one.target for one in first[1:]] == ["tax", "staff"]


def test_where_a_tables_columns_stand_together_its_names_are_its_own(county_ws: Workspace, tmp_path: Path) -> None:
    rows = [("赛道", "已下达", "已支出"), ("产业链协作", 400, 300), ("招商统筹", 300, 200), ("产业转移", 200, 100)]
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "表.xlsx", rows), "fund_use", keep_errors=True)
    lines = [one["values"] for one in plan.rows[0].fate.payload["values"]["tracks"]]
    assert [(one["track"], one["granted"], one["paid_out"]) for one in lines] == [
        ("2", "400", "300"), ("4", "300", "200"), ("3", "200", "100")]
    assert "“招商统筹”按“招商信息统筹机制”" in "".join(plan.notes)


def test_a_firm_that_is_being_built_does_not_produce(county_ws: Workspace, tmp_path: Path) -> None:
    rows = [("企业名称", "是否投产", "是否规上"), ("双彩", "已投产", "是"), ("示例甲", "在建", "未规上")]
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "表.xlsx", rows), "park_progress", keep_errors=True)
    lines = [one["values"] for one in plan.rows[0].fate.payload["values"]["firms"]]
    assert [(one.get("producing"), one.get("above_scale")) for one in lines] == [(True, True), (False, False)]


def test_a_lines_growth_in_words_and_how_it_is_given(county_ws: Workspace, tmp_path: Path) -> None:
    """Growth given as growth stays as it is given, what stands before and after is computed."""
    rows = [("企业", "指标名称", "计量单位", "改善前", "改善后", "改善幅度"),
            ("双彩", "销售额", "万元", None, None, "增长25.49%"), (None, "不良率", "%", 2.9, 1.1, "下降1.8个百分点"),
            (None, "成本", "万元", None, None, "降低12%"), (None, "换模时间", "分钟", None, None, "明显缩短")]
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "表.xlsx", rows), "lean_project", keep_errors=True)
    lines = [one["values"] for one in plan.rows[0].fate.payload["values"]["kpis"]]
    assert [(one.get("how"), one.get("improvement"), one.get("improvement_unit")) for one in lines] == [
        ("企业直接提供增幅", "25.49", "%"), ("前后值计算", "-1.8", "百分点"), ("企业直接提供增幅", "-12", "%"),
        (None, None, None)]
    assert "“明显缩短”不是数字" in "".join(one.message for one in plan.findings)


def test_indicators_side_by_side_are_the_firms_own_lines(county_ws: Workspace, tmp_path: Path) -> None:
    """One firm a row, 改造前 and 改造后 below each indicator."""
    heads = [("企业名称", "一次合格率(%)", None, "人均产值(万元)", None), (None, *("改造前", "改造后") * 2)]
    path = sheets.book(tmp_path / "表.xlsx", {"一": [*heads, ("双彩", 65.2, "99%以上", "约35", 41)]},
                       {"一": ["A1:A2", "B1:C1", "D1:E1"]})
    _, plan = sheets.plan(county_ws, path, "lean_project", keep_errors=True)
    lines = plan.rows[0].fate.payload["values"]["kpis"]
    assert [(one["values"]["indicator"], one["values"]["unit"], one["values"]["before"], one["values"]["after"])
            for one in lines] == [("一次合格率", "%", "65.2", "99"), ("人均产值", "万元", "35", "41")]
