"""Forms laid out: the shipped ones, and one that only a YAML file knows."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from typing import Any, ClassVar

import openpyxl
import pypdfium2
import pytest
from msgspec.structs import replace

from pairing_desktop.documents.layout import (
    CoverData,
    FormLine,
    QueryLine,
    RecordView,
    WaiverLine,
    cover,
    form_documents,
    form_values,
)
from pairing_desktop.documents.model import Bars, CardRows, Cell, Document, Radar, StampRow, Table
from pairing_desktop.documents.pdf import write_pdf
from pairing_desktop.documents.workbook import write_workbook
from pairing_desktop.formspec.catalogue import Catalogue, load_texts
from pairing_desktop.formspec.definition import Form
from tests import shipped
from tests.documents.records import context, payload_of, views_of

NEW_FORM = """
id: machine
version: 1
title: 设备台账
short: 设备
icon: box
group: 台账
order: 990
kind: register
name: name
sections:
  - id: basic
    title: 基本情况
    fields:
      - {id: name, label: 设备名称, type: text, code: "01", required: true, help: 名称。}
      - id: price
        label: 购置价
        type: decimal
        unit: 万元
        code: "02"
        marks: [qualifier, nature, source, note]
        help: 价格。
      - {id: bought, label: 购置日期, type: date, code: "03", help: 日期。}
      - {id: owner_phone, label: 联系电话, type: text, private: true, help: 电话。}
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return shipped.forms()


@pytest.fixture(scope="module")
def machine() -> Form:
    return load_texts({"machine.yaml": NEW_FORM.encode()}).form("machine")


def record(form: Form, values: dict[str, Any], **other: Any) -> RecordView:
    payload = {"values": values, **{k: other.pop(k) for k in ("raw", "marks") if k in other}}
    return RecordView(key="k1", form=form.id, label="示例", payload=payload, **other)


def cells(document: Document) -> Iterator[Cell]:
    for block in document.blocks:
        if isinstance(block, Table):
            yield from (cell for row in (*block.head, *block.rows) for cell in row.cells if cell)
        if isinstance(block, CardRows):
            yield from (pair.cell for row in block.rows for pair in row.pairs)


def by_path(document: Document) -> dict[str, Cell]:
    return {cell.path.split("/", 2)[2]: cell for cell in cells(document) if cell.path}


def spoilt(view: RecordView, form: Form) -> RecordView:
    """Return a record with something typed and not understood, marked figures, and every other value left out."""
    values = view.payload["values"]
    marks = {f.id: {"note": "示例", "qualifier": "约"} for f in form.fields if f.is_number}
    payload = {"values": dict(list(values.items())[::2]), "raw": {form.fields[1].id: "不明白"}, "marks": marks}
    return replace(view, payload=payload)


def said(path: str, cell: Cell) -> tuple[object, ...]:
    """Return what is compared of a value: how it looks is not."""
    return path, cell.text, cell.value, cell.number_format, cell.qualifier


def test_values_that_are_not_laid_out_are_those_of_the_documents(catalogue: Catalogue, machine: Form) -> None:
    """Whoever only compares values takes the cells alone: they must be the very ones that paper shows."""
    for form in (*catalogue.forms, machine):
        views = views_of(form, 2)
        waived = frozenset(f"{form.id}/k1/{field.id}" for field in form.fields[::3])
        views += [spoilt(views[1], form), RecordView(key="k9", form=form.id, label="示例", payload={})]
        around = context(waived=waived)
        shown = Counter(said(c.path, c) for d in form_documents(form, views, around) for c in cells(d) if c.path)
        assert Counter(said(*placed) for placed in form_values(form, views, around) if placed[0]) == shown
        assert shown


@pytest.mark.parametrize("count", [1, 3])
def test_every_shipped_form_is_drawn_and_written(catalogue: Catalogue, count: int) -> None:
    documents = [d for form in catalogue.forms for d in form_documents(form, views_of(form, count), context())]
    assert {d.form for d in documents} == {form.id for form in catalogue.forms}
    assert write_pdf(documents, title="示例").pages >= len(documents)
    assert write_workbook(documents, title="示例").startswith(b"PK")


