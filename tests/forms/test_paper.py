"""The shipped forms on paper: in the programme's order, rooms to stamp, sums once, a year's sheet by its year."""

import re
from pathlib import Path

import pytest
from msgspec import structs

from pairing_desktop.documents.blanks import blank_record
from pairing_desktop.documents.furniture import room_lines
from pairing_desktop.documents.layout import LayoutContext, RecordView, form_documents
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import CardRows, Document, StampCell, StampRow, Table, Text
from pairing_desktop.documents.paging import pages_of
from pairing_desktop.documents.sheet import sheet_for
from pairing_desktop.documents.strips import MM
from pairing_desktop.formspec.definition import Form, Marks
from pairing_desktop.formspec.reference import industries
from pairing_desktop.services import entering, papers, scope, workspace
from pairing_desktop.services.lookup import Snapshot
from tests import shipped
from tests.services.small import PEOPLE, Now

FORMS = shipped.forms()
CONTEXT = LayoutContext(county="331123", county_name="遂昌县", bureau="示例局", period="2024Q4", partner_name="南湖区",
                        resolve=lambda form, key: "", submission=1, people={})


def printed(form: Form, **values: object) -> Document:
    """Return a record of a form as it lies on paper."""
    record = RecordView(key="1", form=form.id, label="示例", payload={"values": values})
    return form_documents(form, [record], CONTEXT)[0]


def test_paper_follows_the_annexes_and_what_has_none_comes_last() -> None:
    assert [form.head.annex for form in papers.by_annex(FORMS.forms)] == [str(number) for number in range(1, 21)]


@pytest.mark.parametrize(("form", "heads"), [
    ("fund_use", ["山区县确认", "工业大县会签", "财政局核对"]),
    ("assessment", ["山区县意见", "工业大县意见", "省厅审核"]),
])
def test_a_third_room_stands_beside_both_counties(form: str, heads: list[str]) -> None:
    rooms = next(block for block in printed(FORMS.form(form)).blocks if isinstance(block, StampRow)).cells
    assert [room.head for room in rooms] == heads


def test_rooms_side_by_side_keep_their_rows_level() -> None:
    posts = ("单位负责人：局长（示例）", "审核人：企业科科长（示例）")
    long = StampCell(head="甲", lines=(posts, ("填表人：", "联系电话："), ("日期：",)))
    short = StampCell(head="乙", lines=(("单位负责人：", "审核人："), ("填表人：", "联系电话："), ("日期：",)))
    for width, count in ((100 * MM, 3), (60 * MM, 4)):
        rooms = room_lines((long, short), (width, width), Measurer())
        assert [len(room) for room in rooms] == [count, count]
        assert len({tuple(map(len, room)) for room in rooms}) == 1


def test_a_sheet_on_a_project_names_it_beside_its_label_and_not_beside_the_period() -> None:
    form = FORMS.form("lean_progress")
    record = RecordView(key="1", form=form.id, label="甲", payload={"values": {}}, subject_label="示例企业甲")
    page = form_documents(form, [record], CONTEXT)[0]
    first = next(block for block in page.blocks if isinstance(block, CardRows)).rows[0].pairs[0]
    assert (page.head_centre, first.label, first.cell.text) == ("2024年四季度", "企业名称", "示例企业甲")


def test_a_stamped_sheet_on_a_park_names_it_in_its_head_line_unless_a_statistical_head_says_who_reports() -> None:
    form = FORMS.form("park_progress")
    record = RecordView(key="1", form=form.id, label="甲", payload={"values": {}}, subject_label="示例园区")
    page = form_documents(form, [record], CONTEXT)[0]
    assert page.head_left == "园区名称：示例园区"
    assert not isinstance(page.blocks[0], CardRows)
    marks = Marks(number="示例1表", maker="示例", approver="示例", document="示例", valid_until="示例")
    approved = structs.replace(form, head=structs.replace(form.head, kind="statistics", marks=marks))
    page = form_documents(approved, [record], CONTEXT)[0]
    first = next(block for block in page.blocks if isinstance(block, CardRows)).rows[0].pairs[0]
    assert (page.head_left, first.label, first.cell.text) == ("填报单位：示例局", "园区名称", "示例园区")


