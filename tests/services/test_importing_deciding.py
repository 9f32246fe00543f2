"""Rows that may be one record, or one that is there: left out, on their own, or merged field by field."""

from pathlib import Path

import pytest

from pairing_desktop.services import importing_writing, listing
from pairing_desktop.services.importing import Plan, Row
from pairing_desktop.services.importing_deciding import Decision, again, decide, decisions
from pairing_desktop.services.importing_shown import sides
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets, small
from tests.services.small import QUARTER

HEADS = ("企业名称", "统一社会信用代码", "营业收入（万元）", "曾用名", "联系电话")
YARD = """
id: yard
version: 1
title: 料场台账
short: 料场
group: 台账
order: 35
kind: register
fills: [M, I]
name: name
sections:
  - id: main
    title: 料场
    fields:
      - {id: name, label: 料场, type: text, required: true}
      - {id: paid, label: 已付, type: decimal, unit: 元}
      - {id: owner, label: 业主, type: text}
      - {id: sum, label: 应付, type: decimal, unit: 元, compute: paid + 1}
list: {columns: [name]}
print: {layout: card}
"""
CODE, OTHER = sheets.CODES[0], "91000000MA00000157"


def planned(ws: Workspace, tmp_path: Path, *lines: tuple[object, ...], keep_errors: bool = False) -> Plan:
    return sheets.plan(ws, sheets.write(tmp_path / "a.xlsx", [HEADS, *lines]), keep_errors=keep_errors)[1]


def at(plan: Plan, number: int) -> Row:
    return next(row for row in plan.rows if row.number == number)


def states(plan: Plan) -> dict[int, str]:
    return {row.number: row.fate.state for row in plan.rows}


def shown(row: Row) -> dict[str, tuple[str, str, int, bool]]:
    """Return what is offered of a row: both values, which is taken, whether nobody can choose."""
    return {one.field: (one.old, one.new, one.side, one.fixed) for one in sides(row)}


def beside(row: Row) -> dict[str, tuple[str, str]]:
    """Return what the record or row that a row stands beside holds, and what the row does."""
    assert row.similar is not None
    return {pair.field: (pair.old, pair.new) for pair in row.similar.pairs}


def written(ws: Workspace, plan: Plan) -> dict[str, tuple[str, ...]]:
    """Import and return each firm's code, revenue, former name and telephone."""
    importing_writing.carry_out(ws, plan)
    page = listing.list_records(ws, "firm", quarter=QUARTER, columns=("name", "code", "revenue", "former", "phone"))
    return {line.label: tuple(str(cell) for cell in line.cells[1:]) for line in page.lines}


def test_two_rows_of_one_code_stand_beside_each_other_and_the_later_is_left_out(ws: Workspace, tmp_path: Path) -> None:
    plan = planned(ws, tmp_path, ("甲公司", CODE, 1, None, None), ("甲公司二", CODE, 2, "老甲", None))
    row = at(plan, 3)
    assert row.similar is not None
    assert (row.similar.row, row.similar.why) == (2, "统一社会信用代码相同")
    assert (row.choice, "keep" in row.fates) == ("out", False)
    assert [(p.field, p.old, p.new) for p in row.similar.pairs] == [
        ("name", "甲公司", "甲公司二"), ("code", CODE, CODE), ("revenue", "1.00", "2.00"), ("former", "", "老甲")]
    assert row.similar.gives == {"name", "revenue", "former"}, "the code is what makes them one"
    assert (plan.counts()["new"], plan.counts()["refused"]) == (1, 1)
    assert written(ws, plan) == {"甲公司": (CODE, "1.00", "", "")}


def test_merged_it_fills_the_blanks_and_gives_what_is_chosen(ws: Workspace, tmp_path: Path) -> None:
    first = planned(ws, tmp_path, ("甲公司", CODE, 1, None, None), ("甲公司二", CODE, 2, "老甲", None))
    plan = decide(ws, first, at(first, 3), "merge")
    assert (at(plan, 3).take, states(plan), states(first)) == ({"former"}, {2: "new", 3: "skipped"},
                                                             {2: "new", 3: "refused"})
    assert (plan.counts()["refused"], plan.counts()["skipped"]) == (0, 1)
    plan = decide(ws, plan, at(plan, 3), "merge", frozenset({"revenue", "code"}))
    assert written(ws, plan) == {"甲公司": (CODE, "2.00", "", "")}