def test_every_value_of_a_record_is_on_paper(catalogue: Catalogue) -> None:
    for form in catalogue.forms:
        documents = form_documents(form, views_of(form, 1), context())
        placed = {cell.path.split("@")[0] for d in documents for cell in cells(d)}
        payload = payload_of(form, 1)
        for field in form.fields:
            if field.type != "table":
                head = documents[0].head_left + documents[0].head_right  # an assessment names its pairing there
                assert f"{form.id}/k1/{field.id}" in placed or f"{field.label}：" in head, (form.id, field.id)
                continue
            for row in payload["values"][field.id]:
                for column in field.columns:
                    if form.print.layout == "scoring" and column.id in ("wanted", "done", "target", "actual"):
                        continue  # a 定性 indicator says words, another figures
                    assert f"{form.id}/k1/{field.id}/{row['id']}/{column.id}" in placed, (form.id, column.id)


def test_empty_records_are_drawn_too(catalogue: Catalogue) -> None:
    documents = [d for form in catalogue.forms for d in form_documents(form, [record(form, {})], context())]
    assert write_pdf(documents, title="示例").pages >= len(documents)


def test_no_records_no_document(catalogue: Catalogue) -> None:
    assert form_documents(catalogue.form("enterprise"), [], context()) == []


def test_a_new_form_by_yaml_alone_gets_a_roster(machine: Form) -> None:
    documents = form_documents(machine, views_of(machine, 40), context())
    assert [d.title for d in documents] == ["设备台账", "设备台账（补充栏）"]
    table = documents[0].blocks[0]
    assert isinstance(table, Table)
    assert table.look == "roster"
    assert [c.text for c in table.head[0].cells if c] == ["序号", "设备名称", "购置价\n（万元）", "购置日期"]
    rendered = write_pdf(documents, title="示例")
    assert rendered.pages > 2
    with pypdfium2.PdfDocument(rendered.pdf) as pdf:
        counts = [re.search(r"第\d+页 共\d+页", page.get_textpage().get_text_range()) for page in pdf]
    assert [found and found[0] for found in counts] == [
        f"第{n}页 共{rendered.pages}页" for n in range(1, rendered.pages + 1)], "the supplement is counted on"


def test_a_private_field_is_printed_only_where_its_value_was_left_in(machine: Form) -> None:
    without = form_documents(machine, [record(machine, {"name": "甲"})], context())
    assert not any("电话" in cell.text for d in without for cell in cells(d))


def test_blank_nil_and_zero_differ(machine: Form) -> None:
    texts = [
        by_path(form_documents(machine, [record(machine, {"name": "甲", **given})], context())[0])["price"].text
        for given in ({}, {"price": "无"}, {"price": "0"})
    ]
    assert texts == ["—", "无", "0.00"]


@pytest.mark.parametrize(("marks", "text"), [
    ({"qualifier": "约"}, "约 18"), ({"qualifier": "以上"}, "18以上"), ({"nature": "预计"}, "18.00（预计）"),
    ({"nature": "实际"}, "18.00"),
])
def test_marks_stay_with_their_figure(machine: Form, marks: dict[str, str], text: str) -> None:
    view = record(machine, {"name": "甲", "price": "18"}, marks={"price": marks})
    cell = by_path(form_documents(machine, [view], context())[0])["price"]
    assert (cell.text, cell.value) == (text, Decimal(18))


@pytest.mark.parametrize(("given", "text", "number_format"), [
    ("10000", "超 10,000", "#,##0_ "), ("137.5", "超 137.5", "#,##0.0_ "), ("100", "超 100", "#,##0_ "),
])
def test_about_a_figure_no_more_is_printed_than_is_known(machine: Form, given: str, text: str,
                                                         number_format: str) -> None:
    view = record(machine, {"name": "甲", "price": given}, marks={"price": {"qualifier": "超"}})
    cell = by_path(form_documents(machine, [view], context())[0])["price"]
    assert (cell.text, cell.value, cell.number_format) == (text, Decimal(given), number_format)


