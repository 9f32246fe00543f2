"""Typing in, finding again, and what was before."""

from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import checking, entering, past, searching, workspace
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.small import QUARTER


def code(told: pytest.ExceptionInfo[Trouble]) -> str:
    return told.value.problems[0].code


def test_what_is_saved_opens_again(ws: Workspace) -> None:
    saved = small.put(ws, "firm", name="甲公司", revenue="约12.50")
    assert (saved.revision, saved.changed, saved.label) == (1, True, "甲公司")
    opened = entering.open_record(ws, form="firm", key=saved.key, quarter=QUARTER)
    assert opened.draft.text("name") == "甲公司"
    assert opened.draft.shown("revenue") == "约12.5"
    assert not opened.recovered
    assert opened.revision == 1


def test_saving_the_same_again_makes_no_revision(ws: Workspace) -> None:
    key = small.put(ws, "firm", name="甲公司").key
    again = small.put(ws, "firm", key=key, name="甲公司")
    assert (again.revision, again.changed) == (1, False)
    assert len(entering.history(ws, key)) == 1


def test_a_blank_new_record_is_not_kept(ws: Workspace) -> None:
    opened = entering.open_record(ws, form="firm", quarter=QUARTER)
    assert not entering.save(ws, opened.draft).changed
    assert entering.list_records(ws, "firm", quarter=QUARTER).total == 0


def test_typed_text_survives_a_crash(ws: Workspace) -> None:
    key = small.put(ws, "firm", name="甲公司", revenue="12").key
    opened = entering.open_record(ws, form="firm", key=key, quarter=QUARTER)
    opened.draft.type("revenue", "约12a")
    entering.autosave(ws, opened.draft, "revenue")
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=small.Now()()) as again:
        line = entering.list_records(again, "firm", quarter=QUARTER).lines[0]
        assert line.unsaved
        back = entering.open_record(again, form="firm", key=key, quarter=QUARTER)
        assert back.recovered
        assert back.focus == "revenue"
        assert back.draft.text("revenue") == "约12a"
        assert back.draft.dirty
        assert len(entering.history(again, key)) == 1  # no revision was made
        entering.discard(again, back.draft)
        assert entering.open_record(again, form="firm", key=key, quarter=QUARTER).draft.text("revenue") == "12"


def test_a_new_record_that_was_never_saved_stands_in_the_list(ws: Workspace) -> None:
    opened = entering.open_record(ws, form="firm", quarter=QUARTER)
    opened.draft.type("name", "乙公司")
    entering.autosave(ws, opened.draft, "name")
    page = entering.list_records(ws, "firm", quarter=QUARTER)
    assert page.total == 1
    assert (page.lines[0].key, page.lines[0].label, page.lines[0].unsaved) == (opened.key, "乙公司", True)
    back = entering.open_record(ws, form="firm", key=opened.key, quarter=QUARTER)
    assert back.recovered
    assert entering.save(ws, back.draft).revision == 1
    assert not entering.list_records(ws, "firm", quarter=QUARTER).lines[0].unsaved


def test_autosave_of_an_untouched_record_writes_nothing(ws: Workspace) -> None:
    key = small.put(ws, "firm", name="甲公司").key
    opened = entering.open_record(ws, form="firm", key=key, quarter=QUARTER)
    entering.autosave(ws, opened.draft)
    assert not entering.open_record(ws, form="firm", key=key, quarter=QUARTER).recovered


def test_typing_that_was_undone_leaves_no_draft(ws: Workspace) -> None:
    key = small.put(ws, "firm", name="甲公司").key
    opened = entering.open_record(ws, form="firm", key=key, quarter=QUARTER)
    opened.draft.type("name", "乙公司")
    entering.autosave(ws, opened.draft)
    opened.draft.undo()
    entering.autosave(ws, opened.draft)
    assert not entering.open_record(ws, form="firm", key=key, quarter=QUARTER).recovered


