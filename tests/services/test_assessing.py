"""The yearly assessment: figures drawn from records, scores, evidence, what is written of it."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from pairing_desktop import cli, paths
from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Cancelled
from pairing_desktop.services import (
    assessing,
    assessing_drawing,
    assessing_evidence,
    assessing_papers,
    assessing_report,
    assessing_set,
    checking,
    entering,
    workspace,
)
from pairing_desktop.services.workspace import Workspace
from tests.outside_tools import Office
from tests.services.small import PEOPLE, Now
from tests.signing import people

YEAR = 2024
SHIPPED = (paths.forms() / "indicators" / "example.yaml").read_text(encoding="utf-8")


def put(ws: Workspace, form: str, quarter: str = "2024Q2", subject: str = "", **values: str) -> str:
    """Type a record of the shipped forms and return its key."""
    draft = entering.open_record(ws, form=form, quarter=quarter, subject=subject).draft
    for name, text in values.items():
        draft.type(name, text)
    return entering.save(ws, draft).key


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data file of the shipped forms with what the figures rest on."""
    clock = Now()
    path = tmp_path_factory.mktemp("考核") / "遂昌.pairing"
    with workspace.create(path, county="331123", partner="330402", bureau="示例局", people=PEOPLE, now=clock(),
                          who="张三", clock=clock) as ws:
        put(ws, "pairing", title="南湖—遂昌", industrial="330402", mountain="331123", state="结对中")
        for name in ("甲", "乙"):
            park = put(ws, "park", name=f"示例{name}园区")
            put(ws, "park_progress", "2024Q1", park, infra="100", industry="200", plant_built="100", plant_let="50")
            if name == "甲":
                put(ws, "park_progress", "2024Q2", park, infra="1000", industry="2000", plant_built="300",
                    plant_let="290")
        put(ws, "investment_lead", lead="示例信息", found="2024-02-21", referred="2024-02-26", signed="2024-05-20")
        put(ws, "investment_lead", lead="另一信息", found="2024-03-21", referred="2024-03-26")
        put(ws, "investment_lead", lead="去年信息", found="2023-03-21", referred="2023-03-26")
        put(ws, "quarter_summary", practices="组织诊断。", problems="力量不足。")
    return path


