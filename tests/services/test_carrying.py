"""A quarter opened from an earlier one: what is made, what stays, what is cleared; taken back; words offered again."""

import json
from pathlib import Path

import pytest

from pairing_desktop import cli
from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.services import carrying, checking, entering, workspace
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.small import PEOPLE, Now

FIRST, SECOND = "2024Q2", "2024Q3"


@pytest.fixture
def filled(ws: Workspace) -> Workspace:
    """Return the small programme with a filled second quarter."""
    small.fill(ws, FIRST)
    return ws


def sheet(ws: Workspace, quarter: str) -> entering.OpenRecord:
    park = entering.choices(ws, "park", "竹产业园")[0].key
    return entering.open_record(ws, form="sheet", quarter=quarter, subject=park)


def test_the_preview_tells_what_is_made_what_stays_and_writes_nothing(filled: Workspace) -> None:
    plan = carrying.preview(filled, source=FIRST, target=SECOND)
    assert [(one.form, one.carried, one.cleared) for one in plan.sheets] == [
        ("sheet", ("累计投资",), ("说明",)), ("note", ("主要做法",), ())]
    assert [one.label for one in plan.sheets] == ["园区季报：竹产业园", "小结"]
    assert {(one.form, one.records, one.over) for one in plan.kept} == {("firm", 1, 0), ("visit", 1, 1), ("park", 1, 0)}
    assert plan.begun == plan.ended == ()
    assert sheet(filled, SECOND).revision == 0


def test_carrying_makes_the_sheets_that_go_on(filled: Workspace) -> None:
    done = carrying.carry(filled, source=FIRST, target=SECOND)
    assert len(done.keys) == 2
    opened = sheet(filled, SECOND)
    assert (opened.draft.shown("total"), opened.draft.text("words")) == ("50.00", "")
    assert opened.previous is not None
    assert opened.previous.text("words") == "无"
    assert entering.history(filled, opened.key)[0].why == "结转自2024年二季度"
    assert carrying.carry(filled, source=FIRST, target=SECOND).keys == ()  # nothing twice


