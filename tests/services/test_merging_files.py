"""Two clerks' data files become one: what only one has comes in, what both changed is told, nothing is lost."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.formspec.draft import Draft
from pairing_desktop.services import carrying, entering, keeping, merging, merging_files, submitting, workspace
from pairing_desktop.services.merging_plan import Plan
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import attachments, drafts, journal, merges, records, submissions
from tests.services import sheets, small
from tests.services.small import QUARTER
from tests.services.test_keeping import TOTAL, rewritten
from tests.services.test_mass import sent

State = dict[str, tuple[str, str, str, str]]


def opened(path: Path, who: str = "李四") -> Workspace:
    clock = small.Now()
    clock.at = clock.at.replace(hour=12)
    return workspace.open_workspace(path, who=who, now=clock(), clock=clock)


def copied(ws: Workspace, name: str = "乙") -> Workspace:
    """Return another clerk's copy of a data file, open; later saves than ours are made in it."""
    folder = ws.path.parent / name
    folder.mkdir()
    return opened(ws.save_copy(folder / f"{name}.pairing"))


def apart(folder: Path, **more: str) -> Workspace:
    """Return another clerk's data file of the same county, made without ours."""
    folder.mkdir()
    small.make(folder, **more).close()
    return opened(folder / small.FILE)


def merged(ws: Workspace, other: Workspace, *, side: str = "") -> merging_files.Outcome:
    other.close()
    plan = merging_files.preview(ws, other.path)
    done = merging_files.merge(ws, other.path, plan, merging_files.chosen(plan, side))
    assert keeping.verify_history(ws).problems == ()
    return done


def states(ws: Workspace) -> State:
    """Return every live record but the data file's own, with what others that were merged into it are now."""
    with ws.store.reading() as conn:
        return {r.key: (r.form, r.payload, r.subject, r.label) for r in records.select(conn) if r.form[0] != "@"}


def text(ws: Workspace, form: str, key: str, field: str) -> str:
    return entering.open_record(ws, form=form, key=key, quarter=QUARTER).draft.text(field)


def rows(plan: Plan) -> set[tuple[str, str, str]]:
    return {(row.form, row.label, row.state) for row in plan.rows}


def test_what_only_one_has_comes_in_as_it_is(ws: Workspace) -> None:
    keys = small.fill(ws)
    other = copied(ws)
    firm = small.put(other, "firm", name="乙公司").key
    small.put(other, "visit", firm="乙公司", day="2024-05-08")
    small.put(other, "park", key=keys["park"], name="竹产业园一期", why="更名")
    small.put(ws, "note", key=keys["note"], words="走访企业两家。")
    with other.store.reading() as conn:
        lines = merges.lines(conn)
    done = merged(ws, other)
    assert rows(done.plan) == {("企业", "乙公司", "new"), ("走访", "乙公司", "new"), ("园区", "竹产业园一期", "theirs")}
    assert (done.plan.ours, done.plan.conflicts) == (1, 0)
    [renamed] = [row.lines for row in done.plan.rows if row.state == "theirs"]
    assert [(line.field, line.ours, line.theirs, line.takes) for line in renamed] == [
        ("name", "竹产业园", "竹产业园一期", True)]
    with ws.store.reading() as conn:
        assert {key: line for key, line in merges.lines(conn).items() if key in lines and key != keys["note"]} == {
            key: line for key, line in lines.items() if key != keys["note"]}, "digests and order as they were"
        came = records.revisions(conn, firm)[0]
        [entry] = merges.merges(conn)
        assert journal.entries(conn)[-1].what == "merge"
    assert (came.who, came.why) == ("李四", "")
    assert (entry.who, entry.file, entry.sent, entry.taken) == ("张三", "乙.pairing", (), {})
    assert text(ws, "note", keys["note"], "words") == "走访企业两家。"
    assert [line.label for line in entering.list_records(ws, "firm", quarter=QUARTER).lines] == ["甲公司", "乙公司"]
    assert "竹产业园一期" in entering.label(ws, "sheet", keys["sheet"])