def test_one_sheet_a_subject_and_quarter(ws: Workspace) -> None:
    park = small.put(ws, "park", name="竹产业园").key
    first = small.put(ws, "sheet", subject=park, total="50")
    again = entering.open_record(ws, form="sheet", quarter=QUARTER, subject=park)
    assert again.key == first.key
    other = entering.open_record(ws, form="sheet", quarter="2024Q3", subject=park)
    assert other.key != first.key
    assert other.previous is not None
    assert other.previous.shown("total") == "50.00"
    with pytest.raises(Trouble) as told:
        entering.open_record(ws, form="sheet", quarter=QUARTER)
    assert code(told) == "services.no_subject"


def test_carrying_last_quarter_forward_fills_blanks_only(ws: Workspace) -> None:
    park = small.put(ws, "park", name="竹产业园").key
    firm = small.put(ws, "firm", name="甲公司").key
    opened = entering.open_record(ws, form="sheet", quarter=QUARTER, subject=park)
    opened.draft.type("total", "约50")
    opened.draft.type("words", "只在本季")
    row = opened.draft.add_row("firms")
    opened.draft.type(f"firms/{row}/firm", "甲公司")
    opened.draft.type(f"firms/{row}/staff", "30")
    entering.save(ws, opened.draft)

    later = entering.open_record(ws, form="sheet", quarter="2024Q3", subject=park).draft
    assert entering.copy_previous(ws, later) == ["total", "firms"]
    assert later.shown("total") == "约50"
    assert later.text("words") == ""
    assert later.value(f"firms/{later.rows('firms')[0]}/firm") == firm

    typed = entering.open_record(ws, form="sheet", quarter="2024Q3", subject=park).draft
    typed.type("total", "60")
    assert entering.copy_previous(ws, typed) == ["firms"]
    assert typed.shown("total") == "60.00"


def test_a_search_says_why_it_found_what_is_not_in_the_name(ws: Workspace) -> None:
    firm = small.put(ws, "firm", name="双彩新材料", former="遂昌旧厂", phone="0578-9000002").key
    small.put(ws, "visit", firm="双彩新材料", day="20240401")
    (hit,) = searching.search(ws, "旧厂")
    assert (hit.key, hit.label, hit.why) == (firm, "双彩新材料", "曾用名：遂昌旧厂")
    (hit,) = searching.search(ws, "双彩 旧厂")
    assert hit.why == "曾用名：遂昌旧厂"
    assert [hit.why for hit in searching.search(ws, "双彩")] == ["", ""]
    assert [hit.why for hit in searching.search(ws, "scxcl")] == ["", ""]
    assert [hit.label for hit in searching.search(ws, "双c")] == ["双彩新材料"] * 2, "half as it sounds"
    assert searching.search(ws, "双q") == []
    assert searching.search(ws, "9000002") == []
    small.put(ws, "firm", name="丙厂", code="91350100M000100Y43")
    small.put(ws, "firm", name="丁厂0100")
    assert [hit.label for hit in searching.search(ws, "0100")] == ["丁厂0100", "丙厂"], "who is called so comes first"


def test_lists_sort_filter_and_find(ws: Workspace) -> None:
    for name, revenue in (("丙公司", "3"), ("甲公司", "20"), ("乙厂", "100")):
        small.put(ws, "firm", name=name, revenue=revenue)
    labels = [line.label for line in entering.list_records(ws, "firm", quarter=QUARTER).lines]
    assert labels == ["丙公司", "甲公司", "乙厂"]  # bing, jia, yi
    by_revenue = entering.list_records(ws, "firm", quarter=QUARTER, sort=[("revenue", True)])
    assert [line.cells[2] for line in by_revenue.lines] == ["100.00", "20.00", "3.00"]
    assert [x.label for x in entering.list_records(ws, "firm", quarter=QUARTER, find="jgs").lines] == ["甲公司"]
    twenty = entering.list_records(ws, "firm", quarter=QUARTER, filters={"revenue": [(20.0, "")]})
    assert [x.label for x in twenty.lines] == ["甲公司"]
    page = entering.list_records(ws, "firm", quarter=QUARTER, offset=1, limit=1)
    assert (page.total, [x.label for x in page.lines]) == (3, ["甲公司"])
    assert [h.label for h in searching.search(ws, "bing")] == ["丙公司"]
    assert [o.label for o in entering.choices(ws, "firm", "公司")] == ["丙公司", "甲公司"]