@pytest.fixture
def ws(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    path = tmp_path / "遂昌.pairing"
    path.write_bytes(made.read_bytes())
    clock = Now()
    with workspace.open_workspace(path, who="张三", now=clock(), clock=clock) as found:
        yield found


def line(found: assessing.Assessment, number: str) -> assessing.Line:
    return next(one for one in found.lines if one.number == number)


def row_of(opened: entering.OpenRecord, number: str) -> str:
    return next(row for row in opened.draft.rows("indicators")
                if opened.draft.value(f"indicators/{row}/number") == number)


def test_the_shipped_set_is_a_sample_and_says_so(ws: Workspace) -> None:
    found = assessing_set.indicator_set(ws, "年度")
    assert found.example
    assert "示例" in found.title
    assert found.total == 100
    assert all("示例" in grade.label for grade in found.grades)
    assert "示例" in found.source


def test_a_figure_is_drawn_from_each_subjects_last_sheet_with_the_records_behind_it(ws: Workspace) -> None:
    invested = line(assessing.look(ws, YEAR), "4.1")
    assert invested.actual == "3,300"  # 甲 to the second quarter, 乙 only to the first; not the sum of quarters
    assert sorted(one.value for one in invested.records) == ["3,000", "300"]
    assert {one.label for one in invested.records} == {"园区建设季报：示例甲园区 2024年二季度",
                                                       "园区建设季报：示例乙园区 2024年一季度"}
    assert {ws.catalogue.form(one.form).kind for one in invested.records} == {"quarterly"}
    assert invested.score == "1.20"  # 3300 ÷ 22000 × 8


def test_events_count_by_their_own_dates(ws: Workspace) -> None:
    found = assessing.look(ws, YEAR)
    assert (line(found, "5.1").actual, line(found, "5.2").actual) == ("2", "50")
    assert line(found, "5.2").score == "4.00"
    assert line(found, "1.1").actual == "0"


def test_a_ratio_without_records_is_blank_and_not_zero(ws: Workspace) -> None:
    assert line(assessing.look(ws, YEAR), "8.1").actual == ""


def test_a_qualifier_is_inherited_and_another_nature_is_left_out(ws: Workspace) -> None:
    put(ws, "chain_link", title="对接一", date="2024-03-15")
    opened = entering.open_record(ws, form="chain_link", quarter="2024Q2")
    opened.draft.type("title", "对接二")
    opened.draft.type("date", "2024-04-15")
    row = opened.draft.add_row("sums")
    opened.draft.type(f"sums/{row}/contracted", "约300")
    entering.save(ws, opened.draft)
    assert line(assessing.look(ws, YEAR), "3.1").actual == "约300"
    promised_sum = "form: cooperation_project, value: total_investment"
    assert adopt(ws, ("form: cooperation_progress, value: invest", promised_sum)) == []
    for name, nature in (("甲", ""), ("乙", "预计")):
        opened = entering.open_record(ws, form="cooperation_project", quarter="2024Q2")
        opened.draft.type("name", name)
        opened.draft.type("total_investment", "5000")
        opened.draft.mark("total_investment", nature=nature)
        entering.save(ws, opened.draft)
    promised = line(assessing.look(ws, YEAR), "2.1")
    assert promised.actual == "5,000"
    assert [one.left_out for one in promised.records] == ["", "标注为“预计”，不计入"]


def test_what_the_clerk_changed_stays_and_is_asked_about(ws: Workspace) -> None:
    opened = assessing.open_assessment(ws, YEAR)
    opened.draft.type(f"indicators/{row_of(opened, '4.1')}/actual", "3500")
    assessing.fill(ws, opened.draft, assessing_drawing.Drawing(ws, YEAR))
    entering.save(ws, opened.draft)
    found = line(assessing.look(ws, YEAR), "4.1")
    assert (found.actual, found.drawn) == ("3,500", "3,300")
    report = checking.check_quarter(ws, "2024Q4")
    asked = [f for f in report.findings if f.rule == "drawn_differs"]
    assert [f.level for f in asked] == ["query"]
    assert "3,500" in asked[0].message
    assert "3,300" in asked[0].message


def test_figures_are_drawn_anew_when_the_records_changed(ws: Workspace) -> None:
    opened = assessing.open_assessment(ws, YEAR)
    entering.save(ws, opened.draft)
    put(ws, "investment_lead", lead="第三条", found="2024-04-21", referred="2024-04-26")
    opened = assessing.open_assessment(ws, YEAR)
    assert assessing.fill(ws, opened.draft, assessing_drawing.Drawing(ws, YEAR)) == ["5.1", "5.2"]
    assert opened.draft.undo_name == "按指标体系取数"
    assert line(assessing.look(ws, YEAR, draft=opened.draft), "5.1").actual == "3"


def test_a_grade_scores_a_share_of_the_weight_and_can_be_changed(ws: Workspace) -> None:
    opened = assessing.open_assessment(ws, YEAR)
    row = row_of(opened, "7.1")
    assessing.rate(ws, opened.draft, row, "大部分落实")
    assert opened.draft.value(f"indicators/{row}/score") == Decimal("4.80")
    opened.draft.type(f"indicators/{row}/score", "5")
    found = assessing.look(ws, YEAR, draft=opened.draft)
    assert line(found, "7.1").score == "5.00"
    assert line(found, "7.1").missed
    assert found.grade == ""  # not everything is scored yet


def test_the_band_follows_the_total_once_everything_is_scored(ws: Workspace) -> None:
    opened = assessing.open_assessment(ws, YEAR)
    draft = opened.draft
    for row in draft.rows("indicators"):
        if draft.value(f"indicators/{row}/nature") == "定性":
            assessing.rate(ws, draft, row, "全部落实")
        else:
            draft.type(f"indicators/{row}/actual", "999999")
    draft.type("bonus", "2")
    draft.type("deduction", "15")
    found = assessing.look(ws, YEAR, draft=draft)
    assert (found.score_total, found.total, found.grade) == (100, 87, "良好（示例）")


def test_reasons_and_measures_are_owed_for_what_was_missed(ws: Workspace) -> None:
    opened = assessing.open_assessment(ws, YEAR)
    entering.save(ws, opened.draft)
    assert {"未达标原因", "改进措施"} <= set(line(assessing.look(ws, YEAR), "4.1").lacking)
    findings = [f for f in checking.check_quarter(ws, "2024Q4").findings if f.rule == "missed_reason"]
    assert findings
    assert all(f.level == "error" for f in findings)


# The set as data


def adopt(ws: Workspace, *changes: tuple[str, str]) -> list[str]:
    """Try to take a set that differs from the shipped one; return what is wrong with it."""
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    try:
        assessing_set.adopt_bytes(ws, text.encode(), "指标.yaml")
    except Trouble as refused:
        return [str(problem) for problem in refused.problems]
    return []


def test_weights_that_do_not_add_to_a_hundred_are_refused_with_their_sum(ws: Workspace) -> None:
    problems = adopt(ws, ('weight: "8"', 'weight: "6"'))
    assert len(problems) == 1
    assert "16 项指标的权重之和是 98，应为 100" in problems[0]
    assert assessing_set.indicator_set(ws, "年度").total == 100


def test_every_problem_of_a_set_is_told_at_once(ws: Workspace) -> None:
    problems = "\n".join(adopt(
        ws, ('target: "40"', "target: 四十"), ('from: "80"', "from: 八十"), ("count(started)", "cuont(started)"),
        ("year(end)", "year(ende)"), ('id: "2.1"', 'id: "1.2"'), ("form: fund_use", "form: fund_uses"),
        ("wanted: 有协议并落实", 'wanted: ""')))
    for said in ("“四十”不是 0 或正数", "“八十”不是 0 或正数", "没有函数“cuont”，是不是“count”",
                 "没有“ende”这个字段", "指标编号“1.2”用了两次",
                 "没有“fund_uses”这种表，是不是“fund_use”", "定性指标“8.2”没有写要求"):
        assert said in problems
    assert "权重之和" not in problems  # they still add up
    assert "第 " in problems


def test_a_nature_that_cannot_be_read_hides_no_other_problem_and_makes_none(ws: Workspace) -> None:
    natures = SHIPPED.count("nature: ≥")
    text = SHIPPED.replace("nature: ≥", "nature: 越大越好")
    with pytest.raises(Trouble) as refused:
        assessing_set.adopt_bytes(ws, text.replace('target: "40"', "target: abc", 1).replace(
            "count(started)", "cont(started)").replace("name: finished, form", "form").replace(
            "count(finished)", "conut(finished)").encode(), "指标.yaml")
    problems = [str(problem) for problem in refused.value.problems]
    assert len([one for one in problems if "越大越好" in one]) == natures
    rest = [one for one in problems if "越大越好" not in one]
    assert len(rest) == 4
    for said in ("“abc”不是 0 或正数", "没有函数“cont”", "没有函数“conut”", "name"):
        assert any(said in one for one in rest), said


@pytest.mark.parametrize(("changes", "said"), [
    ([('from: "80"', 'from: "95"')], "“良好（示例）”从 95 分起，不低于上一等次“优秀（示例）”的 90 分"),
    ([('from: "0"', 'from: "40"')], "最低的等次“不及格（示例）”从 40 分起，总分更低的没有等次"),
    ([("label: 良好（示例）", "label: 优秀（示例）")], "“优秀（示例）”重复"),
    ([("label: 部分落实", "label: 全部落实")], "“全部落实”重复"),
])
def test_bands_that_leave_a_total_without_its_grade_are_refused(
        ws: Workspace, changes: list[tuple[str, str]], said: str) -> None:
    (problem,) = adopt(ws, *changes)
    assert said in problem


def test_an_adopted_set_replaces_the_rows_and_what_it_no_longer_asks_goes(ws: Workspace) -> None:
    opened = assessing.open_assessment(ws, YEAR)
    opened.draft.type(f"indicators/{row_of(opened, '5.2')}/reason", "在谈")
    entering.save(ws, opened.draft)
    assert adopt(ws, ('id: "9.1"', 'id: "9.9"'), ("title: 示例指标体系", "title: 另一套示例指标体系")) == []
    opened = assessing.open_assessment(ws, YEAR)
    assessing.fill(ws, opened.draft, assessing_drawing.Drawing(ws, YEAR))
    numbers = [opened.draft.value(f"indicators/{row}/number") for row in opened.draft.rows("indicators")]
    assert numbers[-1] == "9.9"
    assert "9.1" not in numbers
    assert opened.draft.value(f"indicators/{row_of(opened, '5.2')}/reason") == "在谈"
    assert str(opened.draft.value("indicator_set")).startswith("另一套")


def test_the_adopted_set_is_kept_in_the_data_file(ws: Workspace) -> None:
    assert adopt(ws, ("title: 示例指标体系", "title: 另一套示例指标体系")) == []
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, write=False, now=Now()(), clock=Now()) as again:
        assert assessing_set.indicator_set(again, "年度").title.startswith("另一套")


