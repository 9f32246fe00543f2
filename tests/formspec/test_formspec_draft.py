"""A draft: nothing typed is lost, computed fields follow, undo goes back exactly, what is stored loads again."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pairing_desktop.formspec import state
from pairing_desktop.formspec.draft import Draft
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.values import NIL, NotUnderstood, Understood
from tests.formspec.writing import fields, load, one, payload, source

PROJECT = source(
    """
sections:
  - id: money
    title: 资金
    fields:
      - {id: firm, label: 企业, type: reference, form: firm}
      - {id: total, label: 合同额, type: decimal, unit: 万元, marks: [qualifier, source, note]}
      - {id: subsidy, label: 补助, type: decimal}
      - {id: share, label: 占比, type: percent, compute: subsidy / total * 100}
      - {id: double, label: 倍, type: percent, compute: share * 2}
      - {id: start, label: 开始, type: date, carry: false}
      - {id: stage, label: 阶段, type: choice, choices: [甲, 乙], default: 甲}
      - id: kpis
        label: 指标
        type: table
        columns:
          - {id: name, label: 名, type: text}
          - {id: how, label: 方式, type: choice, choices: [算, 填], default: 算}
          - {id: before, label: 前, type: decimal}
          - {id: after, label: 后, type: decimal, marks: [qualifier]}
          - {id: better, label: 改进, type: decimal, compute: after - before, compute_when: how == "算"}
        rows: [{name: 合格率}, {name: 准交率, how: 填}]
      - {id: best, label: 最大, type: decimal, compute: max(kpis.better)}