def test_a_name_nearly_a_records_is_asked_about_as_it_is_when_imported(ws: Workspace) -> None:
    key = small.put(ws, "firm", name="遂昌示例二竹业有限责任公司").key
    small.put(ws, "firm", name="遂昌别家竹业有限公司")
    assert [(o.key, o.near) for o in entering.near(ws, "firm", "示例二竹业有限公司")] == [(key, True)]
    assert entering.near(ws, "firm", "毫不相干") == []
    draft = entering.open_record(ws, form="visit", quarter=QUARTER).draft
    draft.type("firm", "示例二竹业有限公司")
    assert draft.raw("firm") == "示例二竹业有限公司"
    assert "是不是“遂昌示例二竹业有限责任公司”" in draft.raw_problem("firm")


def test_sheets_not_begun_are_offered(ws: Workspace) -> None:
    park = small.put(ws, "park", name="竹产业园").key
    missing = entering.list_records(ws, "sheet", quarter=QUARTER).missing
    assert [(x.key, x.subject, x.label) for x in missing] == [("", park, "竹产业园")]
    small.put(ws, "sheet", subject=park, total="1")
    assert entering.list_records(ws, "sheet", quarter=QUARTER).missing == ()


def test_renaming_a_record_renames_it_where_it_is_used(ws: Workspace) -> None:
    firm = small.put(ws, "firm", name="甲公司").key
    small.put(ws, "visit", firm="甲公司", day="2024-05-06")
    small.put(ws, "firm", key=firm, name="换了名字的公司")
    assert entering.list_records(ws, "visit", quarter=QUARTER).lines[0].label == "换了名字的公司"
    assert {h.form for h in searching.search(ws, "hlmz")} == {"firm", "visit"}
    assert entering.label(ws, "firm", firm) == "换了名字的公司"


def test_deleting_and_bringing_back(ws: Workspace) -> None:
    firm = small.put(ws, "firm", name="甲公司").key
    visit = small.put(ws, "visit", firm="甲公司", day="2024-05-06").key
    with pytest.raises(Trouble) as told:
        entering.delete(ws, firm)
    assert code(told) == "services.referred"
    assert "走访“甲公司”" in str(told.value)
    entering.delete(ws, visit)
    entering.delete(ws, firm, why="重复登记")
    assert searching.search(ws, "甲") == []
    with pytest.raises(Trouble):
        entering.open_record(ws, form="firm", key=firm, quarter=QUARTER)
    assert entering.restore(ws, firm, quarter=QUARTER).label == "甲公司"
    assert [p.action for p in entering.history(ws, firm)] == ["restore", "delete", "enter"]
    assert entering.list_records(ws, "firm", quarter=QUARTER).total == 1


def test_history_says_what_changed(ws: Workspace) -> None:
    park = small.put(ws, "park", name="竹产业园").key
    opened = entering.open_record(ws, form="sheet", quarter=QUARTER, subject=park)
    opened.draft.type("total", "50")
    key = entering.save(ws, opened.draft).key
    opened = entering.open_record(ws, form="sheet", key=key, quarter=QUARTER)
    opened.draft.type("total", "60以上")
    opened.draft.mark("total", note="园区报来")
    row = opened.draft.add_row("firms")
    opened.draft.type(f"firms/{row}/staff", "12")
    entering.save(ws, opened.draft, why="补报")
    latest = entering.history(ws, key)[0]
    assert (latest.why, latest.who, latest.number) == ("补报", "张三", 2)
    assert [(c.label, c.before, c.after) for c in latest.changes] == [
        ("累计投资", "50.00", "60以上（园区报来）"), ("企业 第1行 人数", "", "12")]
    opened = entering.open_record(ws, form="sheet", key=key, quarter=QUARTER)
    opened.draft.type("total", "50")
    entering.save(ws, opened.draft, why="改回")
    apart = past.compare(ws, key, 1, 3)
    assert [(c.label, c.before) for c in apart] == [("累计投资", "50.00"), ("企业 第1行 人数", "")]
    recent = [(hit.form, one.number) for hit, one in entering.recent(ws, 4)]
    assert recent == [("sheet", 3), ("sheet", 2), ("sheet", 1), ("park", 1)]