def test_a_term_of_three_years_adds_flows_of_each_year(ws: Workspace) -> None:
    put(ws, "park_progress", "2023Q4", entering.choices(ws, "park", "示例甲园区")[0].key, infra="500", industry="0")
    each = "value: invest, each_year: true}"
    text = SHIPPED.replace("term: 年度", "term: 三年")
    text = text.replace("form: park_progress, value: invest}", f"form: park_progress, {each}")
    assessing_set.adopt_bytes(ws, text.encode(), "三年.yaml")
    found = assessing.look(ws, YEAR, "三年")
    assert line(found, "4.1").actual == "3,800"
    assert line(found, "4.2").actual == "85"  # a stock: the last sheets only


def test_a_year_and_the_three_years_stand_side_by_side(ws: Workspace) -> None:
    for term, reason in (("年度", "雨季停工"), ("三年", "启动较晚")):
        opened = assessing.open_assessment(ws, YEAR, term)
        opened.draft.type(f"indicators/{opened.draft.rows('indicators')[0]}/reason", reason)
        entering.save(ws, opened.draft)
    year, whole = (assessing.look(ws, YEAR, term) for term in ("年度", "三年"))
    assert (year.key == whole.key, year.lines[0].reason, whole.lines[0].reason) == (False, "雨季停工", "启动较晚")
    assert (year.term, whole.term, whole.weight_total, whole.example) == ("年度", "三年", 100, True)
    assert line(whole, "4.1").actual == "3"  # all leads that were passed on, not this year's alone
    assert [one.label for one in entering.list_records(ws, "assessment", quarter="2024Q4").lines] == [
        "2024年度", "2024年度（三年）"]
    assert {f.record for f in checking.check_quarter(ws, "2024Q4").findings if f.rule == "missed_reason"} == {
        year.key, whole.key}