def test_the_other_file_stays_byte_for_byte_and_ours_is_kept_beside(ws: Workspace) -> None:
    small.fill(ws)
    other = copied(ws)
    small.put(other, "firm", name="乙公司")
    other.close()
    before, ours = other.path.read_bytes(), states(ws)
    done = merged(ws, other)
    assert other.path.read_bytes() == before
    assert [path.name for path in other.path.parent.iterdir()] == ["乙.pairing"]
    with opened(Path(done.backup)) as kept:
        assert states(kept) == ours


def test_both_changed_one_record_in_different_fields(ws: Workspace) -> None:
    firm = small.fill(ws)["firm"]
    other = copied(ws)
    small.put(other, "firm", key=firm, revenue="20")
    small.put(ws, "firm", key=firm, former="老甲")
    done = merged(ws, other)
    [row] = done.plan.rows
    assert [(line.field, line.ours, line.theirs, line.conflict) for line in row.lines] == [
        ("revenue", "12.50", "20.00", False)]
    assert (text(ws, "firm", firm, "revenue"), text(ws, "firm", firm, "former")) == ("20", "老甲")
    with ws.store.reading() as conn:
        last = records.revisions(conn, firm)[-1]
        [entry] = merges.merges(conn)
    assert (last.who, last.why) == ("张三", "合并“乙.pairing”：李四也改过")
    assert len(entry.taken[firm]) == 1, "the other line's revision is named, though it stands on none of ours"


@pytest.mark.parametrize(("side", "wanted"), [("", "B"), ("ours", "A"), ("theirs", "B")])
def test_a_conflict_is_told_and_the_newer_proposed(ws: Workspace, side: str, wanted: str) -> None:
    note = small.fill(ws)["note"]
    other = copied(ws)
    small.put(ws, "note", key=note, words="A")
    small.put(other, "note", key=note, words="B")
    done = merged(ws, other, side=side)
    [row] = done.plan.rows
    assert [(line.ours, line.theirs, line.takes) for line in row.conflicts] == [("A", "B", True)]
    assert text(ws, "note", note, "words") == wanted
    assert merging_files.preview(ws, other.path).nothing


def test_rows_of_a_table_that_each_added_are_both_there(ws: Workspace) -> None:
    keys = small.fill(ws)
    other = copied(ws)

    def add(where: Workspace, staff: str) -> None:
        draft = entering.open_record(where, form="sheet", key=keys["sheet"], quarter=QUARTER).draft
        draft.type(f"firms/{draft.add_row('firms')}/staff", staff)
        entering.save(where, draft)

    add(ws, "1")
    add(other, "2")
    done = merged(ws, other)
    assert (done.plan.conflicts, done.plan.count("both")) == (0, 1)
    draft = entering.open_record(ws, form="sheet", key=keys["sheet"], quarter=QUARTER).draft
    assert [draft.text(f"firms/{row}/staff") for row in draft.rows("firms")] == ["1", "2"]


def test_merging_again_changes_nothing(ws: Workspace) -> None:
    keys = small.fill(ws)
    other = copied(ws)
    small.put(other, "firm", key=keys["firm"], revenue="20")
    small.put(ws, "firm", key=keys["firm"], revenue="30")
    small.put(other, "firm", name="乙公司")
    merged(ws, other)
    with ws.store.reading() as conn:
        end = journal.head(conn)
    again = merged(ws, other)
    assert again.plan.nothing
    assert (again.entry, again.backup) == (0, "")
    with ws.store.reading() as conn:
        assert journal.head(conn) == end