def test_a_decision_is_taken_back(ws: Workspace, tmp_path: Path) -> None:
    first = planned(ws, tmp_path, ("甲公司", None, 1, None, None), ("甲公司（有限公司）", None, None, "老甲", "1"))
    assert at(first, 3).choice == "keep"
    plan = decide(ws, first, at(first, 3), "merge")
    plan = decide(ws, plan, at(plan, 3), "keep")
    assert at(plan, 2).fate.payload == at(first, 2).fate.payload
    assert written(ws, plan) == {"甲公司": ("", "1.00", "", ""), "甲公司（有限公司）": ("", "", "老甲", "1")}


def test_a_row_merged_into_one_that_changes_a_record(ws: Workspace, tmp_path: Path) -> None:
    """Two spellings of a firm that is there: the near one is merged with the row that is the firm."""
    key = small.put(ws, "firm", name="双彩新材料", code=CODE, revenue="5", former="旧名").key
    first = planned(ws, tmp_path, ("双彩新材料", CODE, None, None, None), ("双彩新材料厂", None, 8, None, "3"))
    assert [(d.number, d.beside) for d in first.doubles] == [(3, 2)]
    assert states(first) == {2: "unchanged", 3: "new"}
    plan = decide(ws, first, at(first, 3), "merge")
    assert (at(plan, 2).fate.key, states(plan)) == (key, {2: "changed", 3: "skipped"})
    assert [(c.field, c.old, c.new) for c in at(plan, 2).fate.changes] == [
        ("revenue", "5.00", "8.00"), ("phone", "", "3")]
    assert written(ws, plan) == {"双彩新材料": (CODE, "8.00", "旧名", "3")}


def test_a_row_beside_one_that_is_a_record_shows_what_that_one_keeps(ws: Workspace, tmp_path: Path) -> None:
    """The record's own telephone was chosen: it stands beside the further row; what that one gives does not."""
    small.put(ws, "firm", name="甲公司", code=CODE, revenue="5", phone="1")
    plan = planned(ws, tmp_path, ("甲公司", CODE, 6, "老甲", "2"), ("甲公司", CODE, 7, None, "3"))
    assert beside(at(plan, 3))["phone"] == ("2", "3")
    plan = decide(ws, plan, at(plan, 2), "", frozenset({"revenue"}))
    assert beside(at(plan, 3))["phone"] == ("1", "3")
    assert shown(at(decide(ws, plan, at(plan, 3), "merge"), 3))["phone"][:2] == ("1", "3")
    plan = decide(ws, plan, at(plan, 3), "merge", frozenset({"revenue"}))
    plan = decide(ws, plan, at(plan, 2), "", frozenset({"revenue", "former"}))
    assert (shown(at(plan, 3))["phone"][:2], shown(at(plan, 3))["revenue"][:2]) == (("1", "3"), ("6.00", "7.00"))


def test_a_row_beside_one_that_becomes_a_record_of_its_own_shows_that_one(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="双彩新材料", revenue="5", phone="1")
    plan = planned(ws, tmp_path, ("双彩新材料厂", CODE, 6, None, None), ("双彩新材料厂", CODE, 7, None, "3"))
    for choice, phone in (("merge", "1"), ("keep", ""), ("merge", "1")):
        plan = decide(ws, plan, at(plan, 2), choice)
        assert beside(at(plan, 3))["phone"] == (phone, "3")
    row = at(decide(ws, plan, at(plan, 2), "merge", frozenset({"revenue"})), 3)
    assert row.similar is not None
    assert row.similar.label == "双彩新材料"


def test_of_three_rows_the_first_that_fills_a_blank_fills_it_until_another_is_chosen(
        ws: Workspace, tmp_path: Path) -> None:
    plan = planned(ws, tmp_path, ("甲公司", CODE, None, None, None), ("甲公司", CODE, 2, None, None),
                   ("甲公司", CODE, 3, "老甲", None))
    for number in (3, 4):
        plan = decide(ws, plan, at(plan, number), "merge")
    assert [sorted(at(plan, number).take) for number in (3, 4)] == [["revenue"], ["former"]]
    plan = decide(ws, plan, at(plan, 4), "merge", frozenset({"revenue", "former"}))
    assert [sorted(at(plan, number).take) for number in (3, 4)] == [[], ["former", "revenue"]]
    assert written(ws, plan) == {"甲公司": (CODE, "3.00", "老甲", "")}