def test_source_and_note_are_listed_under_the_table(machine: Form) -> None:
    view = record(machine, {"name": "甲", "price": "18"}, marks={"price": {"source": "税务", "note": "含运费"}})
    notes = form_documents(machine, [view], context())[0].notes
    assert "指标备注：第01行购置价：税务，含运费。" in notes


def test_owed_figures_say_so(machine: Form) -> None:
    view = record(machine, {"name": "甲"}, marks={"price": {"note": "待统计局反馈"}})
    assert by_path(form_documents(machine, [view], context())[0])["price"].text == "待统计局反馈"


def test_what_was_not_understood_is_printed_as_typed_and_red(machine: Form) -> None:
    view = record(machine, {"name": "甲"}, raw={"price": "约12a"})
    cell = by_path(form_documents(machine, [view], context())[0])["price"]
    assert (cell.text, cell.red) == ("约12a", True)


def test_a_waived_figure_is_red(machine: Form) -> None:
    waived = context(waived=frozenset({"machine/k1/price"}))
    cell = by_path(form_documents(machine, [record(machine, {"price": "1"})], waived)[0])["price"]
    assert cell.red


class TestStatistical:
    @pytest.fixture
    def form(self, catalogue: Catalogue) -> Form:
        return catalogue.form("park_progress")

    def row(self, form: Form, code: str, period: str = "2024Q2", **views: Any) -> list[Cell]:
        view = record(form, {"land_planned": "620", "infra": "4260", "infra_quarter": "2380", "invest_total": "48930"},
                      subject_label="示例园区", **views)
        surroundings = replace(context(), period=period)
        table = next(b for b in form_documents(form, [view], surroundings)[0].blocks if isinstance(b, Table))
        return next([c for c in row.cells if c] for row in table.rows
                    if len(row.cells) == 7 and row.cells[2] and row.cells[2].text == code)

    EARLIER: ClassVar = {"values": {"land_planned": "600", "infra": "1880", "invest_total": "41760.5"}}

    def test_year_to_date_has_its_quarter_beside_it(self, form: Form) -> None:
        row = self.row(form, "06", previous=self.EARLIER, year_ago=self.EARLIER)
        assert [c.text for c in row[:3]] == ["其中：基础设施投资", "万元", "06"]
        assert [c.text for c in row[3:]] == ["2,380.00", "4,260.00", "1,880.00", "1,880.00"]
        assert [c.computed for c in row[3:]] == [True, False, True, True]

    def test_a_figure_at_the_end_of_the_period(self, form: Form) -> None:
        row = self.row(form, "01", previous=self.EARLIER)
        assert [c.text for c in row[3:]] == ["620.00", "—", "600.00", "—"]

    def test_a_figure_since_the_start_stands_under_this_quarter(self, form: Form) -> None:
        row = self.row(form, "08", previous=self.EARLIER)
        assert [c.text for c in row[3:]] == ["48,930.00", "—", "41,760.50", "—"]

    def test_in_a_first_quarter_nothing_came_before_a_year_to_date_figure(self, form: Form) -> None:
        assert self.row(form, "06", period="2024Q1", previous=self.EARLIER)[5].text == "—"
        assert self.row(form, "08", period="2024Q1", previous=self.EARLIER)[5].text == "41,760.50"

    def test_levels_of_indent(self, form: Form) -> None:
        assert self.row(form, "04")[0].indent == 3