""",
    form="project",
    kind="event",
    more="name: firm",
)
FIRM = fields("{id: title, label: 名, type: text}", form="firm", kind="register", more="name: title")
FORM = load(PROJECT, FIRM).form("project")
LOOKUP = MemoryLookup(
    [Known("firm", "f1", payload(title="双彩"), label="双彩"), Known("firm", "f2", payload(title="双箭"), label="双箭")]
)


def find(form: str, text: str) -> list[tuple[str, str]]:
    return [(key, label) for key, label in (("f1", "双彩"), ("f2", "双箭")) if text in label]


def draft(record: dict[str, Any] | None = None) -> Draft:
    return Draft(FORM, record, "p1", "2024Q2", lookup=LOOKUP, find=find)


def test_a_new_record_has_defaults_and_preset_rows_and_is_not_dirty() -> None:
    new = draft()
    assert new.payload() == {
        "values": {
            "stage": "甲",
            "kpis": [
                {"id": "01", "values": {"name": "合格率", "how": "算"}},
                {"id": "02", "values": {"name": "准交率", "how": "填"}},
            ],
        }
    }
    assert not new.dirty
    assert new.undo_name == ""


def test_what_is_not_understood_is_kept_as_typed() -> None:
    record = draft()
    record.type("total", "68")
    assert isinstance(record.type("total", "约12a"), NotUnderstood)
    assert (record.text("total"), record.shown("total"), record.value("total")) == ("约12a", "约12a", None)
    assert record.raw_problem("total").startswith("“约12a”不是数字")
    assert record.payload()["raw"] == {"total": "约12a"}
    again = draft(record.payload())
    assert again.text("total") == "约12a"
    assert not again.dirty
    assert isinstance(again.type("total", "12"), Understood)
    assert "raw" not in again.payload()


def test_computed_fields_follow_and_are_locked() -> None:
    record = draft()
    record.type("total", "80")
    record.type("subsidy", "30")
    assert (record.shown("share"), record.shown("double")) == ("37.50", "75.00")
    assert record.locked("share")
    assert isinstance(record.type("share", "1"), NotUnderstood)
    record.set("share", 1)
    assert record.shown("share") == "37.50"
    record.type("total", "0")
    assert record.value("share") is None
    record.type("total", "")
    assert "share" not in record.payload()["values"]


STEPS = st.lists(st.tuples(
    st.sampled_from(["total", "subsidy", "share", "double", "stage", "best", "kpis/01/how", "kpis/01/before",
                     "kpis/01/after", "kpis/01/better", "kpis/02/how", "kpis/02/better", "kpis/02/after"]),
    st.sampled_from(["", "0", "12", "约30", "99以上", "12a", "算", "填", "甲"]),
), max_size=12)


@given(STEPS)
def test_a_batch_takes_what_single_steps_take(steps: list[tuple[str, str]]) -> None:
    one, many = draft(), draft()
    before = many.payload()
    answers = [type(one.type(path, text)) for path, text in steps]
    with many.batch("粘贴"):
        assert [type(many.type(path, text)) for path, text in steps] == answers
    assert many.payload() == one.payload()
    assert [many.locked(path) for path, _ in steps] == [one.locked(path) for path, _ in steps]
    assert many.dirty == one.dirty
    if many.undo_name:
        assert many.undo() == "粘贴"
        assert many.undo_name == ""
    assert many.payload() == before


def test_a_batch_computes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from pairing_desktop.formspec import draft as module

    runs: list[object] = []
    real = module.compute
    monkeypatch.setattr(module, "compute", lambda *words: runs.append(words) or real(*words))
    record = draft()
    runs.clear()
    with record.batch("粘贴"):
        for path in ("total", "subsidy", "kpis/01/before", "kpis/01/after"):
            record.type(path, "12")
        record.add_row("kpis")
    assert len(runs) == 1
    assert record.shown("share") == "100.00"


def test_a_computed_column_is_typed_where_its_guard_does_not_hold() -> None:
    record = draft()
    record.type("kpis/01/before", "65.2")
    record.type("kpis/01/after", "99以上")
    record.type("kpis/02/better", "25.49")
    assert record.shown("kpis/01/better") == "33.8以上"
    assert (record.locked("kpis/01/better"), record.locked("kpis/02/better")) == (True, False)
    assert record.shown("best") == "33.8以上" or record.shown("best") == "33.80"
    record.type("kpis/01/how", "填")
    assert record.value("kpis/01/better") is None, (
        "what was worked out is not left standing as if the firm had given it"
    )
    assert record.undo() == "修改方式"
    assert record.shown("kpis/01/better") == "33.8以上"


def test_leaving_a_field_unchanged_is_no_change() -> None:
    record = draft(
        {"values": {"firm": "f1", "total": "12480.5", "start": "2024-05-01"}, "marks": {"total": {"qualifier": "约"}}}
    )
    for path in ("firm", "total", "start", "stage", "subsidy"):
        record.type(path, record.text(path))
    assert not record.dirty
    assert record.undo_name == ""


def test_a_qualifier_goes_with_the_figure_it_was_typed_with() -> None:
    record = draft()
    record.type("total", "99以上")
    assert (record.text("total"), record.shown("total")) == ("99以上", "99以上")
    record.mark("total", source="税务", note="来自报表")
    record.type("total", "98")
    assert record.marks("total") == {"source": "税务", "note": "来自报表"}
    record.mark("total", note="")
    assert record.payload()["marks"] == {"total": {"source": "税务"}}
    with pytest.raises(ValueError, match="nature"):
        record.mark("total", nature="预计")


def test_references_are_found_by_name() -> None:
    record = draft()
    assert record.type("firm", "彩") == Understood("f1", "双彩")
    assert (record.text("firm"), record.shown("firm"), record.value("firm")) == ("双彩", "双彩", "f1")
    assert record.label() == "双彩"
    assert str(record.type("firm", "双")) == "“双”可以是双彩、双箭，请写全，或从列表中选"
    assert record.text("firm") == "双"
    assert str(record.type("firm", "无此企业")).startswith("没有找到“无此企业”")
    record.set("firm", "f2")
    assert record.raw_problem("firm") == ""
    assert record.shown("firm") == "双箭"


def test_rows_come_and_go() -> None:
    record = draft()
    row = record.add_row("kpis", at=1)
    assert record.rows("kpis") == ("01", row, "02")
    assert record.value(f"kpis/{row}/how") == "算"
    record.type(f"kpis/{row}/name", "新")
    record.move_row("kpis", row, 0)
    assert record.rows("kpis") == (row, "01", "02")
    record.remove_row("kpis", row)
    assert record.rows("kpis") == ("01", "02")
    assert not record.dirty
    with pytest.raises(KeyError):
        record.remove_row("kpis", row)
    assert [record.undo() for _ in range(4)] == ["删除指标的一行", "移动指标的一行", "修改名", "在指标插入一行"]
    assert record.redo() == "在指标插入一行"
    assert record.redo_name == "修改名"


def test_a_row_of_defaults_only_says_nothing() -> None:
    record = draft()
    before = record.payload()
    row = record.add_row("kpis")
    assert record.value(f"kpis/{row}/how") == "算"
    assert record.payload() == before
    record.type(f"kpis/{row}/how", "填")
    assert record.payload()["values"]["kpis"][-1] == {"id": row, "values": {"how": "填"}}, "typed, though little"


def test_a_pasted_block_is_one_step() -> None:
    record = draft()
    with record.together("粘贴"):
        record.type("total", "1")
        record.type("subsidy", "2")
    assert record.undo_name == "粘贴"
    record.undo()
    assert (record.value("total"), record.value("subsidy"), record.undo_name) == (None, None, "")


def test_carried_forward_into_blanks() -> None:
    earlier = draft()
    earlier.set("firm", "f1")
    for path, text in (("total", "80以上"), ("subsidy", "30"), ("start", "2024-1-1"), ("kpis/01/before", "65.2")):
        earlier.type(path, text)
    record = draft()
    record.type("subsidy", "31")
    record.carry(earlier.payload())
    assert (record.shown("total"), record.shown("subsidy"), record.shown("start")) == ("80以上", "31.00", "")
    assert record.shown("kpis/01/before") == "65.20"
    assert record.shown("share") == "约38.75"
    assert record.undo() == "结转上期"
    assert record.value("total") is None


def test_what_belongs_to_the_period_or_the_year_is_not_carried_forward() -> None:
    form = one(fields(
        "{id: staff, label: 人数, type: whole, marks: [qualifier, source, status, note]}",
        "{id: budget, label: 预算, type: whole, of_year: true}",
        "{id: events, label: 节点, type: table, carry: false, columns: [{id: what, label: 事, type: text}]}",
        """{id: firms, label: 企业, type: table, columns: [{id: name, label: 名, type: text},
           {id: moved, label: 变动, type: text, carry: false}, {id: paid, label: 拨付, type: whole, of_year: true}]}""",
    ))
    marks = {"staff": {"qualifier": "约", "source": "企业", "status": "快报", "note": "新入驻三家"}}
    earlier = {"values": {
        "staff": 412, "budget": 5, "events": [{"id": "a", "values": {"what": "竣工"}}],
        "firms": [{"id": "b", "values": {"name": "甲", "moved": "投产", "paid": 3}}]}, "marks": marks}
    for new_year, budget, row in ((False, 5, {"name": "甲", "paid": 3}), (True, None, {"name": "甲"})):
        record = Draft(form)
        record.carry(earlier, new_year=new_year)
        values = record.payload()["values"]
        assert (values["staff"], values.get("budget"), values.get("events")) == (412, budget, None)
        assert [firm["values"] for firm in values["firms"]] == [row]
        assert record.payload()["marks"] == {"staff": {"qualifier": "约", "source": "企业"}}


def test_fields_of_another_version_are_carried_through() -> None:
    old = {
        "values": {"total": "5", "gone": {"deep": [1]}, "kpis": [{"id": "a", "values": {"name": "甲", "lost": "x"}}]}
    }
    record = draft(old)
    record.type("total", "6")
    kept = record.payload()["values"]
    assert kept["gone"] == {"deep": [1]}
    assert kept["kpis"][0]["values"]["lost"] == "x"


def test_stored_json_of_another_type_is_shown_and_kept() -> None:
    record = draft({"values": {"total": 12}})
    assert record.text("total") == "12"
    assert record.payload() == {"raw": {"total": "12"}}


def test_blank_zero_and_nothing_are_three_values() -> None:
    record = draft()
    stored = []
    for text in ("", "0", "无"):
        record.type("total", text)
        stored.append((record.value("total"), record.payload()["values"].get("total")))
    assert stored == [(None, None), (0, "0"), (NIL, "无")]


def test_saved_is_not_dirty_until_something_differs() -> None:
    record = draft()
    record.type("total", "5")
    assert record.dirty
    record.mark_saved()
    assert not record.dirty
    record.type("total", "6")
    assert record.dirty
    record.type("total", "5")
    assert not record.dirty


TYPED = st.sampled_from(["", "0", "5", "12.5", "99以上", "约12a", "无", "1,234", "彩", "2024-5-1", "乙", "x" * 300])
PATHS = st.sampled_from(["firm", "total", "subsidy", "start", "stage"])
COLUMNS = st.sampled_from(["name", "how", "before", "after", "better"])


class Typing(RuleBasedStateMachine):
    """Type, mark, insert, delete, undo, redo, reopen, in any order."""

    @initialize()
    def open(self) -> None:
        self.draft = draft()
        self.states = [self.draft.glimpse()]
        self.at = 0

    def done(self) -> None:
        now = self.draft.glimpse()
        if now != self.states[self.at]:
            self.states[self.at + 1 :] = [now]
            self.at += 1

    @rule(path=PATHS, text=TYPED)
    def type(self, path: str, text: str) -> None:
        outcome = self.draft.type(path, text)
        if isinstance(outcome, NotUnderstood):
            assert self.draft.text(path) == text
        self.done()

    @rule(column=COLUMNS, text=TYPED, place=st.integers(0, 5))
    def type_cell(self, column: str, text: str, place: int) -> None:
        rows = self.draft.rows("kpis")
        if rows:
            self.draft.type(f"kpis/{rows[place % len(rows)]}/{column}", text)
            self.done()

    @rule(note=st.sampled_from(["", "见附表"]))
    def mark(self, note: str) -> None:
        self.draft.mark("total", note=note)
        self.done()

    @rule(at=st.one_of(st.none(), st.integers(0, 3)))
    def add(self, at: int | None) -> None:
        if len(self.draft.rows("kpis")) < 6:
            self.draft.add_row("kpis", at)
            self.done()

    @rule(place=st.integers(0, 5))
    def remove(self, place: int) -> None:
        rows = self.draft.rows("kpis")
        if rows:
            self.draft.remove_row("kpis", rows[place % len(rows)])
            self.done()

    @rule()
    def undo(self) -> None:
        named = self.draft.undo_name
        assert self.draft.undo() == named
        assert bool(named) == (self.at > 0)
        self.at -= bool(named)

    @rule()
    def redo(self) -> None:
        if self.draft.redo():
            self.at += 1

    @rule()
    def reopen(self) -> None:
        self.draft = draft(self.draft.payload())
        self.states, self.at = [self.draft.glimpse()], 0

    @invariant()
    def stands_where_it_should(self) -> None:
        assert self.draft.glimpse() == self.states[self.at]

    @invariant()
    def stores_and_loads(self) -> None:
        stored = self.draft.payload()
        assert stored == state.stored(FORM, self.draft.glimpse()), "what was stored before is used where it still holds"
        again = draft(msgspec.json.decode(msgspec.json.encode(stored)))
        assert again.payload() == stored
        assert not again.dirty
        assert again.compute() == []
        paths = ["total", "share", "best", *(f"kpis/{row}/better" for row in again.rows("kpis"))]
        assert [self.draft.locked(path) for path in paths] == [again.locked(path) for path in paths]


TestTyping = Typing.TestCase