def test_a_value_chosen_for_one_that_was_not_understood_lets_the_row_in(ws: Workspace, tmp_path: Path) -> None:
    first = planned(ws, tmp_path, ("甲公司", CODE, "很多", None, None), ("甲公司", CODE, 2, None, None))
    assert states(first) == {2: "refused", 3: "refused"}
    plan = decide(ws, first, at(first, 3), "merge", frozenset())
    assert states(plan) == {2: "refused", 3: "refused"}
    assert [f.message for f in at(plan, 3).fate.findings] == ["第 2 行没有导入，并进去的这一行也没有导入"]
    plan = decide(ws, plan, at(plan, 3), "merge", frozenset({"revenue"}))
    assert states(plan) == {2: "new", 3: "skipped"}
    plan = decide(ws, plan, at(plan, 3), "out")
    assert states(plan) == {2: "refused", 3: "refused"}
    plan = decide(ws, plan, at(plan, 3), "merge")
    assert written(ws, plan) == {"甲公司": (CODE, "2.00", "", "")}


def test_what_is_merged_into_a_row_goes_along_where_that_is_merged_itself(ws: Workspace, tmp_path: Path) -> None:
    plan = planned(ws, tmp_path, ("甲公司", CODE, None, None, None), ("甲公司（有限公司）", OTHER, 2, None, None),
                   ("甲公司三", OTHER, 3, "老甲", None))
    assert {d.number: d.beside for d in plan.doubles} == {3: 2, 4: 3}
    plan = decide(ws, plan, at(plan, 4), "merge")
    plan = decide(ws, plan, at(plan, 3), "out")
    assert states(plan) == {2: "new", 3: "refused", 4: "refused"}
    plan = decide(ws, plan, at(plan, 3), "merge")
    assert states(plan) == {2: "new", 3: "skipped", 4: "skipped"}
    assert at(plan, 3).take == {"revenue", "former"}
    plan = decide(ws, plan, at(plan, 4), "merge", frozenset())
    assert at(plan, 3).take == {"revenue"}
    plan = decide(ws, plan, at(plan, 4), "merge")
    assert written(ws, plan) == {"甲公司": (CODE, "2.00", "老甲", "")}


@pytest.mark.parametrize("choice", ["merge", "keep"])
def test_a_record_that_is_there_is_merged_or_kept_as_before(ws: Workspace, tmp_path: Path, choice: str) -> None:
    small.put(ws, "firm", name="双彩新材料", revenue="5")
    plan = planned(ws, tmp_path, ("双彩新材料厂", None, 8, None, None))
    plan = decide(ws, plan, at(plan, 2), choice)
    assert len(written(ws, plan)) == (1 if choice == "merge" else 2)


def test_two_rows_of_one_sheet_are_merged_as_well(ws: Workspace, tmp_path: Path) -> None:
    """A park's quarter stands twice in a list; nothing but the park tells what a row is."""
    filled = small.fill(ws)
    park = next(line.label for line in listing.list_records(ws, "park", quarter=QUARTER).lines)
    path = sheets.write(tmp_path / "a.xlsx", [("园区", "累计投资（万元）"), (park, 5), (park, 7)])
    _, plan = sheets.plan(ws, path, "sheet")
    row = at(plan, 3)
    assert row.similar is not None
    assert (row.beside, row.similar.why, row.choice, row.similar.gives) == (2, "填的是同一张表", "out", {"total"})
    plan = decide(ws, plan, row, "merge", row.similar.gives)
    assert states(plan) == {2: "changed", 3: "skipped"}
    assert at(plan, 2).fate.key == filled["sheet"]
    assert [c.new for c in at(plan, 2).fate.changes if c.field == "total"] == ["7.00"]


def test_a_record_keeps_its_own_value_where_that_is_chosen(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="双彩新材料", code=CODE, revenue="5", former="旧名")
    first = planned(ws, tmp_path, ("双彩新材料", CODE, 8, "新名", "3"))
    assert shown(at(first, 2)) == {"revenue": ("5.00", "8.00", 1, False), "former": ("旧名", "新名", 1, False),
                                   "phone": ("", "3", 1, False)}
    plan = decide(ws, first, at(first, 2), "", frozenset({"revenue", "code"}))
    assert shown(at(plan, 2)) == {"revenue": ("5.00", "8.00", 1, False), "former": ("旧名", "新名", 0, False),
                                  "phone": ("", "3", 0, False)}
    assert [c.field for c in at(plan, 2).fate.changes] == ["revenue"]
    none = decide(ws, plan, at(plan, 2), "", frozenset())
    assert (states(none), list(shown(at(none, 2)))) == ({2: "unchanged"}, ["revenue", "former", "phone"])
    back = decide(ws, none, at(none, 2), "", frozenset({"revenue", "former", "phone"}))
    assert at(back, 2).fate.payload == at(first, 2).fate.payload
    assert written(ws, plan) == {"双彩新材料": (CODE, "8.00", "旧名", "")}