class TestCards:
    def test_growth_alone_is_never_worked_back(self, catalogue: Catalogue) -> None:
        form = catalogue.form("lean_project")
        kpis = [{"id": "a", "values": {"indicator": "营销额", "unit": "%", "how": "企业直接提供增幅",
                                       "improvement": "25.49", "improvement_unit": "%"}},
                {"id": "b", "values": {"indicator": "合格率", "unit": "%", "how": "前后值计算", "before": "65.2",
                                       "after": "99", "improvement": "33.8", "improvement_unit": "百分点"},
                 "marks": {"after": {"qualifier": "以上"}}}]
        document = form_documents(form, [record(form, {"kpis": kpis})], context())[0]
        found = by_path(document)
        assert [found[f"kpis/a/{c}"].text for c in ("before", "after", "improvement")] == ["—", "—", "+25.49"]
        assert not found["kpis/a/improvement"].computed
        assert found["kpis/b/improvement"].computed
        assert found["kpis/b/after"].text == "99以上"
        table = next(b for b in document.blocks if isinstance(b, Table) and b.below)
        assert table.below
        assert isinstance(table.below.picture, Bars)
        names = [[g.name for g in groups] for _, groups in table.below.picture.panels]
        assert names == [["营销额"], ["合格率"]]
        said = [[bar[2] for group in groups for bar in group.bars] for _, groups in table.below.picture.panels]
        assert said == [["", "+25.49%"], ["65.2", "99以上"]], "no figure that nobody gave"

    def test_scores_have_a_radar_and_a_total(self, catalogue: Catalogue) -> None:
        form = catalogue.form("diagnosis")
        document = form_documents(form, views_of(form, 1), context())[0]
        table = next(b for b in document.blocks if isinstance(b, Table) and b.side)
        assert table.side
        assert isinstance(table.side.picture, Radar)
        assert len(table.side.picture.axes) == 12
        assert table.rows[-1].kind == "total"
        assert sum(c.width for c in table.columns) + table.side.width == 170

    @pytest.mark.parametrize(("full", "title", "outermost", "first"), [
        (("10", "10", "10"), "雷达图（满分10分）", 10, 6), (("20", "20", "20"), "雷达图（满分20分）", 20, 6),
        (("20", "10", "10"), "雷达图（得分占满分的%）", 100, 30), (("10", None, "10"), "雷达图", 10, 6),
    ])
    def test_a_radar_says_the_full_mark_of_its_data(
        self, catalogue: Catalogue, full: tuple[str | None, ...], title: str, outermost: float, first: float,
    ) -> None:
        form = catalogue.form("diagnosis")
        scores = [{"id": f"r{n}", "values": {"dimension": f"维度{n}", "score": "6", **({"full": mark} if mark else {})}}
                  for n, mark in enumerate(full)]
        document = form_documents(form, [record(form, {"scores": scores})], context())[0]
        drawing = next(b.side for b in document.blocks if isinstance(b, Table) and b.side)
        assert isinstance(drawing.picture, Radar)
        assert (drawing.title, drawing.picture.full, drawing.picture.series[0].values[0]) == (title, outermost, first)

    def test_a_stamped_sheets_code_changes_with_its_data_only(self, catalogue: Catalogue) -> None:
        form = catalogue.form("diagnosis")
        one, again, other = (
            form_documents(form, [record(form, {"batch": batch})], context(submission=n))[0]
            for n, batch in enumerate(("第1批", "第1批", "第2批"), 1)
        )
        assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", one.code)
        assert one.code == again.code != other.code
        assert "次报送" not in one.footer_note
        assert write_pdf([one], title="示例").pdf == write_pdf([again], title="示例").pdf

    def test_a_stamped_register_stays_valid_in_the_next_quarter(self, catalogue: Catalogue) -> None:
        form = catalogue.form("park")
        views = views_of(form, 1)
        pages = [form_documents(form, views, replace(context(), period=p))[0] for p in ("2024Q1", "2024Q2")]
        assert pages[0] == pages[1]

    def test_a_joint_sheet_has_room_for_both_seals(self, catalogue: Catalogue) -> None:
        form = catalogue.form("pairing")
        document = form_documents(form, views_of(form, 1), context())[0]
        stamps = next(b for b in document.blocks if isinstance(b, StampRow))
        assert [c.head for c in stamps.cells] == ["山区县确认", "工业大县会签"]

    def test_an_unstamped_card_has_the_foot(self, catalogue: Catalogue) -> None:
        form = catalogue.form("bureau")
        document = form_documents(form, views_of(form, 1), context(people={"审核人": "示例乙"}))[0]
        assert document.foot[1] == "审核人：示例乙"
        assert not any(isinstance(b, StampRow) for b in document.blocks)