def test_both_go_on_and_merge_again_each_way(ws: Workspace) -> None:
    """A conflict decided once is not asked again; the other file takes the outcome over."""
    keys = small.fill(ws)
    other = copied(ws)
    small.put(ws, "firm", key=keys["firm"], revenue="30")
    small.put(other, "firm", key=keys["firm"], revenue="20")
    merged(ws, other, side="ours")
    other = opened(other.path)
    small.put(other, "firm", key=keys["firm"], former="老甲")
    done = merged(ws, other)
    assert done.plan.conflicts == 0
    assert (text(ws, "firm", keys["firm"], "revenue"), text(ws, "firm", keys["firm"], "former")) == ("30", "老甲")
    other = opened(other.path)
    ours = copied(ws, "丙")
    done = merged(other, ours)
    assert done.plan.conflicts == 0
    assert states(other) == states(ws)
    other.close()


def test_one_firm_entered_in_both_files_becomes_one(ws: Workspace, tmp_path: Path) -> None:
    """Files made apart: the firm entered first stays, the other is its alias, and visits point to the first."""
    code = sheets.CODES[0]
    firm = small.put(ws, "firm", name="双彩", code=code, revenue="2500").key
    visit = small.put(ws, "visit", firm="双彩", day="2024-05-06").key
    other = apart(tmp_path / "丁")
    twin = small.put(other, "firm", name="双彩新材料", code=code, phone="0578-1").key
    theirs = small.put(other, "visit", firm="双彩新材料", day="2024-05-07").key
    done = merged(ws, other)
    [row] = [row for row in done.plan.rows if row.state == "twin"]
    assert [(line.field, line.conflict) for line in row.lines] == [("name", True), ("phone", False)]
    assert row.note == "合成一条"
    with ws.store.reading() as conn:
        gone = records.get(conn, twin)
        line = records.revisions(conn, twin)
    assert gone is not None
    assert (gone.state, gone.alias_of) == ("deleted", firm)
    assert [(r.who, r.action) for r in line] == [("李四", "enter"), ("张三", "delete")]
    assert text(ws, "firm", firm, "name") == "双彩新材料", "saved later"
    assert (text(ws, "firm", firm, "revenue"), text(ws, "firm", firm, "phone")) == ("2500", "0578-1")
    pointed = [entering.open_record(ws, form="visit", key=key, quarter=QUARTER).draft.value("firm")
               for key in (visit, theirs)]
    assert pointed == [firm, firm]
    united = copied(ws, "戊")
    united.close()
    with opened(other.path) as back:
        [row] = [row for row in merging_files.preview(back, united.path).rows if row.key == twin]
    assert row.note == "对方已并入另一条", "nobody deleted it"
    assert merging_files.preview(ws, other.path).nothing

    other = opened(other.path)  # whose clerk goes on with the record that is an alias here
    small.put(other, "firm", key=twin, former="彩彩")
    small.put(other, "visit", key=theirs, day="2024-05-09")
    small.put(other, "visit", firm="双彩新材料", day="2024-05-10")
    done = merged(ws, other)
    assert done.plan.conflicts == 0
    assert text(ws, "firm", firm, "former") == "彩彩"
    found = [entering.open_record(ws, form="visit", key=line.key, quarter=QUARTER).draft
             for line in entering.list_records(ws, "visit", quarter=QUARTER).lines]
    assert {(draft.text("day"), draft.value("firm")) for draft in found} == {
        ("2024-05-06", firm), ("2024-05-09", firm), ("2024-05-10", firm)}


def test_a_sheet_of_one_quarter_in_both_files_becomes_one(ws: Workspace, tmp_path: Path) -> None:
    note = small.put(ws, "note", words="A").key
    other = apart(tmp_path / "丁")
    small.put(other, "note", words="B")
    done = merged(ws, other, side="ours")
    assert ("小结", "2024年二季度", "twin") in rows(done.plan)
    assert [(line.key, text(ws, "note", line.key, "words"))
            for line in entering.list_records(ws, "note", quarter=QUARTER).lines] == [(note, "A")]


def test_a_file_made_apart_leaves_our_settings_alone(ws: Workspace, tmp_path: Path) -> None:
    other = apart(tmp_path / "丁")
    other.update_about(bureau="遂昌县另一局")
    merged(ws, other)
    assert ws.about.bureau == "遂昌县某局"
    assert [p.name for p in ws.people] == [p.name for p in small.PEOPLE]
    with opened(copied(ws, "戊").path) as again:
        assert again.about == ws.about