def test_of_a_record_that_may_be_the_row_only_the_rows_telephone_is_taken(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="双彩新材料", code=CODE, revenue="5", former="旧名")
    plan = planned(ws, tmp_path, ("双彩新材料", OTHER, 8, None, "3"))
    assert (at(plan, 2).choice, shown(at(plan, 2))) == ("keep", {}), "as a record of its own nothing is chosen"
    plan = decide(ws, plan, at(plan, 2), "merge")
    assert shown(at(plan, 2)) == {
        "name": ("双彩新材料", "双彩新材料", -1, True), "code": (CODE, OTHER, 1, False),
        "revenue": ("5.00", "8.00", 1, False), "former": ("旧名", "", 0, True), "phone": ("", "3", 1, False)}
    plan = decide(ws, plan, at(plan, 2), "merge", frozenset({"phone"}))
    assert at(plan, 2).natural_key == CODE
    plan = decide(ws, plan, at(plan, 2), "keep")
    plan = decide(ws, plan, at(plan, 2), "merge")
    assert written(ws, plan) == {"双彩新材料": (CODE, "5.00", "旧名", "3")}, "what was chosen before 另建 holds"


def test_as_a_new_record_a_row_gives_all_it_has(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="双彩新材料", code=CODE, revenue="5")
    plan = planned(ws, tmp_path, ("双彩新材料厂", None, 8, None, "3"))
    plan = decide(ws, plan, at(plan, 2), "merge", frozenset({"phone"}))
    plan = decide(ws, plan, at(plan, 2), "keep")
    assert written(ws, plan) == {"双彩新材料": (CODE, "5.00", "", ""), "双彩新材料厂": ("", "8.00", "", "3")}


def test_the_records_value_for_one_that_was_not_understood_lets_the_row_in(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="双彩新材料", code=CODE, revenue="5")
    plan = planned(ws, tmp_path, ("双彩新材料", CODE, "很多", None, "3"))
    assert (states(plan), shown(at(plan, 2))["revenue"]) == ({2: "refused"}, ("5.00", "很多", 1, False))
    plan = decide(ws, plan, at(plan, 2), "", frozenset({"phone"}))
    assert (states(plan), [f.field for f in at(plan, 2).fate.findings]) == ({2: "changed"}, [])
    assert written(ws, plan) == {"双彩新材料": (CODE, "5.00", "", "3")}


def test_what_is_merged_into_a_row_goes_into_its_record_but_where_that_keeps_its_own(
        ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="双彩新材料", code=CODE, revenue="5")
    plan = planned(ws, tmp_path, ("双彩新材料", CODE, 8, None, None), ("双彩新材料厂", None, None, "老双", "3"))
    plan = decide(ws, plan, at(plan, 2), "", frozenset())
    plan = decide(ws, plan, at(plan, 3), "merge")
    assert shown(at(plan, 2)) == {"revenue": ("5.00", "8.00", 0, False), "former": ("", "老双", 1, False),
                                  "phone": ("", "3", 1, False)}
    plan = decide(ws, plan, at(plan, 2), "", frozenset({"former"}))
    assert written(ws, plan) == {"双彩新材料": (CODE, "5.00", "老双", "")}


def test_what_the_program_computes_follows_and_what_holds_for_all_rows_is_chosen_of(tmp_path: Path) -> None:
    with small.make(tmp_path, yard=YARD) as ws:
        small.put(ws, "yard", name="料场", paid="4")
        path = sheets.write(tmp_path / "a.xlsx", [("料场", "已付（元）"), ("料场", 9)])
        _, plan = sheets.plan(ws, path, "yard", given={"owner": "示例"})
        assert shown(at(plan, 2)) == {
            "name": ("料场", "料场", -1, True), "paid": ("4.00", "9.00", 1, False), "owner": ("", "示例", 1, False),
            "sum": ("5.00", "10.00", 1, True)}
        plan = decide(ws, plan, at(plan, 2), "merge", frozenset({"owner"}))
        assert [(c.field, c.new) for c in at(plan, 2).fate.changes] == [("owner", "示例")]
        assert shown(at(plan, 2))["sum"] == ("5.00", "10.00", 0, True)
        plan = decide(ws, plan, at(plan, 2), "merge", frozenset({"paid"}))
        assert [(c.field, c.new) for c in at(plan, 2).fate.changes] == [("paid", "9.00"), ("sum", "10.00")]