def test_a_set_of_one_term_leaves_the_other_s_alone(ws: Workspace) -> None:
    whole = (paths.forms() / "indicators" / "example_term.yaml").read_text(encoding="utf-8")
    assessing_set.adopt_bytes(ws, whole.replace("title: 三年总评", "title: 省厅的").encode(), "三年.yaml")
    titles = [found.title[:4] for found in assessing_set.own_sets(ws)]
    assert titles == ["示例指标", "省厅的示"]


def test_an_older_file_s_only_form_of_three_years_is_found_and_the_year_s_comes_beside_it(ws: Workspace) -> None:
    draft = entering.open_record(ws, form="assessment", quarter=f"{YEAR}Q4").draft
    draft.type("term", "三年")
    key = entering.save(ws, draft).key
    assert assessing.open_assessment(ws, YEAR, "三年").key == key
    opened = assessing.open_assessment(ws, YEAR)
    entering.save(ws, opened.draft)
    assert assessing.open_assessment(ws, YEAR).key == opened.key != key


def test_the_three_years_are_named_on_paper(ws: Workspace, tmp_path: Path) -> None:
    made = assessing_papers.write_form(ws, YEAR, tmp_path / "三年.pdf", "三年")
    with pypdfium2.PdfDocument(made) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")
    assert "三年考核评价自评表" in text
    assert "截至2024年末" in text
    assert "年度考核评价自评表" not in text
    report = assessing_report.write(ws, YEAR, tmp_path / "三年.docx", "三年")
    words = [paragraph.text for paragraph in docx.Document(str(report)).paragraphs]
    assert words[1] == "2023—2025年三年考核自评报告"