def test_explanations_of_a_copy_come_in(ws: Workspace) -> None:
    from pairing_desktop.services import checking

    small.put(ws, "firm", name="甲公司")
    other = copied(ws)
    [query] = [f for f in checking.check_quarter(other, QUARTER).findings if f.rule == "code_missing"]
    checking.explain(other, query, "在办")
    merged(ws, other)
    [query] = [f for f in checking.check_quarter(ws, QUARTER).findings if f.rule == "code_missing"]
    assert query.explanation == "在办"


def test_what_is_deleted_there_and_still_used_here_stays(ws: Workspace) -> None:
    firm = small.put(ws, "firm", name="甲公司").key
    other = copied(ws)
    entering.delete(other, firm)
    visit = small.put(ws, "visit", firm="甲公司", day="2024-05-06").key
    done = merged(ws, other)
    assert done.kept == 1
    assert {firm, visit} <= states(ws).keys()
    assert merging_files.preview(ws, other.path).nothing


def test_what_was_deleted_here_and_used_there_comes_back(ws: Workspace) -> None:
    firm = small.put(ws, "firm", name="甲公司").key
    other = copied(ws)
    entering.delete(ws, firm)
    small.put(other, "visit", firm="甲公司", day="2024-05-06")
    assert merged(ws, other).kept == 1
    assert firm in states(ws)


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_deleted_on_one_side_and_changed_on_the_other_is_a_conflict(ws: Workspace, side: str) -> None:
    firm = small.put(ws, "firm", name="甲公司").key
    other = copied(ws)
    entering.delete(ws, firm)
    small.put(other, "firm", key=firm, revenue="20")
    done = merged(ws, other, side=side)
    assert [(line.ours, line.theirs) for line in done.plan.rows[0].conflicts] == [("已删除", "没有删除")]
    assert (firm in states(ws)) is (side == "theirs")


def test_two_records_that_were_merged_there_are_one_here(ws: Workspace) -> None:
    """What points here to the one that went points to the one that stays."""
    first, second = (small.put(ws, "firm", name=name).key for name in ("双彩", "双彩厂"))
    other = copied(ws)
    merging.merge(other, "firm", first, second, quarter=QUARTER)
    visit = small.put(ws, "visit", firm="双彩厂", day="2024-05-06").key
    merged(ws, other)
    assert entering.open_record(ws, form="visit", key=visit, quarter=QUARTER).draft.value("firm") == first
    with ws.store.reading() as conn:
        gone = records.get(conn, second)
    assert gone is not None
    assert (gone.state, gone.alias_of) == ("deleted", first)


def test_attachments_come_by_digest(ws: Workspace) -> None:
    other = copied(ws)
    with other.store.begin() as tx:
        digest = attachments.add(tx, b"%PDF-1.4 x", name="报告.pdf", at=other.clock())
    assert merged(ws, other).plan.attachments == 1
    with ws.store.reading() as conn:
        assert attachments.content(conn, digest) == b"%PDF-1.4 x"


def test_what_went_out_from_the_other_file_stands_here_as_sent(ws: Workspace) -> None:
    keys = small.fill(ws)
    other = copied(ws)
    small.put(other, "note", key=keys["note"], words="B")
    sent(other, keys["note"])
    small.put(ws, "note", key=keys["note"], words="A")
    done = merged(ws, other, side="ours")
    assert done.plan.submissions == ("2024年二季度第1次报送",)
    assert text(ws, "note", keys["note"], "words") == "A"
    state = submitting.state(ws, QUARTER)
    assert (state.number, state.changed) == (1, 2), "what was not as it was sent is a change that waits"
    assert merging_files.preview(ws, other.path).nothing


