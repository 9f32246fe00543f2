"""The assessment page and the carrying dialog over a real data file."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from pairing_desktop import paths
from pairing_desktop.services import assessing, assessing_set, carrying, entering, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.assess_page import AssessPage
from pairing_desktop.ui.carry_dialog import CarryDialog, offer
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.resuming import resume
from pairing_desktop.ui.signals import Signals
from tests.services.small import PEOPLE, Now
from tests.signing import people
from tests.ui.script import Script, idle
from tests.ui.test_resuming import cut, opened

pytestmark = pytest.mark.gui


def put(ws: Workspace, form: str, quarter: str = "2024Q2", subject: str = "", **values: str) -> str:
    draft = entering.open_record(ws, form=form, quarter=quarter, subject=subject).draft
    for name, text in values.items():
        draft.type(name, text)
    return entering.save(ws, draft).key


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clock = Now()
    path = tmp_path_factory.mktemp("assess") / "遂昌.pairing"
    with workspace.create(path, county="331123", partner="330402", bureau="示例局", people=PEOPLE, now=clock(),
                          who="张三", clock=clock) as ws:
        put(ws, "pairing", title="南湖—遂昌", industrial="330402", mountain="331123", state="结对中")
        park = put(ws, "park", name="示例园区")
        put(ws, "park_progress", "2024Q2", park, infra="1000", industry="2000", plant_built="300", plant_let="290")
    return path


@pytest.fixture
def ws(prepared: Path, tmp_path: Path) -> Iterator[Workspace]:
    clock = Now()
    path = tmp_path / "遂昌.pairing"
    shutil.copyfile(prepared, path)
    with workspace.open_workspace(path, who="张三", now=clock(), clock=clock) as found:
        yield found


@pytest.fixture
def page(qtbot: Any, ws: Workspace, theme: object, script: Script) -> AssessPage:
    made = AssessPage(ws, Signals())
    qtbot.addWidget(made)
    made.resize(1158, 660)
    made.show_quarter("2024Q2")
    made.show()
    qtbot.waitExposed(made)
    return made


def choose(page: AssessPage, number: str) -> None:
    rows = [row.data for row in page.table.rows.rows]
    page.table.selectRow(rows.index(number))


def cells(page: AssessPage, number: str) -> list[str]:
    return next([cell.text for cell in row.cells] for row in page.table.rows.rows if row.data == number)


@pytest.mark.parametrize(("name", "at"), [("assess", "改进措施"), ("assess", "加分"), ("settings", "审核人电话"),
                                          ("history", "")])
def test_after_a_power_cut_the_page_comes_back_with_its_field(
    qtbot: Any, ws: Workspace, settings: Settings, theme: object, tmp_path: Path, name: str, at: str,
) -> None:
    settings.set(f"quarter.{ws.path}", "2024Q2")
    desk = opened(qtbot, ws, settings, theme)
    resume(desk)
    desk.show_page(name)
    page = desk.assess_page()
    if page is not None:
        choose(page, "1.2")
    if at:
        field = next(one for one in desk.stack.currentWidget().findChildren(QLineEdit) if one.accessibleName() == at)
        field.setFocus()
        qtbot.keyClicks(field, "7.")
        qtbot.waitUntil(lambda: desk.keeping.place.found().get("at") == at)
    if page is not None:
        page._half_typed("bonus" if at == "加分" else page.pane.path("measures"), "7.")
    copy = tmp_path / "again"
    copy.mkdir()
    with cut(desk, copy) as after:
        for key in ("place", "page", "quarter"):
            settings.set(f"{key}.{after.path}", settings.get(f"{key}.{ws.path}"))
        again = opened(qtbot, after, settings, theme)
        resume(again)
        assert (again.page, again.quarter) == (name, "2024Q2")
        focused = again.focusWidget()
        if at:
            assert isinstance(focused, QLineEdit)
            assert focused.accessibleName() == at
            assert name != "assess" or focused.text() == "7."
        else:
            assert focused is again.navigation.list
        found = again.assess_page()
        if found is not None:
            assert found.table.current() == "1.2"
        again.leave()
        again.shut()
    desk.leave()
    desk.shut()


def saved(ws: Workspace) -> assessing.Assessment:
    return assessing.look(ws, 2024)


def test_figures_stand_there_with_their_records_and_a_click_opens_one(qtbot: Any, page: AssessPage) -> None:
    assert cells(page, "4.1")[3:6] == ["22,000", "3,000", "1.09"]
    choose(page, "4.1")
    assert [row.cells[0].text for row in page.pane.records.rows.rows] == ["园区建设季报：示例园区 2024年二季度"]
    page.pane.records.selectRow(0)
    with qtbot.waitSignal(page._signals.goTo) as told:
        qtbot.keyClick(page.pane.records, Qt.Key.Key_Return)
    assert told.args[0] == "park_progress"


def test_what_is_typed_is_on_disk_when_the_field_is_left_and_saved_with_the_page(
        qtbot: Any, ws: Workspace, page: AssessPage) -> None:
    choose(page, "4.1")
    page.pane.inputs["reason"].setFocus()
    page.pane.inputs["reason"].setText("雨季停工")
    page.pane.inputs["reason"].editingFinished.emit()
    again = entering.open_record(ws, form="assessment", quarter="2024Q4", key=page.opened.key if page.opened else "")
    assert again.recovered
    assert "改进措施" in cells(page, "4.1")[-1]
    assert "未达标原因" not in cells(page, "4.1")[-1]
    page.hide()
    kept = next(line for line in saved(ws).lines if line.number == "4.1")
    assert kept.reason == "雨季停工"


def test_work_goes_on_after_the_page_was_saved_where_it_stands(ws: Workspace, page: AssessPage) -> None:
    for number, words in (("4.1", "雨季停工"), ("2.1", "环评延后")):
        choose(page, number)
        page.pane.inputs["reason"].setText(words)
        page.pane.inputs["reason"].editingFinished.emit()
        assert page.leave(), "as F7 and 另存副本 do"
        assert page.opened is not None
    kept = {line.number: line.reason for line in saved(ws).lines}
    assert (kept["4.1"], kept["2.1"]) == ("雨季停工", "环评延后")


def test_what_the_set_or_the_records_say_otherwise_now_is_told_until_it_is_drawn_anew(
        qtbot: Any, ws: Workspace, page: AssessPage) -> None:
    assert "重新取数" not in page.hint.text()
    page.save()
    park = entering.choices(ws, "park", "示例园区")[0].key
    put(ws, "park_progress", "2024Q3", park, infra="1500", industry="2600", plant_built="300", plant_let="290")
    text = (paths.forms() / "indicators" / "example.yaml").read_text(encoding="utf-8")
    assessing_set.adopt_bytes(ws, text.replace("有协议并落实", "有协议、有台账").encode(), "新.yaml")
    page.hide()
    page.show()
    assert "变了，点“重新取数”更新" in page.hint.text()
    assert cells(page, "8.2")[3] == "有协议并落实"
    page.fill()
    assert cells(page, "8.2")[3] == "有协议、有台账"
    assert cells(page, "4.1")[4] == "4,100"
    assert "重新取数" not in page.hint.text()


def test_a_low_screen_keeps_its_room_for_the_indicators(qtbot: Any, page: AssessPage) -> None:
    page.setMinimumSize(1, 1)
    page.resize(629, 276)  # what the window leaves it at 200 % on 1366 by 768
    qtbot.waitUntil(page.foot.more.isVisible)
    assert not page.foot.isVisible()
    qtbot.waitUntil(lambda: page.table.viewport().height() >= 5 * 28)
    assert [action.text() for action in page.foot.menu().actions()] == [
        "打印预览", "空表", "自评报告…", "导出佐证材料…", "换指标体系…", "整张自评表"]
    assert page.hint.text() == page.title.toolTip()
    page.resize(1158, 660)
    qtbot.waitUntil(page.foot.isVisible)
    assert not page.foot.more.isVisible()


def test_a_grade_scores_and_the_total_follows(page: AssessPage) -> None:
    choose(page, "7.1")
    before = page.totals.total.text()
    page.pane.grade.setCurrentIndex(2)
    page.pane.grade.activated.emit(2)
    assert cells(page, "7.1")[5] == "4.80"
    assert page.totals.total.text() != before
    page.totals.bonus.setText("2")
    page.totals.bonus.editingFinished.emit()
    assert page.found is not None
    assert page.found.bonus == 2


def typed(line: Any, text: str) -> None:
    line.setText(text)
    line.editingFinished.emit()


def test_nonsense_is_told_where_it_stands_with_what_to_do(page: AssessPage) -> None:
    choose(page, "4.1")
    typed(page.pane.inputs["actual"], "abc")
    said = page.pane.found["actual"].finding
    assert said is not None
    assert (said.level, said.message) == ("error", "“abc”不是数字，请只填数字，没有就填“无”或留空")
    assert cells(page, "4.1")[-1].startswith("完成值有误")
    assert cells(page, "4.1")[5] == "待评"
    assert "1 处有误" in page.hint.text()
    typed(page.pane.inputs["actual"], "3000")
    assert page.pane.found["actual"].finding is None
    assert "有误" not in page.hint.text()


@pytest.mark.parametrize(("line", "text", "level", "said"), [
    ("bonus", "1000", "query", "加分 1,000.00，超过核实界限 10 分"), ("bonus", "-5", "error", "-5"),
    ("bonus", "很多", "error", "“很多”不是数字"), ("deduction", "11", "error", "扣分 11.00，多于指标得分与加分之和"),
])
def test_points_added_and_taken_off_are_checked(page: AssessPage, line: str, text: str, level: str, said: str) -> None:
    assert page.totals.said.finding is None
    typed(getattr(page.totals, line), text)
    found = page.totals.said.finding
    assert found is not None
    assert (found.level, said in found.message) == (level, True)
    assert found.remedy or "请" in found.message
    assert not page.totals.said.isHidden()


def test_a_figure_that_the_records_do_not_give_asks_for_words(page: AssessPage, script: Script) -> None:
    choose(page, "1.1")
    typed(page.pane.inputs["actual"], "7")
    said = page.pane.found["actual"].finding
    assert said is not None
    assert "按记录取数是 0" in said.message
    assert "完成值待说明" in cells(page, "1.1")[-1]
    script.answers["reason"] = "有两个项目尚未录入。"
    page.pane.explainWanted.emit(said)
    answered = page.pane.found["actual"].finding
    assert answered is not None
    assert answered.explanation == "有两个项目尚未录入。"
    assert "待说明" not in cells(page, "1.1")[-1]
    typed(page.pane.inputs["actual"], "8")
    assert "完成值待说明" in cells(page, "1.1")[-1]


def test_a_record_becomes_a_numbered_material_and_goes_again(page: AssessPage) -> None:
    choose(page, "4.1")
    page.pane.link.click()
    assert [row.cells[0].text for row in page.pane.materials.rows.rows] == ["4-01"]
    assert "佐证材料" not in cells(page, "4.1")[-1]
    page.pane.materials.selectRow(0)
    page.pane.remove.click()
    assert page.pane.materials.rows.rows == ()


def test_the_report_and_the_materials_are_written(qtbot: Any, page: AssessPage, script: Script,
                                                  tmp_path: Path) -> None:
    scan = tmp_path / "扫描.pdf"
    scan.write_bytes(people.small_stamp())
    script.answers = {"open_file": scan, "save_file": tmp_path / "报告.docx", "folder": tmp_path}
    choose(page, "4.1")
    page.pane.file.click()
    page.makers.report()
    assert not (tmp_path / "报告.docx").exists(), "it is written in the background"
    assert not page.makers.isEnabled()
    idle(qtbot)
    assert page.makers.isEnabled()
    assert any("考核自评报告" in p.text for p in docx.Document(str(tmp_path / "报告.docx")).paragraphs)
    page.makers.export()
    idle(qtbot)
    assert (tmp_path / "2024年度佐证材料" / "4-01 扫描.pdf").is_file()


def test_the_window_s_save_and_print_reach_the_assessment(qtbot: Any, ws: Workspace, theme: Any, script: Script,
                                                          tmp_path: Path) -> None:
    desk = Desk(ws, Settings(tmp_path / "settings.json"), theme)
    qtbot.addWidget(desk)
    desk.show()
    desk.show_page("assess")
    page = desk.stack.currentWidget()
    assert isinstance(page, AssessPage)
    assert not saved(ws).key
    desk.actions_["save"].trigger()
    assert saved(ws).key
    script.answers["run"] = False
    desk.actions_["print"].trigger()
    assert script.names() == []
    idle(qtbot)
    assert script.names() == ["run"]
    assert desk.leave()


def test_what_cannot_be_written_is_told_and_the_next_can_be_tried(qtbot: Any, page: AssessPage, script: Script,
                                                                  tmp_path: Path) -> None:
    told: list[str] = []
    script.answers = {"save_file": tmp_path / "报告.txt", "trouble": lambda _page, trouble: told.append(str(trouble))}
    page.makers.report()
    idle(qtbot)
    assert "报告.txt" in told[0]
    assert page.makers.isEnabled()


def test_a_bad_set_is_told_and_a_good_one_taken(page: AssessPage, script: Script, tmp_path: Path) -> None:
    text = (paths.forms() / "indicators" / "example.yaml").read_text(encoding="utf-8")
    file = tmp_path / "指标.yaml"
    file.write_text(text.replace('weight: "8"', 'weight: "5"', 1), encoding="utf-8")
    told: list[str] = []
    script.answers = {"open_file": file, "trouble": lambda _page, trouble: told.append(str(trouble))}
    page.adopt()
    assert "权重之和是 97，应为 100" in told[0]
    file.write_text(text.replace("title: 示例", "title: 新的示例", 1), encoding="utf-8")
    page.adopt()
    assert page.hint.text().startswith("新的示例指标体系")


def test_the_three_years_have_a_sheet_of_their_own(qtbot: Any, ws: Workspace, page: AssessPage) -> None:
    qtbot.mouseClick(page.terms["三年"], Qt.MouseButton.LeftButton)
    assert (page.title.text(), page.terms["三年"].isChecked()) == ("2023—2025年三年考核自评", True)
    assert cells(page, "3.1")[1] == "三年园区完成投资（累计）"
    choose(page, "3.1")
    page.pane.inputs["reason"].setText("启动较晚")
    page.pane.inputs["reason"].editingFinished.emit()
    qtbot.mouseClick(page.terms["年度"], Qt.MouseButton.LeftButton)
    assert cells(page, "4.1")[1] == "园区当年完成投资"
    assert not saved(ws).key, "the year's was only looked at"
    kept = assessing.look(ws, 2024, "三年")
    assert next(line.reason for line in kept.lines if line.number == "3.1") == "启动较晚"


def test_ctrl_z_takes_back_what_is_typed_and_then_what_was_done_here(qtbot: Any, ws: Workspace, theme: Any,
                                                                     script: Script, tmp_path: Path) -> None:
    desk = Desk(ws, Settings(tmp_path / "settings.json"), theme)
    qtbot.addWidget(desk)
    desk.show_quarter("2024Q2")
    desk.show_page("assess")
    desk.show()
    desk.activateWindow()
    page = desk.assess_page()
    assert page is not None
    choose(page, "4.1")
    reason = page.pane.inputs["reason"]
    reason.setFocus()
    reason.insert("雨季停工")
    qtbot.keyClick(reason, Qt.Key.Key_Return)
    reason.insert("，又停电")
    undo = (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(reason, *undo)
    assert reason.text() == "雨季停工", "what is being typed goes first"
    assert desk.actions_["undo"].text() == "撤销 修改未达标原因(&U)"
    desk.show_page("overview")
    desk.actions_["undo"].trigger()
    assert desk.page == "assess"
    assert (page.pane.line and page.pane.line.number, reason.text()) == ("4.1", "")
    desk.actions_["redo"].trigger()
    assert reason.text() == "雨季停工"
    page.pane.link.click()
    page.show_term("三年")
    desk.actions_["undo"].trigger()
    assert page.term == "年度", "the sheet that was changed is shown"
    assert page.pane.materials.rows.rows == ()
    assert desk.leave()
    kept = next(line for line in saved(ws).lines if line.number == "4.1")
    assert (kept.reason, kept.evidence) == ("雨季停工", "")


@pytest.mark.parametrize("name", ["reason", "bonus"])
def test_half_a_field_is_on_disk_and_is_not_left_by_looking_across(qtbot: Any, ws: Workspace, page: AssessPage,
                                                                   name: str) -> None:
    def on_disk() -> str:
        draft = assessing.open_assessment(ws, 2024).draft
        path = name if name == "bonus" else page.pane.path(name)
        return draft.text(path)

    with qtbot.waitActive(page):
        page.activateWindow()
    choose(page, "4.1")
    line = page.totals.bonus if name == "bonus" else page.pane.inputs[name]
    held = line.text()
    line.setFocus()
    line.selectAll()
    line._half.setInterval(0)
    qtbot.keyClicks(line, "1.")
    qtbot.waitUntil(lambda: on_disk().startswith("1"))
    line._half.setInterval(60_000)
    qtbot.keyClicks(line, "2")
    with pytest.deprecated_call():  # another program's window comes to the front
        QApplication.setActiveWindow(None)  # type: ignore[arg-type]
    assert not line.hasFocus()
    assert (line.text(), on_disk()) == ("1.2", "1.2")
    assert page.opened is not None
    assert not page.opened.draft.dirty, "nothing was left yet"
    with pytest.deprecated_call():
        QApplication.setActiveWindow(page)
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert (line.text(), on_disk()) == (held, held)
    qtbot.keyClicks(line, "3")
    line._half.timeout.emit()
    assert on_disk() == "3"
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    qtbot.keyClicks(line, held)
    page.table.setFocus()
    assert on_disk() == held
    assert not page.opened.draft.dirty


def test_a_locked_year_is_only_read(qtbot: Any, ws: Workspace, theme: object, script: Script) -> None:
    entering.save(ws, assessing.open_assessment(ws, 2024).draft)
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, write=False, now=Now()(), clock=Now()) as only:
        page = AssessPage(only, Signals())
        qtbot.addWidget(page)
        page.show_quarter("2024Q2")
        page.show()
        qtbot.waitExposed(page)
        assert not page.keep.isEnabled()
        assert page.pane.inputs["actual"].isReadOnly()
        page.hide()


def test_the_dialog_carries_a_quarter_and_takes_it_back(qtbot: Any, ws: Workspace, theme: object,
                                                        script: Script) -> None:
    plan = carrying.preview(ws, source="2024Q2", target="2024Q3")
    dialog = CarryDialog(ws, plan)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.go.text() == "新建 1 张季报"
    assert dialog.detail.text().startswith("带入：")
    assert not dialog.back.isVisible()
    with qtbot.waitSignal(dialog.changed):
        dialog.go.click()
    idle(qtbot)
    assert len(carrying.carried(ws, "2024Q3")) == 1
    assert dialog.back.isVisible()
    with qtbot.waitSignal(dialog.changed):
        dialog.back.click()
    assert carrying.carried(ws, "2024Q3") == ()
    assert "撤销了 1 张" in dialog.said.text()


def test_a_quarter_that_was_not_filled_is_passed_over_and_another_can_be_chosen(qtbot: Any, ws: Workspace,
                                                                                theme: object, script: Script) -> None:
    shown: list[CarryDialog] = []
    script.answers["run"] = shown.append
    page = QWidget()
    qtbot.addWidget(page)
    assert carrying.sources(ws, "2024Q4") == ("2024Q2",)
    offer(page, ws, "2024Q4", lambda: None)
    assert shown[0].plan.source == "2024Q2"
    carrying.carry(ws, source="2024Q2", target="2024Q3")
    offer(page, ws, "2024Q4", lambda: None)
    dialog = shown[1]
    assert [dialog.source.itemText(n) for n in range(dialog.source.count())] == ["2024年三季度", "2024年二季度"]
    qtbot.keyClick(dialog.source, Qt.Key.Key_Down)
    assert (dialog.plan.source, dialog.go.isEnabled()) == ("2024Q2", True)


def test_figures_stand_right_and_what_is_missing_is_said_in_a_colour_to_read(page: AssessPage) -> None:
    choose(page, "4.1")
    right = [name for name, line in page.pane.inputs.items() if line.alignment() & Qt.AlignmentFlag.AlignRight]
    assert right == ["actual", "score"]
    assert all(line.alignment() & Qt.AlignmentFlag.AlignRight for line in (page.totals.bonus, page.totals.deduction))
    assert {row.cells[-1].colour for row in page.table.rows.rows} <= {"error", "query", "ok"}
    assert "query" in {row.cells[-1].colour for row in page.table.rows.rows}


def test_without_evidence_it_says_where_that_comes_from(page: AssessPage) -> None:
    choose(page, "1.1")
    assert not page.pane.materials.isVisible()
    assert page.pane.none.text() == "还没有佐证材料，请加文件。"
    choose(page, "4.1")
    page.pane.records.selectRow(0)
    assert page.pane.none.text() == "还没有佐证材料。加文件，或选中取数的记录列为材料。"
    page.pane.link.click()
    assert page.pane.materials.isVisible()
    assert not page.pane.none.isVisible()