# Evidence and files


@pytest.fixture
def evidenced(ws: Workspace, tmp_path: Path) -> Workspace:
    """Return the data file with three materials, entered in the wrong order."""
    scan = tmp_path / "园区 台账:扫描.PDF".replace(":", "")
    scan.write_bytes(people.small_stamp("sample"))
    opened = assessing.open_assessment(ws, YEAR)
    draft = opened.draft
    assessing_evidence.add_file(ws, draft, "4.1", scan, title="园区/投资:台账")
    behind = line(assessing.look(ws, YEAR, draft=draft), "5.1").records[0]
    assessing_evidence.add_record(ws, draft, "5.1", behind)
    assessing_evidence.add_file(ws, draft, "2.1", scan)
    assessing_evidence.add_file(ws, draft, "4.1", scan, title="第二份")
    entering.save(ws, draft)
    return ws


def test_evidence_is_numbered_by_chapter_and_named_at_its_indicator(evidenced: Workspace) -> None:
    found = assessing.look(evidenced, YEAR)
    assert line(found, "4.1").evidence == "4-01、4-02"
    assert line(found, "2.1").evidence == "2-01"
    draft = assessing_evidence.saved(evidenced, YEAR)
    numbers = [draft.value(f"evidence/{row}/number") for row in draft.rows("evidence")]
    assert numbers == ["2-01", "4-01", "4-02", "5-01"]
    linked = [draft.value(f"evidence/{row}/link") for row in draft.rows("evidence")][-1]
    form, key = str(linked).split("/")
    assert (form, key) == ("investment_lead", line(found, "5.1").records[0].key)
    assessing_evidence.remove(evidenced, draft, draft.rows("evidence")[1])
    assert line(assessing.look(evidenced, YEAR, draft=draft), "4.1").evidence == "4-01"