IDENTITY = "9c" * 32


def cover_data(**other: Any) -> CoverData:
    forms = tuple(FormLine(number=f"{n:02}", title=f"示例表{n}", kind="台账", records=n * 1000) for n in range(1, 10))
    return CoverData(**{
        "county": "331123", "county_name": "遂昌县", "bureau": "遂昌县经济主管部门（示例）", "period": "2024Q2",
        "partner_name": "南湖区", "submission": 2, "identity": IDENTITY, "forms": forms,
        "finalised_at": datetime(2024, 7, 11, 16, 42, tzinfo=timezone(timedelta(hours=8))), **other,
    })


class TestCover:
    def text(self, **other: Any) -> str:
        rendered = write_pdf([cover(cover_data(**other))], title="示例")
        import pypdfium2

        document = pypdfium2.PdfDocument(rendered.pdf)
        text = "".join(str(page.get_textpage().get_text_range()) for page in document)
        document.close()
        return text

    def test_identity_in_groups_of_four_and_times(self) -> None:
        text = self.text(replaces="3c90e1a7" + "0" * 56, replaces_number=1, reason="退回修改")
        assert " ".join(["9C9C"] * 16) in text
        assert "2024年7月11日16时42分" in text
        assert "第1次报送，标识 3C90 E1A7" in text
        assert "退回修改" in text

    def test_queries_and_waivers_with_their_words(self) -> None:
        data = cover_data(
            queries=(QueryLine(form="08 园区建设进展季报", place="第05行", message="增幅超过50%", left="12,480.00",
                               right="6,710.00", explanation="二号标准厂房3月开工"),),
            waivers=(WaiverLine(form="08 园区建设进展季报", place="第04行", message="已供应面积应不小于已建成面积",
                                reason="供地手续正在补办", consent="同意报送\n2024年7月11日"),))
        red = [c.text for c in cells(cover(data)) if c.red]
        assert red == ["已供应面积应不小于已建成面积"]
        headings = [b.text for b in cover(data).blocks if hasattr(b, "text")]
        numbered = [h for h in headings if "、" in h[:2]]
        assert numbered == ["一、报送内容汇总", "二、核实性审核说明", "三、特殊情况报送", "四、签名"]

    def test_an_unfinished_cover_names_no_identity(self) -> None:
        text = self.text(identity="", finalised_at=None)
        assert "定稿后生成" in text
        assert "未定稿" in text

    def test_a_cover_of_many_queries_keeps_its_signatures_with_data(self) -> None:
        line = QueryLine(form="03 企业名录", place="甲", message="统一社会信用代码待补", left="", right="",
                         explanation="办理中")
        rendered = write_pdf([cover(cover_data(queries=(line,) * 70))], title="示例")
        assert len(rendered.signature_places) == 3
        assert {page for page, _ in rendered.signature_places.values()} == {rendered.pages}

    def test_a_workbooks_cover_repeats_the_head_of_the_table_that_goes_on(self) -> None:
        line = QueryLine(form="03 企业名录", place="甲", message="统一社会信用代码待补", left="", right="",
                         explanation="办理中")
        sheets = []
        for count in (1, 70):
            book = write_workbook([cover(cover_data(queries=(line,) * count))], title="示例")
            sheets.append(openpyxl.load_workbook(BytesIO(book)).worksheets[0])
        short, long = sheets
        assert not short.print_title_rows
        head = next(row[0].row for row in long.iter_rows() if row[0].value == "序号")
        assert long.print_title_rows == f"${head}:${head}"
        assert len(long.row_breaks.brk) > 1
