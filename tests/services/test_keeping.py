"""A data file changed behind the program's back: nothing of it is sent, and the whole check says where."""

import sqlite3
from pathlib import Path

import pytest

from pairing_desktop.errors import BadContent
from pairing_desktop.services import checking, keeping, standing, submitting, workspace
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.small import QUARTER


def rewritten(ws: Workspace, *statements: str) -> Workspace:
    """Close the file, change it with another program that takes the seals off, and open it again."""
    path = ws.path
    ws.close()
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert connection.execute(statement).rowcount
    connection.commit()
    connection.close()
    clock = small.Now()
    return workspace.open_workspace(path, now=clock(), who="张三", clock=clock)


TOTAL = """UPDATE revision SET payload = replace(payload, '"total":"50"', '"total":"99"') WHERE form = 'sheet'"""
NOBODY = "UPDATE revision SET who = '李四' WHERE form = 'note'"
MOVED = "UPDATE record SET label = '乙公司' WHERE form = 'firm'"
CHAIN = "UPDATE journal SET digest = '" + "0" * 64 + "' WHERE seq = 3"
CUT = "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)"
HIDDEN = "UPDATE record SET state = 'deleted' WHERE form = 'note'"
TAKEN_OUT = "DELETE FROM revision WHERE form = 'visit'"


@pytest.mark.parametrize(("statement", "code", "says"), [
    (TOTAL, "store.revision_altered", "竹产业园"), (NOBODY, "store.revision_altered", "2024年二季度"),
    (MOVED, "store.record_differs", "甲公司"), (CHAIN, "store.chain_broken", "第 3 条"),
    (CUT, "store.revision_unlisted", "2024年二季度"), (HIDDEN, "store.record_differs", "2024年二季度"),
    (TAKEN_OUT, "store.revision_missing", "第 "),
])
def test_the_check_tells_of_an_altered_file_which_is_not_finalised(ws: Workspace, tmp_path: Path, statement: str,
                                                                   code: str, says: str) -> None:
    small.fill(ws)
    assert checking.check_quarter(ws, QUARTER).passes
    out = tmp_path / "出口"
    out.mkdir()
    with rewritten(ws, statement) as again:
        with pytest.raises(BadContent) as told:
            submitting.finalise(again, QUARTER, out)
        with pytest.raises(BadContent) as checked:
            checking.check_quarter(again, QUARTER)
        assert checked.value.problems == told.value.problems
        assert code in {p.code for p in told.value.problems}
        assert says in str(told.value)
        assert list(out.iterdir()) == []
        assert standing.submissions(again) == []
        assert code in {p.code for p in keeping.verify_history(again).problems}


def test_nothing_follows_a_submission_whose_links_were_cut_off(ws: Workspace, tmp_path: Path) -> None:
    small.fill(ws)
    submitting.finalise(ws, QUARTER, tmp_path)
    with rewritten(ws, CUT) as again:
        small.fill(again, "2024Q3")
        with pytest.raises(BadContent, match="2024Q2 第 1 次报送的登记内容"):
            submitting.finalise(again, "2024Q3", tmp_path)


def test_an_altered_explanation_is_not_sent(ws: Workspace, tmp_path: Path) -> None:
    keys = small.fill(ws)
    saved = small.put(ws, "firm", key=keys["firm"], revenue="2000")
    checking.explain(ws, next(f for f in saved.findings if f.rule == "small"), "订单集中交付")
    changed = "UPDATE revision SET payload = replace(payload, '订单', '没有') WHERE form = '@explanation'"
    with rewritten(ws, changed) as again:
        for look in (lambda: checking.check_quarter(again, QUARTER),
                     lambda: submitting.finalise(again, QUARTER, tmp_path)):
            with pytest.raises(BadContent, match="不一致，可能被人改过"):
                look()


def test_the_whole_check_tells_how_far_it_is_and_finds_nothing_in_an_honest_file(ws: Workspace) -> None:
    keys = small.fill(ws)
    small.put(ws, "sheet", key=keys["sheet"], total="60")
    steps: list[str] = []
    found = keeping.verify_history(ws, lambda step, _done, _total: steps.append(step))
    assert found.problems == ()
    assert len(found.head) == 64
    assert found.entries > 6
    assert next(iter(dict.fromkeys(steps))) == "检查文件结构"
