"""What is shown where there is little room: names, finding lines, lists."""

from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("PySide6")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QTextLayout

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.rules import Finding
from pairing_desktop.ui import finding_line
from pairing_desktop.ui.findings_table import USUAL, FindingsTable
from pairing_desktop.ui.labels import JOINED, asking, fitted, fitted_place
from pairing_desktop.ui.people_grid import PHONE
from pairing_desktop.ui.rows import FEWEST, GAP, LEAST, Cell, Column, Row, RowsTable
from pairing_desktop.ui.section_tabs import SectionTabs
from pairing_desktop.ui.sheet_table import Cell as Cell_
from pairing_desktop.ui.sheet_table import Head, Line, SheetTable
from pairing_desktop.ui.theme import face, width

pytestmark = pytest.mark.gui


def test_two_firms_look_different(qapp: Any, theme: object) -> None:
    metrics = QFontMetrics(face(13))
    names = [f"遂昌示例{number}竹业有限公司" for number in ("一", "六", "二十", "二十一", "二十六")]
    shown = [fitted(name, metrics, 93) for name in names]
    assert len(set(shown)) == len(names)
    assert all(metrics.horizontalAdvance(text) <= 93 for text in shown)
    assert fitted("双彩", metrics, 93) == "双彩"


@pytest.mark.parametrize("wide", range(40, 140, 7))
def test_no_sign_of_a_label_stands_alone(qapp: Any, theme: object, wide: int) -> None:
    field = Field(id="subsidy", label="专项资金补助", type="decimal", required=True)
    lines = QTextLayout(asking(field), face(13))
    lines.beginLayout()
    while (line := lines.createLine()).isValid():
        line.setLineWidth(wide)
    lines.endLayout()
    last = lines.lineAt(lines.lineCount() - 1)
    assert lines.text()[last.textStart():].replace(JOINED, "").endswith("补助\N{NO-BREAK SPACE}*")
    assert QFontMetrics(face(13)).horizontalAdvance(JOINED) == 0


def test_the_tab_of_the_section_shown_stands_among_those_that_fit(qtbot: Any, theme: object) -> None:
    tabs = SectionTabs(["基本情况", "诊断评分", "基线指标", "存在问题", "改善课题", "诊断结论"])
    qtbot.addWidget(tabs)
    tabs.resize(320, tabs.height())
    tabs.show()

    def seen() -> list[str]:
        return [tab.text() for tab in tabs.tabs if tab.isVisible()]

    fitting = seen()
    assert "诊断结论" not in fitting
    tabs.show_current(5)
    assert seen() == [*fitting[:-1], "诊断结论"]
    assert tabs._more.isVisible()
    tabs.show_current(1)
    assert seen() == fitting
    tabs.resize(800, tabs.height())
    assert len(seen()) == 6
    assert not tabs._more.isVisible()


def test_columns_are_as_narrow_as_their_words_before_a_table_scrolls_sideways(qtbot: Any, theme: object) -> None:
    table = RowsTable("修改记录", (Column("时间", 132), Column("记录"), Column("谁", 128)))
    qtbot.addWidget(table)
    table.show_rows([Row((Cell("今天"), Cell("双彩"), Cell("张三")))])
    table.resize(280, 200)
    table.show()
    bar = table.horizontalScrollBar()
    needed = [width("今天") + 2 * GAP + 1, width("张三") + 2 * GAP + 1]
    assert [table.columnWidth(0), table.columnWidth(2)] == needed
    qtbot.waitUntil(lambda: not bar.maximum())
    table.show_rows([Row((Cell("今天 14:42:08"), Cell("双彩"), Cell("企业科统计岗（示例）")))])
    assert table.columnWidth(2) == 128, "never wider than where there is room"
    assert table.columnWidth(1) == FEWEST
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    table.resize(700, 200)
    assert [table.columnWidth(0), table.columnWidth(2)] == [132, 128]
    assert table.columnWidth(1) > LEAST
    qtbot.waitUntil(lambda: not bar.maximum())


def test_a_computed_table_cuts_no_title(qtbot: Any, theme: object) -> None:
    heads = (Head("企业名称", width=60), Head("计量单位", width=14), Head("改进前", width=20, right=True))
    line = Line((Cell_("遂昌示例一竹业有限公司"), Cell_("万元/人"), Cell_("84", right=True)))
    table = SheetTable("成效", heads, [line])
    qtbot.addWidget(table)
    for room in (500, 300, 240):
        table.resize(room, 100)
        table.show()
        assert table.columnWidth(1) >= width("计量单位", 12) + 16