def test_a_file_whose_log_was_left_is_read_as_a_copy(ws: Workspace) -> None:
    small.fill(ws)
    other = copied(ws)
    small.put(other, "firm", name="乙公司")
    left = other.path.with_name("左.pairing")
    for ending in ("", "-wal"):
        shutil.copyfile(other.path.with_name(other.path.name + ending), left.with_name(left.name + ending))
    other.close()
    before = {p.name: p.read_bytes() for p in left.parent.glob("左*")}
    assert len(before) == 2
    assert [row.label for row in merging_files.preview(ws, left).rows] == ["乙公司"]
    assert {p.name: p.read_bytes() for p in left.parent.glob("左*")} == before


def elsewhere(ws: Workspace) -> Path:
    path = ws.path.with_name("别县.pairing")
    workspace.create(path, county="331124", now=ws.clock(), forms=ws.path.parent / "forms").close()
    return path


def newer(ws: Workspace) -> Path:
    folder = ws.path.parent / "新表"
    folder.mkdir()
    note = small.FORMS["note"].replace("version: 1", "version: 2")
    small.make(folder, note=note).close()
    return folder / small.FILE


def other_fields(ws: Workspace) -> Path:
    folder = ws.path.parent / "另表"
    folder.mkdir()
    small.make(folder, note=small.FORMS["note"].replace("required: true", "search: true")).close()
    return folder / small.FILE


def altered(ws: Workspace) -> Path:
    return rewritten(copied(ws, "改"), TOTAL).path


def finalised(ws: Workspace) -> Path:
    other = copied(ws, "定")
    submitting.finalise(other, QUARTER, other.path.parent)
    other.close()
    return other.path


def garbled(ws: Workspace) -> Path:
    path = ws.path.with_name("乱.pairing")
    path.write_bytes(b"hello" * 100)
    return path


def cut(ws: Workspace) -> Path:
    path = ws.save_copy(ws.path.with_name("断.pairing"))
    path.write_bytes(path.read_bytes()[:20_000])
    return path


REFUSED: list[tuple[Callable[[Workspace], Path], str]] = [
    (lambda ws: ws.path, "merging.other_is_ours"), (lambda ws: ws.path.with_name("没有.pairing"), "store.missing"),
    (elsewhere, "merging.other_county"), (newer, "merging.other_newer"), (other_fields, "merging.other_form"),
    (altered, "merging.other_broken"), (finalised, "merging.other_final"), (garbled, "store.not_ours"),
    (cut, "store.cut_short"),
]