def test_the_evidence_folder_holds_numbered_files_and_their_list(evidenced: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "佐证 材料"
    done = assessing_evidence.export(evidenced, YEAR, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in done.files)
    names = {path.name for path in done.files}
    assert names == {"2-01 园区 台账扫描.pdf", "4-01 园区_投资_台账.pdf", "4-02 第二份.pdf", "佐证材料目录.pdf",
                     "佐证材料目录.xlsx"}
    assert (folder / "4-02 第二份.pdf").read_bytes() == people.small_stamp("sample")
    assert done.missing == ("5-01 招商信息：示例信息",)
    cells = {str(cell.value) for row in openpyxl.load_workbook(folder / "佐证材料目录.xlsx").active.iter_rows()
             for cell in row}
    assert {"2-01", "4-01", "4-02", "5-01", "第二份"} <= cells
    with pytest.raises(Trouble, match="已经有文件"):
        assessing_evidence.export(evidenced, YEAR, folder)


def test_each_term_has_materials_of_its_own(evidenced: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "三年材料.pdf"
    file.write_bytes(people.small_stamp("three years"))
    draft = assessing.open_assessment(evidenced, YEAR, "三年").draft
    assessing_evidence.add_file(evidenced, draft, "3.1", file)
    entering.save(evidenced, draft)
    done = assessing_evidence.export(evidenced, YEAR, tmp_path / "三年", term="三年")
    assert {path.name for path in done.files} == {"3-01 三年材料.pdf", "佐证材料目录.pdf", "佐证材料目录.xlsx"}
    listed = text_of((tmp_path / "三年" / "佐证材料目录.pdf").read_bytes())[0].replace("\r\n", "")
    assert "评价周期：三年" in listed
    assert "园区" not in listed
    assert not any("三年材料" in path.name
                   for path in assessing_evidence.export(evidenced, YEAR, tmp_path / "当年").files)


def test_a_cancelled_evidence_folder_leaves_nothing(evidenced: Workspace, tmp_path: Path) -> None:
    steps: list[int] = []
    assessing_evidence.export(evidenced, YEAR, tmp_path / "全部", lambda _step, done, _total: steps.append(done))
    there = set(tmp_path.iterdir())
    for stop in (steps[0], steps[-1]):
        def progress(_step: str, done: int, _total: int, *, stop: int = stop) -> None:
            if done == stop:
                raise Cancelled

        with pytest.raises(Cancelled):
            assessing_evidence.export(evidenced, YEAR, tmp_path / "佐证", progress)
        assert set(tmp_path.iterdir()) == there, f"cancelled at {stop}"


def text_of(pdf: bytes) -> tuple[str, list[tuple[float, float]]]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[n] for n in range(len(document))]
        return "".join(p.get_textpage().get_text_bounded() for p in pages), [p.get_size() for p in pages]
    finally:
        document.close()


def test_the_form_is_printed_filled_and_blank_on_landscape_a4(evidenced: Workspace, tmp_path: Path) -> None:
    filled, sizes = text_of(assessing_papers.write_form(evidenced, YEAR, tmp_path / "表.pdf").read_bytes())
    assert all(round(width) == 842 and round(height) == 595 for width, height in sizes)
    blank, _ = text_of(assessing_papers.write_form(evidenced, YEAR, tmp_path / "空.pdf", blank=True).read_bytes())
    for said in ("园区当年完成投资", "100.00", "山区县意见", "工业大县意见", "意见及单位盖章", "省厅审核",
                 "佐证材料目录"):
        assert said in filled.replace("\r\n", "")
        assert said in blank.replace("\r\n", "")
    assert "3,300" in filled
    assert "3,300" not in blank
    for person in PEOPLE:
        assert person.name in filled
        assert person.name not in blank
    assert "表码" in filled
    assert "表码" not in blank
    assert filled.count("未达标原因") >= 1
    with pytest.raises(Trouble, match=r"\.pdf 或 \.xlsx"):
        assessing_papers.write_form(evidenced, YEAR, tmp_path / "表.doc")


def test_head_rows_repeat_on_every_page_of_the_indicators(ws: Workspace, tmp_path: Path) -> None:
    own = SHIPPED.split("indicators:\n", 1)[1].replace('weight: "', 'weight: "0.0')
    more = "".join(own.replace('id: "', f'id: "{n}') for n in (1, 2))
    text = SHIPPED + more  # 100 + 2 × about 1
    extra = sum(Decimal(part.split('"')[0]) for part in more.split('weight: "')[1:])
    text = text.replace('weight: "8"', f'weight: "{8 - extra}"', 1)
    assessing_set.adopt_bytes(ws, text.encode(), "长.yaml")
    document = pypdfium2.PdfDocument(assessing_papers.form_pdf(ws, YEAR))
    try:
        pages = [document[n].get_textpage().get_text_bounded().replace("\r\n", "") for n in range(len(document))]
    finally:
        document.close()
    indicators = [page for page in pages if "竣工投产项目数" in page]
    assert len(indicators) >= 2
    assert all("一级指标" in page and "三级指标" in page for page in indicators)


def test_the_report_is_an_editable_word_file_with_its_figures(evidenced: Workspace, tmp_path: Path) -> None:
    opened = assessing.open_assessment(evidenced, YEAR)
    opened.draft.type(f"indicators/{row_of(opened, '4.1')}/reason", "雨季停工。")
    opened.draft.type(f"indicators/{row_of(opened, '4.1')}/measures", "四季度补上")
    entering.save(evidenced, opened.draft)
    path = assessing_report.write(evidenced, YEAR, tmp_path / "自评报告.docx")
    document = docx.Document(str(path))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "2024年度考核自评报告" in text
    assert "示例指标体系" in text
    assert "4.1 园区当年完成投资：权重8.00分，自评1.20分。原因：雨季停工。改进措施：四季度补上。" in text
    assert "组织诊断。（取自2024年二季度工作小结，供参考，请改写）" in text
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert ["4.1", "园区当年完成投资", "≥", "万元", "8.00", "22,000", "3,300", "1.20"] in cells
    assert cells[-1][-1] == f"{assessing.look(evidenced, YEAR).score_total:f}"


def test_the_report_is_named_docx(evidenced: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"\.docx"):
        assessing_report.write(evidenced, YEAR, tmp_path / "自评报告.doc")
    assert not (tmp_path / "自评报告.doc").exists()


@pytest.mark.outside
def test_libreoffice_reads_the_report(evidenced: Workspace, office: Office, tmp_path: Path) -> None:
    path = assessing_report.write(evidenced, YEAR, tmp_path / "report.docx")
    made = office.convert("pdf", tmp_path, path, program="lowriter", package="libreoffice-writer")
    text, sizes = text_of(made.read_bytes())
    assert "园区当年完成投资" in text.replace("\r\n", "")
    assert {(round(w), round(h)) for w, h in sizes} == {(595, 842)}


# The command line


def test_assess_tells_in_json_and_writes_what_is_asked(made: Path, tmp_path: Path,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "遂昌.pairing"
    path.write_bytes(made.read_bytes())
    assert cli.run(["assess", str(path), "--year", "2024", "--save", "--report", str(tmp_path / "报告.docx"),
                    "--evidence", str(tmp_path / "材料"), "--form", str(tmp_path / "表.xlsx"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["as_of"] == "2024Q2"
    assert told["weight_total"] == "100"
    assert next(one for one in told["lines"] if one["number"] == "4.1")["actual"] == "3,300"
    assert all(Path(name).exists() for name in told["written"])
    assert len(told["written"]) == 3
    with workspace.open_workspace(path, write=False, now=Now()(), clock=Now()) as ws:
        assert assessing_evidence.saved(ws, YEAR).rows("indicators")


@pytest.mark.parametrize(("words", "said"), [
    (["--year", "2031"], "2031年不在本数据文件的年份"), (["--year", "二〇二四"], "看不懂"),
    (["--year", "2024", "--evidence", "x"], "还没有保存过"), (["--year", "2024", "--set", "没有.yaml"], "文件不存在"),
])
def test_assess_says_what_is_wrong(made: Path, tmp_path: Path, words: list[str], said: str,
                                   capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "遂昌.pairing"
    path.write_bytes(made.read_bytes())
    assert cli.run(["assess", str(path), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_data_file_with_an_older_form_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    for file in paths.forms().glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(text.replace("id: recorded,", "id: older,").replace(
            "check: actual == recorded", "check: actual == older"), encoding="utf-8")
    path = tmp_path / "老.pairing"
    with workspace.create(path, county="331123", now=Now()(), forms=folder, clock=Now()) as ws:
        assert not assessing.usable(ws)
        assert entering.open_record(ws, form="assessment", quarter="2024Q4").draft.rows("indicators") == ()
    assert cli.run(["assess", str(path), "--year", "2024"]) == 2
    assert "没有能取数的年度考核自评表" in capsys.readouterr().err