def test_a_newer_quarter_that_is_passed_over_is_told(filled: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    carrying.carry(filled, source=FIRST, target=SECOND)
    assert carrying.preview(filled, source=FIRST, target="2024Q4").passed_over == (SECOND,)
    assert carrying.preview(filled, source=SECOND, target="2024Q4").passed_over == ()
    path = filled.path
    filled.close()
    assert cli.run(["carry", str(path), "--from", FIRST, "--to", "2024Q4", "--dry-run"]) == 0
    assert "注意：2024年三季度也有数，比2024年二季度新" in capsys.readouterr().out


def test_the_preview_names_the_columns_and_the_figures_of_the_year_that_stay_blank(tmp_path: Path) -> None:
    text = small.FORMS["sheet"].replace("id: total, ", "id: total, of_year: true, ").replace(
        "label: 人数, ", "label: 人数, carry: false, ")
    with small.make(tmp_path, sheet=text) as ws:
        small.fill(ws, FIRST)
        opened = sheet(ws, FIRST)
        opened.draft.type(f"firms/{opened.draft.add_row('firms')}/staff", "12")
        entering.save(ws, opened.draft)
        for target, blank in ((SECOND, ()), ("2025Q1", ("累计投资",))):
            made = carrying.preview(ws, source=FIRST, target=target).sheets[0]
            assert set(made.carried) == {"累计投资", "企业"} - set(blank)
            assert made.cleared == (*blank, "说明", "企业的人数")


def test_what_was_begun_stays_as_it_is(filled: Workspace) -> None:
    opened = sheet(filled, SECOND)
    opened.draft.type("total", "77")
    entering.save(filled, opened.draft)
    plan = carrying.preview(filled, source=FIRST, target=SECOND)
    assert [one.form for one in plan.sheets] == ["note"]
    assert plan.begun == ("园区季报：竹产业园",)
    carrying.carry(filled, source=FIRST, target=SECOND)
    assert sheet(filled, SECOND).draft.text("total") == "77"


def test_one_undo_takes_back_what_nobody_touched(filled: Workspace) -> None:
    carrying.carry(filled, source=FIRST, target=SECOND)
    opened = sheet(filled, SECOND)
    opened.draft.type("total", "60")
    entering.save(filled, opened.draft)
    undone = carrying.undo(filled, SECOND)
    assert undone.removed == 1
    assert len(undone.kept) == 1
    assert sheet(filled, SECOND).revision == 2
    assert carrying.carried(filled, SECOND) == ()


def test_carried_cumulative_figures_are_checked(filled: Workspace) -> None:
    carrying.carry(filled, source=FIRST, target=SECOND)
    opened = sheet(filled, SECOND)
    opened.draft.type("total", "40")
    entering.save(filled, opened.draft)
    assert "falls" in {f.rule for f in checking.check_quarter(filled, SECOND).findings}


def test_an_explanation_is_offered_again_and_never_given(ws: Workspace) -> None:
    small.fill(ws, "2024Q2")
    small.fill(ws, "2024Q3")
    for quarter, total in (("2024Q3", "40"), ("2024Q4", "30")):
        opened = sheet(ws, quarter)
        opened.draft.type("total", total)
        entering.save(ws, opened.draft)
    first = next(f for f in checking.check_quarter(ws, "2024Q3").findings if f.rule == "falls")
    checking.explain(ws, first, "园区核减了重复统计。")
    again = next(f for f in checking.check_quarter(ws, "2024Q4").findings if f.rule == "falls")
    assert again.explanation == ""
    assert carrying.suggestion(ws, again, "2024Q4") == "园区核减了重复统计。"
    assert carrying.suggestion(ws, first, "2024Q3") == ""


def test_an_answer_about_a_firm_is_of_its_quarter(ws: Workspace) -> None:
    keys = small.fill(ws, FIRST)
    small.fill(ws, SECOND)
    small.put(ws, "firm", key=keys["firm"], revenue="2000")

    def asked(quarter: str) -> Finding:
        return next(f for f in checking.check_quarter(ws, quarter).findings if f.rule == "small")

    checking.explain(ws, asked("2024Q2"), "营业执照换发中。")
    assert asked("2024Q2").explanation == "营业执照换发中。"
    assert asked("2024Q3").explanation == ""
    assert carrying.suggestion(ws, asked("2024Q3"), "2024Q3") == "营业执照换发中。"
    assert carrying.suggestion(ws, asked("2024Q2"), "2024Q2") == ""
    checking.explain(ws, asked("2024Q3"), "仍在换发。")
    assert asked("2024Q2").explanation == "营业执照换发中。"


def test_all_that_was_said_before_is_offered_at_once_and_saved_together(ws: Workspace) -> None:
    keys = small.fill(ws, FIRST)
    small.fill(ws, SECOND)
    small.put(ws, "firm", key=keys["firm"], revenue="2000")

    def asked(quarter: str) -> list[Finding]:
        return [f for f in checking.check_quarter(ws, quarter).findings if f.level == "query"]

    assert carrying.suggestions(ws, asked(SECOND), SECOND) == ()
    said = [(finding, f"说明{place}") for place, finding in enumerate(asked(FIRST))]
    checking.explain_all(ws, said)
    assert [f.explanation for f in asked(FIRST)] == [text for _, text in said]
    offered = carrying.suggestions(ws, asked(SECOND), SECOND)
    assert offered
    checking.explain_all(ws, [(one.finding, one.text) for one in offered])
    assert carrying.suggestions(ws, asked(SECOND), SECOND) == ()
    assert {f.explanation for f in checking.kept_findings(ws, SECOND) if f.explanation} == {o.text for o in offered}


def test_a_quarter_is_offered_only_while_nothing_was_begun(filled: Workspace) -> None:
    assert carrying.offered(filled, SECOND) == FIRST
    assert carrying.offered(filled, FIRST) == ""
    carrying.carry(filled, source=FIRST, target=SECOND)
    assert carrying.offered(filled, SECOND) == ""


def test_a_sheet_that_is_being_typed_is_begun(filled: Workspace) -> None:
    draft = sheet(filled, SECOND).draft
    draft.type("total", "61")
    entering.autosave(filled, draft)
    assert carrying.offered(filled, SECOND) == ""
    entering.discard(filled, draft)
    assert carrying.offered(filled, SECOND) == FIRST


@pytest.mark.parametrize(("source", "target", "said"), [
    (SECOND, FIRST, "不能从2024年三季度结转到2024年二季度"), ("2023Q1", FIRST, "2023年一季度没有填过季报"),
    ("2024", FIRST, "2024"), (FIRST, "2031Q1", "2031"),
])
def test_what_cannot_be_carried_is_told(filled: Workspace, source: str, target: str, said: str) -> None:
    with pytest.raises(Trouble, match=said):
        carrying.carry(filled, source=source, target=target)


def test_the_shipped_forms_keep_their_stocks_and_clear_their_flows(tmp_path: Path) -> None:
    clock = Now()
    with workspace.create(tmp_path / "a.pairing", county="331123", partner="330402", bureau="示例局", people=PEOPLE,
                          now=clock(), who="张三", clock=clock) as ws:
        def put(form: str, subject: str = "", **values: str) -> str:
            draft = entering.open_record(ws, form=form, quarter="2024Q1", subject=subject).draft
            for name, text in values.items():
                draft.type(name, text)
            return entering.save(ws, draft).key

        going = put("cooperation_project", name="在建项目", stage="试生产", signed="2023-02-01")
        over = put("cooperation_project", name="达产项目", stage="签约", signed="2023-02-01")
        for key in (going, over):
            put("cooperation_progress", key, stage="试生产", invest_total="800", invest="300", late_reason="雨季")
        opened = entering.open_record(ws, form="cooperation_project", key=over, quarter="2024Q2")
        opened.draft.type("stage", "达产")
        entering.save(ws, opened.draft)
        plan = carrying.preview(ws, source="2024Q1", target="2024Q2")
        assert [one.subject for one in plan.sheets] == [going]
        assert len(plan.ended) == 1
        carrying.carry(ws, source="2024Q1", target="2024Q2")
        draft = entering.open_record(ws, form="cooperation_progress", quarter="2024Q2", subject=going).draft
        assert (draft.text("stage"), draft.text("invest_total")) == ("试生产", "800")
        assert (draft.text("invest"), draft.text("late_reason")) == ("", "")


def test_carry_on_the_command_line(filled: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    path = filled.path
    filled.close()
    words = ["carry", str(path), "--from", "2024q2", "--to", "2024Q3"]
    assert cli.run([*words, "--dry-run"]) == 0
    assert "会新建  园区季报：竹产业园" in capsys.readouterr().out
    assert cli.run([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["made"]) == len(told["sheets"]) == 2
    assert cli.run([*words, "--undo"]) == 0
    assert "撤销了结转到2024年三季度的 2 张季报" in capsys.readouterr().out
    assert cli.run(["carry", str(path), "--from", "2024Q3", "--to", "2024Q2"]) == 2
    assert "上期要在本期之前" in capsys.readouterr().err