@pytest.mark.parametrize(("make", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_what_cannot_be_merged_is_told_and_nothing_changes(ws: Workspace, make: Callable[[Workspace], Path],
                                                           code: str) -> None:
    small.fill(ws)
    path = make(ws)
    with ws.store.reading() as conn:
        end = journal.head(conn)
    with pytest.raises(Trouble) as told:
        merging_files.preview(ws, path)
    assert told.value.problems[0].code == code
    assert isinstance(told.value, BadContent) is (code == "merging.other_broken")
    with ws.store.reading() as conn:
        assert journal.head(conn) == end


def test_a_file_that_somebody_works_in_is_told_with_who(ws: Workspace) -> None:
    other = copied(ws)
    with pytest.raises(Trouble, match="李四"):
        merging_files.preview(ws, other.path)
    other.close()
    assert merging_files.preview(ws, other.path).nothing


def test_ours_on_its_way_half_typed_or_changed_meanwhile_is_not_merged(ws: Workspace) -> None:
    keys = small.fill(ws)
    other = copied(ws)
    small.put(other, "note", key=keys["note"], words="B")
    other.close()
    plan = merging_files.preview(ws, other.path)
    draft = entering.open_record(ws, form="note", key=keys["note"], quarter=QUARTER).draft
    draft.type("words", "半句")
    entering.autosave(ws, draft)
    with pytest.raises(Trouble, match="还没保存"):
        merging_files.merge(ws, other.path, plan)
    with ws.store.reading() as conn:
        assert drafts.draft(conn, keys["note"]) is not None
    entering.discard(ws, draft)
    small.put(ws, "firm", name="丙公司", code=sheets.CODES[0])
    with pytest.raises(Trouble, match="又有改动"):
        merging_files.merge(ws, other.path, plan)
    submitting.finalise(ws, QUARTER, ws.path.parent)
    with pytest.raises(Trouble, match="先撤销定稿"):
        merging_files.preview(ws, other.path)
    assert text(ws, "note", keys["note"], "words") == "走访企业一家。"
    assert not list(ws.path.parent.glob("*合并前备份*")), "nothing was done, so there is nothing to go back from"


def worked(ws: Workspace, chance: random.Random, mine: list[str]) -> None:
    """Let a clerk enter, change and delete some records: of the old ones only ``mine``."""
    for step in range(6):
        what = chance.choice(("new", "change", "visit", "delete"))
        if what == "new" or not mine:
            mine.append(small.put(ws, "firm", name=f"{ws.who}{step}{chance.randrange(10_000)}").key)
        elif what == "change":
            small.put(ws, "firm", key=chance.choice(mine), revenue=str(chance.randrange(1000)))
        elif what == "visit":
            small.put(ws, "visit", firm=chance.choice(mine), day=f"2024-05-{chance.randrange(1, 29):02}")
        else:
            key = mine.pop(chance.randrange(len(mine)))
            try:
                entering.delete(ws, key)
            except Trouble:  # something points to it
                mine.append(key)


@pytest.mark.parametrize("seed", range(2))
def test_two_files_may_come_in_either_order(ws: Workspace, seed: int) -> None:
    """Three clerks, each with records of their own, all of one origin and with one firm entered by two of them."""
    chance = random.Random(seed)  # noqa: S311  # a test's
    shares = [[small.put(ws, "firm", name=f"企业{n}{k}").key for k in range(3)] for n in range(3)]
    others = [copied(ws, name) for name in ("乙", "丙")]
    for where, share in zip((ws, *others), shares, strict=True):
        worked(where, chance, share)
    for other in others:
        small.put(other, "firm", name="同一家", code=sheets.CODES[0])
        other.close()
    second = copied(ws, "丁")
    for place, where in ((1, ws), (-1, second)):
        for other in others[::place]:
            merged(where, other)
    assert states(ws) == states(second)
    for other in others:
        assert merging_files.preview(ws, other.path).nothing
    last = copied(ws, "戊")
    back = opened(others[0].path)
    merged(back, last)
    assert states(back) == states(ws)
    for each in (second, back):
        each.close()


def test_a_sheet_begun_here_and_never_saved_is_told_before_theirs_comes_in(ws: Workspace) -> None:
    other = copied(ws)
    small.put(other, "note", words="B")
    other.close()
    draft = entering.open_record(ws, form="note", quarter=QUARTER).draft
    draft.key = records.new_key()
    draft.type("words", "半句")
    entering.autosave(ws, draft)
    with pytest.raises(Trouble, match=r"小结.*还没保存"):
        merging_files.merge(ws, other.path, merging_files.preview(ws, other.path))
    assert states(ws) == {}


def test_files_made_apart_the_one_that_was_sent_stays(ws: Workspace, tmp_path: Path) -> None:
    note = small.put(ws, "note", words="A").key
    other = apart(tmp_path / "丁")
    theirs = small.put(other, "note", words="B").key
    sent(other, theirs)
    done = merged(ws, other, side="ours")
    assert done.plan.submissions == ("2024年二季度第1次报送",)
    assert text(ws, "note", theirs, "words") == "A"
    with ws.store.reading() as conn:
        gone = records.get(conn, note)
        [one] = submissions.submissions(conn)
    assert gone is not None
    assert (gone.state, gone.alias_of) == ("deleted", theirs)
    assert one.pinned == ((theirs, 1),), "what went out stands where it stood"


def test_a_file_of_an_older_form_is_read_as_ours_reads_it(tmp_path: Path) -> None:
    newer = small.FORMS["note"].replace("version: 1", "version: 2").replace("words", "practices").replace(
        "order: 50", "order: 50\nrenames: {words: practices}")
    ours, other = apart(tmp_path / "新", note=newer), apart(tmp_path / "旧")
    with ours:
        note = small.put(ours, "note", practices="A").key
        small.put(other, "note", words="B")
        small.put(other, "note", quarter="2024Q1", words="C")
        done = merged(ours, other, side="theirs")
        [row] = [row for row in done.plan.rows if row.state == "twin" and row.lines and row.form == "小结"]
        assert [(line.field, line.ours, line.theirs) for line in row.lines] == [("practices", "A", "B")]
        assert text(ours, "note", note, "practices") == "B"
        [line] = entering.list_records(ours, "note", quarter="2024Q1").lines
        assert text(ours, "note", line.key, "practices") == "C"


@pytest.mark.parametrize("cleared", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_what_was_only_carried_wins_over_nothing_that_was_typed(ws: Workspace, *, cleared: bool, back: bool) -> None:
    """Both clerks carried the quarter, one filled a sheet, and the other, who touched none, carried it later."""
    small.fill(ws)
    other = copied(ws)
    sheet, twin = (carrying.carry(each, source=QUARTER, target="2024Q3").keys[0] for each in (ws, other))
    small.put(ws, "sheet", key=sheet, quarter="2024Q3", total="" if cleared else "60", words="开工")
    ours, theirs = (other, ws) if back else (ws, other)
    done = merged(ours, theirs)
    assert done.plan.conflicts == 0
    [line] = entering.list_records(ours, "sheet", quarter="2024Q3").lines
    assert line.key in (sheet, twin)
    draft = entering.open_record(ours, form="sheet", key=line.key, quarter="2024Q3").draft
    assert (draft.text("total"), draft.text("words")) == ("" if cleared else "60", "开工")
    assert merging_files.preview(ours, theirs.path).nothing
    other.close()


def test_of_two_carried_sheets_what_both_typed_is_a_conflict_and_rows_are_put_together(ws: Workspace) -> None:
    keys = small.fill(ws)
    draft = entering.open_record(ws, form="sheet", key=keys["sheet"], quarter=QUARTER).draft
    for staff in "12":
        draft.type(f"firms/{draft.add_row('firms')}/staff", staff)
    entering.save(ws, draft)
    other = copied(ws)
    for place, (where, total) in enumerate(((ws, "60"), (other, "70"))):
        [key, *_] = carrying.carry(where, source=QUARTER, target="2024Q3").keys
        draft = entering.open_record(where, form="sheet", key=key, quarter="2024Q3").draft
        draft.type("total", total)
        draft.type(f"firms/{draft.rows('firms')[place]}/staff", total)
        entering.save(where, draft)
    done = merged(ws, other)
    [row] = [row for row in done.plan.rows if row.form == "园区季报"]
    assert [(line.field, line.conflict, line.together) for line in row.lines] == [
        ("total", True, False), ("firms", False, True)]
    [line] = entering.list_records(ws, "sheet", quarter="2024Q3").lines
    draft = entering.open_record(ws, form="sheet", key=line.key, quarter="2024Q3").draft
    assert (draft.text("total"), [draft.text(f"firms/{row}/staff") for row in draft.rows("firms")]) == (
        "70", ["60", "70"])


def tables(ws: Workspace) -> tuple[Workspace, Callable[[Workspace], Draft]]:
    """Fill a sheet with a table of three rows; return another's copy, and what opens the sheet in a file."""
    keys = small.fill(ws)

    def opened_in(where: Workspace) -> Draft:
        return entering.open_record(where, form="sheet", key=keys["sheet"], quarter=QUARTER).draft

    draft = opened_in(ws)
    for staff in "123":
        draft.type(f"firms/{draft.add_row('firms')}/staff", staff)
    entering.save(ws, draft)
    return copied(ws), opened_in


def cells(draft: Draft) -> list[tuple[str, str]]:
    return [(draft.text(f"firms/{row}/staff"), draft.text(f"firms/{row}/firm")) for row in draft.rows("firms")]


@pytest.mark.parametrize(("side", "kept"), [("", "12"), ("ours", "11"), ("theirs", "12")])
def test_of_a_table_only_the_cell_that_both_touched_is_a_conflict(ws: Workspace, side: str, kept: str) -> None:
    """Rows that only one added, changed or removed are put together whatever is chosen."""
    other, opened_in = tables(ws)
    ours, theirs = opened_in(ws), opened_in(other)
    first, second, third = ours.rows("firms")
    ours.type(f"firms/{first}/staff", "11")
    ours.type(f"firms/{ours.add_row('firms')}/staff", "4")
    ours.remove_row("firms", third)
    theirs.type(f"firms/{first}/staff", "12")
    theirs.type(f"firms/{first}/firm", "甲公司")
    theirs.type(f"firms/{second}/staff", "22")
    theirs.type(f"firms/{theirs.add_row('firms')}/staff", "5")
    entering.save(ws, ours)
    entering.save(other, theirs)
    done = merged(ws, other, side=side)
    [row] = done.plan.rows
    assert [(line.field, line.label, line.ours, line.theirs) for line in row.conflicts] == [
        (f"firms/{first}/staff", "企业第1行：人数", "11", "12")]
    assert cells(opened_in(ws)) == [(kept, "甲公司"), ("22", ""), ("4", ""), ("5", "")]
    assert merging_files.preview(ws, other.path).nothing
    back = opened(other.path)
    assert merged(back, copied(ws, "丙")).plan.conflicts == 0
    assert states(back) == states(ws)
    back.close()


@pytest.mark.parametrize(("side", "wanted"), [("ours", ["2", "3"]), ("theirs", ["11", "2", "3"])])
def test_a_row_that_one_removed_and_the_other_changed_is_a_conflict(ws: Workspace, side: str,
                                                                    wanted: list[str]) -> None:
    other, opened_in = tables(ws)
    ours, theirs = opened_in(ws), opened_in(other)
    ours.remove_row("firms", ours.rows("firms")[0])
    theirs.type(f"firms/{theirs.rows('firms')[0]}/staff", "11")
    entering.save(ws, ours)
    entering.save(other, theirs)
    done = merged(ws, other, side=side)
    [line] = done.plan.rows[0].conflicts
    assert (line.label, line.ours, line.theirs) == ("企业第1行", "已删除", "11")
    assert sorted(staff for staff, _ in cells(opened_in(ws))) == wanted


def test_an_answer_that_both_gave_is_not_counted_off_what_only_ours_has(ws: Workspace) -> None:
    from pairing_desktop.services import checking

    small.put(ws, "firm", name="甲公司")
    other = copied(ws)
    for where in (ws, other):
        [query] = [f for f in checking.check_quarter(where, QUARTER).findings if f.rule == "code_missing"]
        checking.explain(where, query, "在办")
    small.put(ws, "firm", name="乙公司")
    assert merged(ws, other).plan.ours == 1


def test_a_firm_entered_in_both_files_without_its_code_is_told_as_alike(ws: Workspace) -> None:
    """Nobody can tell by the program that they are one; another code, or another name, is another firm."""
    other = copied(ws)
    small.put(ws, "firm", name="遂昌县双彩木业有限公司")
    small.put(ws, "firm", name="百山祖食品厂", code=sheets.CODES[0])
    for name, code in (("双彩木业有限责任公司", ""), ("百山祖食品厂", "91330000MA00000007"), ("九龙电子厂", "")):
        small.put(other, "firm", name=name, code=code)
    plan = merged(ws, other).plan
    assert {(row.label, row.note) for row in plan.rows} == {
        ("双彩木业有限责任公司", "名称相近：本文件的遂昌县双彩木业有限公司"), ("百山祖食品厂", ""), ("九龙电子厂", "")}
    assert [note.partition("，")[0] for note in plan.notes] == ["名称和本文件相近的新增 1 条"]