def test_a_new_dry_run_takes_up_what_was_decided(ws: Workspace, tmp_path: Path) -> None:
    """Rows merged into rows that are merged themselves, a record's own values, a record of its own."""
    small.put(ws, "firm", name="双彩新材料", code=CODE, revenue="5")
    small.put(ws, "firm", name="示例丙", revenue="1")
    lines = (("双彩新材料", CODE, 8, None, "3"), ("甲公司", None, None, None, None),
             ("甲公司（有限公司）", OTHER, 2, None, None), ("甲公司三", OTHER, 3, "老甲", None),
             ("示例丙", None, 6, None, "4"))
    first = planned(ws, tmp_path, *lines)
    plan = decide(ws, first, at(first, 2), "", frozenset({"phone"}))
    plan = decide(ws, plan, at(plan, 5), "merge")
    inner = at(plan, 3)
    assert inner.beside == 4
    plan = decide(ws, plan, inner, "merge", frozenset())
    plan = decide(ws, plan, at(plan, 6), "keep")
    told = decisions(plan)
    assert [one.row for one in told] == [2, 3, 5, 6]
    anew = again(ws, planned(ws, tmp_path, *lines), told)
    assert states(anew) == states(plan)
    assert [at(anew, n).fate.changes for n in (2, 4)] == [at(plan, n).fate.changes for n in (2, 4)]
    assert decisions(anew) == told
    assert written(ws, anew)["双彩新材料"] == (CODE, "5.00", "", "3")


def test_what_was_decided_of_another_row_or_record_is_not_taken_up(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="双彩新材料", code=CODE, revenue="5")
    plan = planned(ws, tmp_path, ("双彩新材料", CODE, 8, None, "3"), ("甲公司", None, 1, None, None))
    for one in (Decision(2, "", record="other", leaves=("revenue",)), Decision(3, "merge", other=2), Decision(9, "out"),
                Decision(2, "keep", record=at(plan, 2).fate.key)):
        assert decisions(again(ws, plan, [one])) == ()


@pytest.mark.parametrize(("there", "given", "why"), [
    (CODE, "91350100M000100Y4Z", "名称相同，表里的编码有误"), ("91350100M000100Y4Z", CODE, "名称相同，现有的编码有误"),
    (CODE, None, "名称相同，编码待补"), (None, CODE, "名称相同，编码待补")])
def test_a_code_with_a_slip_is_not_said_to_be_lacking(ws: Workspace, tmp_path: Path, there: str | None,
                                                      given: str | None, why: str) -> None:
    """The record's own may be kept for it."""
    small.put(ws, "firm", name="双彩新材料", revenue="5", **({"code": there} if there else {}))
    plan = planned(ws, tmp_path, ("双彩新材料", given, 8, None, None))
    row = at(plan, 2)
    assert row.similar is not None
    assert (row.similar.why, row.choice) == (why, "merge")
    if "表里" in why:
        assert states(plan) == {2: "refused"}
        assert states(decide(ws, plan, row, "merge", frozenset({"revenue"}))) == {2: "changed"}


def test_what_was_not_understood_takes_no_good_values_place_unless_a_person_says_so(ws: Workspace,
                                                                                    tmp_path: Path) -> None:
    small.put(ws, "firm", name="甲公司", code=CODE, revenue="12")
    line = ("甲公司", CODE, "很多", "老甲", None)
    assert states(planned(ws, tmp_path, line)) == {2: "refused"}
    plan = planned(ws, tmp_path, line, keep_errors=True)
    assert shown(at(plan, 2)) == {"revenue": ("12.00", "很多", 0, False), "former": ("", "老甲", 1, False)}
    said = [(one.field, one.level, one.message, one.column) for one in plan.findings if one.field == "revenue"]
    assert said == [("revenue", "query", "“很多”没有看懂，现有的照旧", 2)]
    asked = decide(ws, plan, at(plan, 2), "", frozenset({"revenue", "former"}))
    assert at(asked, 2).fate.payload["raw"] == {"revenue": "很多"}
    assert written(ws, plan) == {"甲公司": (CODE, "12.00", "老甲", "")}


def test_a_blank_is_filled_with_what_was_not_understood(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="甲公司", code=CODE)
    plan = planned(ws, tmp_path, ("甲公司", CODE, "很多", None, None), keep_errors=True)
    assert at(plan, 2).fate.payload["raw"] == {"revenue": "很多"}


def test_what_is_said_once_for_all_rows_stands_on_either_side(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="甲乙丙丁竹业有限公司", code=CODE)
    rows = [("甲乙丙丁竹业公司", 12), ("戊己竹业有限公司", 13), ("戊己竹业公司", 14)]
    path = sheets.write(tmp_path / "a.xlsx", [("企业名称", "营业收入（万元）"), *rows])
    _, plan = sheets.plan(ws, path, "firm", given={"former": "老厂"})
    assert beside(at(plan, 2))["former"] == ("", "老厂")
    assert beside(at(plan, 4))["former"] == ("老厂", "老厂")