def test_counts_follow_every_save(ws: Workspace) -> None:
    park = small.put(ws, "park", name="竹产业园").key
    small.put(ws, "firm", name="甲公司", revenue="2000")
    counts = entering.counts(ws, QUARTER)
    assert (counts["firm"].records, counts["firm"].unexplained, counts["firm"].mark) == (1, 2, "query")
    assert (counts["sheet"].filled, counts["sheet"].expected, counts["sheet"].mark) == (0, 1, "empty")
    key = small.put(ws, "sheet", subject=park, total="500").key
    assert entering.counts(ws, QUARTER)["sheet"].mark == "error"
    assert entering.list_records(ws, "sheet", quarter=QUARTER).lines[0].mark == "error"
    small.put(ws, "sheet", key=key, total="50")
    assert entering.counts(ws, QUARTER)["sheet"].mark == "ok"
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=small.Now()()) as again:
        assert entering.counts(again, QUARTER) == {**counts, "sheet": entering.counts(again, QUARTER)["sheet"]}


def test_an_unknown_form_is_told(ws: Workspace) -> None:
    with pytest.raises(Trouble) as told:
        entering.list_records(ws, "nothing", quarter=QUARTER)
    assert code(told) == "services.no_form"


def test_the_quarter_before_stands_as_it_was_reported(tmp_path: Path) -> None:
    now = "      - {id: now, label: 本季, type: decimal, compute: total - previous(total)}\n"
    words = "      - {id: words, label: 说明"
    park = small.FORMS["sheet"].replace(words, now + words)
    with small.make(tmp_path, sheet=park) as ws:
        key = small.put(ws, "park", name="竹产业园").key
        for quarter, total in (("2023Q2", "5"), ("2023Q4", "10"), ("2024Q1", "30"), ("2024Q2", "70")):
            small.put(ws, "sheet", quarter=quarter, subject=key, total=total, words="无")
        opened = entering.open_record(ws, form="sheet", quarter="2024Q2", subject=key)
        assert opened.previous is not None
        assert opened.year_ago is not None
        assert opened.draft.shown("now") == "40.00"
        assert opened.previous.shown("now") == "20.00"
        assert opened.previous.period == "2024Q1"
        assert opened.year_ago.period == "2023Q2"


def test_nothing_is_clean_before_it_was_checked(ws: Workspace) -> None:
    key = small.put(ws, "firm", name="甲公司", code="91350100M000100Y43", revenue="10").key
    assert entering.counts(ws, QUARTER)["firm"].mark == "ok"
    assert entering.counts(ws, "2024Q1")["firm"].mark == "empty"
    assert entering.list_records(ws, "firm", quarter="2024Q1").lines[0].mark == "empty"
    checking.check_quarter(ws, "2024Q1")
    assert entering.counts(ws, "2024Q1")["firm"].mark == "ok"
    assert entering.list_records(ws, "firm", quarter="2024Q1").lines[0].mark == "ok"

    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=small.Now()(), clock=small.Now()) as again:
        small.put(again, "firm", key=key, revenue="5000")
        assert entering.counts(again, QUARTER)["firm"].mark == "query"
        assert entering.counts(again, "2024Q1")["firm"].mark == "empty"
        assert checking.last_check(again, "2024Q1").stale
    with workspace.open_workspace(path, now=small.Now()()) as third:
        assert entering.counts(third, "2024Q1")["firm"].mark == "empty"
        assert checking.last_check(third, "2024Q1").stale


def test_numbers_in_names_are_listed_by_their_size(ws: Workspace) -> None:
    for name in ("第10厂", "第1厂", "第11厂", "第2厂"):
        small.put(ws, "firm", name=name)
    page = entering.list_records(ws, "firm", quarter=QUARTER, sort=[("name", False)])
    assert [line.label for line in page.lines] == ["第1厂", "第2厂", "第10厂", "第11厂"]
    assert [hit.label for hit in searching.search(ws, "di10")] == ["第10厂"]
