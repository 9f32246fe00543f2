"""Two clerks' data files become one: what only one has comes in, what both changed is told, nothing is lost."""

import random
import shutil
from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import entering, merging, merging_files, submitting
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import attachments, journal, merges, records
from tests.services import sheets, small
from tests.services.other_files import copied, merged, opened, rows, states, text
from tests.services.small import QUARTER
from tests.services.test_mass import sent


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


def test_an_answer_that_both_gave_is_not_counted_off_what_only_ours_has(ws: Workspace) -> None:
    from pairing_desktop.services import checking

    small.put(ws, "firm", name="甲公司")
    other = copied(ws)
    for where in (ws, other):
        [query] = [f for f in checking.check_quarter(where, QUARTER).findings if f.rule == "code_missing"]
        checking.explain(where, query, "在办")
    small.put(ws, "firm", name="乙公司")
    assert merged(ws, other).plan.ours == 1