def test_the_grey_note_names_the_period_before_a_name_that_may_be_cut() -> None:
    form = FORMS.form("cooperation_progress")
    record = RecordView(key="1", form=form.id, label="名称很长的项目", payload={"values": {}}, subject_label="甲")
    said = form_documents(form, [record], CONTEXT)[0].footer_note
    assert said == "产业合作项目进展季报 · 2024年四季度 · 名称很长的项目"


def test_notes_of_a_card_name_what_the_card_prints() -> None:
    """A card prints no codes: neither its checks nor the remarks on its figures may speak of them."""
    coded = re.compile(r"\d\d[≥＝＋－]|[≥＋－]\d\d(?![\d%])")
    cards = [form for form in FORMS.forms if form.print.layout == "card"]
    assert [note for form in cards for note in form.notes if coded.search(note)] == []
    form = FORMS.form("park")
    values = {"planned_area": "620"}
    payload = {"values": values, "marks": {"planned_area": {"note": "示例"}}}
    page = form_documents(form, [RecordView(key="1", form=form.id, label="甲", payload=payload)], CONTEXT)[0]
    assert page.notes[-1] == "指标备注：规划面积：示例。"


@pytest.mark.parametrize(("form", "count"), [("lean_project", 6), ("factor_exchange", 5), ("diagnosis", 7),
                                             ("cooperation_project", 9), ("cooperation_progress", 9)])
def test_a_blank_card_offers_the_choices_to_tick(form: str, count: int) -> None:
    known = FORMS.form(form)
    page = form_documents(known, [blank_record(known)], structs.replace(CONTEXT, blank=True))[0]
    cells = [pair.cell.text for block in page.blocks if isinstance(block, CardRows)
             for row in block.rows for pair in row.pairs]
    assert count in [text.count("□") for text in cells]


@pytest.mark.parametrize(("form", "said"), [
    ("diagnosis", "选填项：浪费类型 等待、搬运、不良、过度加工、库存、动作、过量生产（可多选）；优先级 高、中、低。"),
    ("lean_project", "选填项：优向 升、降；给出方式 前后值计算、企业直接提供增幅、定性描述；幅度单位 %、百分点。"),
])
def test_a_blank_table_names_the_answers_its_columns_take(form: str, said: str) -> None:
    known = FORMS.form(form)
    page = form_documents(known, [blank_record(known)], structs.replace(CONTEXT, blank=True))[0]
    assert said in [block.text for block in page.blocks if isinstance(block, Text)]
    assert not any(isinstance(block, Text) and "选填项" in block.text for block in printed(known).blocks)


def test_a_blank_roster_names_them_in_its_notes() -> None:
    form = FORMS.form("financing")
    said = form_documents(form, [], structs.replace(CONTEXT, blank=True))[0].notes[-1]
    assert said.startswith("选填项：融资方式 ")


@pytest.mark.parametrize("form", ["enterprise", "investment_lead", "cooperation_project"])
def test_a_blank_form_that_asks_for_an_industry_names_them_all(form: str) -> None:
    pages = form_documents(FORMS.form(form), [], structs.replace(CONTEXT, blank=True))
    notes = [note for page in pages for note in page.notes if note.startswith("行业大类填代码和名称：")]
    assert [industry.code for industry in industries() if f"{industry.code} {industry.name}" not in notes[0]] == []
    assert len(notes) == 1, "beside the column that it is of"
    assert not any("C13" in note for note in printed(FORMS.form("cooperation_project")).notes)


def test_a_blank_forms_pages_are_filled_with_room_to_write() -> None:
    """The fewest pages, and none with over a quarter of it white: rows to write in take what is left."""
    hollow = []
    for form in FORMS.forms:
        for page in form_documents(form, [], structs.replace(CONTEXT, blank=True)):
            sheet = sheet_for(page)
            used = [sum(s.height for s in strips) / sheet.text_height for strips in pages_of(page, sheet, Measurer())]
            assert max(used) <= 1.001
            hollow += [(form.id, n, round(part, 2)) for n, part in enumerate(used, 1) if part < 0.75]
    assert hollow == []