def test_no_figure_of_a_finding_is_cut(qtbot: Any, theme: object) -> None:
    """Where a name has no room it ends in dots; a figure would be another one."""
    table = FindingsTable(lambda form: form)
    qtbot.addWidget(table)
    found = [Finding(form="lean_project", record="1", path="contract_sum", rule="sum", level="error", left=left,
                     right="48.00", difference="123,456,741.12", message="不等", place="双彩 · 合同额")
             for left in ("123,456,789.12", "丽水市遂昌县妙高街道东城工业园区示例生态竹木综合利用科技")]
    table.resize(610, 200)
    table.show_findings(found, None)
    table.show()
    assert table.columnWidth(2) >= width("123,456,789.12") + 2 * GAP
    assert table.columnWidth(4) >= width("123,456,741.12", weight=500) + 2 * GAP
    assert table.columnWidth(1) >= FEWEST
    table.show_findings([replace(found[0], left="1.00", difference="")], None)
    assert [table.columnWidth(n) for n in USUAL] == list(USUAL.values()), "nor wider than for these"


@pytest.mark.parametrize(("phone", "good"), [("0578-1234567", True), ("+86 13800000000", True), ("abc", False),
                                             ("12345", False), ("1" * 21, False)])
def test_what_a_phone_number_is(phone: str, good: bool) -> None:
    assert bool(PHONE.fullmatch(phone)) == good


def query(message: str, **more: str) -> Finding:
    return Finding(form="a", record="b", path="c", rule="d", number="1", level="query", left="1", right="2",
                   difference="1", message=message, waivable=False, **more)


FIGURES = "开工以来累计 40,000.00 不等于上季累计 38,500.00 与本季完成 2,200.00 之和 40,700.00，少 700.00"


@pytest.mark.parametrize("room", [200, 240, 300])
def test_a_finding_keeps_its_figures_and_its_remedy(qtbot: Any, theme: object, room: int) -> None:
    """What is wrong takes as many lines as it needs: a figure cut off cannot be put right."""
    line = finding_line.FindingLine()
    qtbot.addWidget(line)
    line.resize(room, 80)
    line.show()
    line.show_finding(query(FIGURES, remedy="核对累计数，属实的请说明"))
    assert line.shown() == f"{FIGURES}，核对累计数，属实的请说明　填写说明"
    assert line.heightForWidth(room) > finding_line.LINES * QFontMetrics(face(12)).lineSpacing()


def test_a_long_answer_keeps_to_three_lines_and_leaves_the_finding_whole(qtbot: Any, theme: object) -> None:
    line = finding_line.FindingLine()
    qtbot.addWidget(line)
    line.resize(300, 80)
    line.show()
    answer = "补记三月的两笔，" * 30
    line.show_finding(query("开工以来累计少 700.00", explanation=answer))
    assert line.shown().startswith("开工以来累计少 700.00。已说明：补记三月的两笔")
    assert line.shown().endswith("…　修改说明")
    assert line.heightForWidth(300) <= finding_line.LINES * QFontMetrics(face(12)).lineSpacing() + 4
    assert answer in line.toolTip()


def test_a_page_typed_into_a_field_is_not_told_whole(qtbot: Any, theme: object) -> None:
    line = finding_line.FindingLine()
    qtbot.addWidget(line)
    line.resize(220, 60)
    line.show()
    line.show_finding(query("合同额应等于补助与自筹之和，" * 80))
    assert line.heightForWidth(220) <= finding_line.MOST * QFontMetrics(face(12)).lineSpacing() + 4
    assert line.shown().endswith("…　填写说明")


@pytest.mark.parametrize("room", range(150, 400, 10))
def test_the_link_is_never_broken(qtbot: Any, theme: object, room: int) -> None:
    line = finding_line.FindingLine()
    qtbot.addWidget(line)
    line.show_finding(query(FIGURES))
    lines = line._lay(room)[0]
    last = lines.lineAt(lines.lineCount() - 1)
    assert lines.text()[last.textStart():].replace(JOINED, "").endswith("填写说明")


def test_only_the_link_of_a_query_asks_for_its_explanation(qtbot: Any, theme: object) -> None:
    line = finding_line.FindingLine()
    qtbot.addWidget(line)
    line.resize(400, 20)
    line.show_finding(Finding(form="a", record="b", path="c", rule="d", number="1", level="query", left="1", right="2",
                              difference="1", message="比上期多一倍", waivable=False))
    asked: list[object] = []
    line.explainWanted.connect(asked.append)
    for x in range(0, 90, 10):
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
    assert not asked
    start = 22 + QFontMetrics(face(12)).horizontalAdvance(line.shown().removesuffix("填写说明"))
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(start + 15, 10))
    assert asked == [line.finding]
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(395, 10))
    assert len(asked) == 1


def test_where_a_finding_is_keeps_the_field(qtbot: Any, theme: object) -> None:
    metrics = QFontMetrics(face(13))

    def seen(place: str, room: int) -> str:
        return fitted_place(metrics, place, room * 13)

    whole = "遂昌县经济商务局 · 挂职干部 · 第1行 · 派出单位"
    assert seen(whole, 40) == whole
    assert seen(whole, 20).endswith(" · 挂职干部 · 第1行 · 派出单位")
    assert seen(whole, 20).startswith("遂昌")
    assert seen(whole, 12).endswith("· 派出单位")
    assert seen("浙江双彩新材料股份有限公司（遂昌） · 合同额", 12).endswith("… · 合同额")