def test_a_blank_tables_rows_are_the_forms_own_after_those_it_names() -> None:
    known = FORMS.form("diagnosis")
    sections = tuple(structs.replace(s, fields=tuple(
        structs.replace(f, blank_rows={"baseline": 2, "problems": 9}.get(f.id, 0)) for f in s.fields))
        for s in known.sections)
    form = structs.replace(known, sections=sections)
    page = form_documents(form, [], structs.replace(CONTEXT, blank=True))[0]
    tables = [block for block in page.blocks if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [12 + 1, 6 + 2, 9, 6 + 1]


def test_every_answer_stands_on_a_blank_form() -> None:
    for form in FORMS.forms:
        if form.print.layout == "scoring":
            continue  # its indicators come with their answers, from the indicator set
        pages = form_documents(form, [], structs.replace(CONTEXT, blank=True))
        words = str([structs.astuple(page) for page in pages])
        fields = [f for field in form.fields for f in (field, *field.columns) if f.choices and not f.private]
        lacking = [choice.label for f in fields for choice in f.choices if choice.label not in words]
        assert lacking == [], form.id


@pytest.mark.parametrize(("form", "heads"), [
    ("lean_project", ["合同额（协议）", "其中：专项资金补助（协议）", "其中：企业自筹（协议）", "已支付补助"]),
    ("digital_service", ["项目总投入（协议）", "其中：帮扶资金（协议）", "其中：企业自筹（协议）", "已支付帮扶资金"]),
])
def test_what_was_paid_of_a_part_does_not_stand_among_the_parts(form: str, heads: list[str]) -> None:
    rows = [row for block in printed(FORMS.form(form)).blocks if isinstance(block, CardRows) for row in block.rows]
    assert heads in [[pair.label for pair in row.pairs] for row in rows]


def test_sums_of_a_table_are_printed_under_it_and_not_among_the_figures() -> None:
    tables = [block for block in printed(FORMS.form("fund_use"), budget="5000").blocks if isinstance(block, Table)]
    names = [row.cells[0].text for row in tables[0].rows if row.cells[0]]
    assert "财政局登记的已拨付数" in names
    assert not any("合计" in name for name in names)


def test_a_years_sheet_names_its_year_and_keeps_its_code_in_every_quarter() -> None:
    form = FORMS.form("assessment")
    record = [RecordView(key="1", form=form.id, label="示例", payload={"values": {}})]
    one, other = (form_documents(form, record, structs.replace(CONTEXT, period=period))[0]
                  for period in ("2024Q3", "2024Q4"))
    assert one.head_centre == "2024年度"
    assert one.code == other.code


def test_a_years_sheet_goes_with_its_last_quarter(tmp_path: Path) -> None:
    clock = Now()
    with workspace.create(tmp_path / "年度.pairing", county="331123", partner="330402", bureau="示例局", people=PEOPLE,
                          now=clock(), who=PEOPLE[0].name, clock=clock) as ws:
        for quarter in ("2024Q2", "2023Q4"):
            entering.save(ws, entering.open_record(ws, form="assessment", quarter=quarter).draft)
        held = {}
        with ws.store.reading() as conn:
            for quarter in ("2024Q2", "2024Q4"):
                snapshot = Snapshot(ws, quarter, conn, whole=True)
                entries = scope.of(ws, snapshot, conn).entries["assessment"]
                held[quarter] = [entry.period for entry in entries]
                for entry in entries:
                    earlier = snapshot.sheet("assessment", "", "2023")
                    assert earlier is not None
                    assert snapshot.previous("assessment", entry.key, quarter, "") == earlier.payload
                    assert earlier.key != entry.key
    assert held == {"2024Q2": [], "2024Q4": ["2024"]}
