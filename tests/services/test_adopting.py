"""A data file that goes on with other limits than it began with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec import catalogue
from pairing_desktop.services import adopting, checking, internal, submitting
from pairing_desktop.services.workspace import Workspace, open_workspace
from tests.services import small
from tests.services.small import QUARTER


@pytest.fixture
def ws(tmp_path: Path, laid: small.Laid) -> Iterator[Workspace]:
    with laid.copy(tmp_path, clock=small.Now()) as made:
        yield made


@pytest.fixture
def folder(ws: Workspace, tmp_path: Path) -> Path:
    """The forms that the data file began with, as files that a province changes."""
    made = small.forms_folder(tmp_path / "表式")
    assert not adopting.difference(ws, catalogue.load(made))
    return made


def changed(folder: Path, old: str, new: str) -> catalogue.Catalogue:
    for file in folder.glob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return catalogue.load(folder)


def test_another_limit_is_taken_over_and_the_next_check_judges_by_it(ws: Workspace, folder: Path) -> None:
    small.fill(ws)
    small.put(ws, "firm", name="示例企业丙", code="", revenue="1500")
    assert "small" in {f.rule for f in checking.check_quarter(ws, QUARTER).findings}
    wanted = changed(folder, "revenue < 1000", "revenue < 2000")
    told = adopting.adopt(ws, wanted)
    assert told.forms == ("企业名录",)
    assert not checking.kept_findings(ws, QUARTER), "what was found by the old rules"
    assert "small" not in {f.rule for f in checking.check_quarter(ws, QUARTER).findings}
    path, clock = ws.path, ws.clock
    ws.close()
    with open_workspace(path, now=clock(), clock=clock) as again:
        assert again.catalogue.digest == wanted.digest
        assert not adopting.adopt(again, wanted)
        with again.store.glancing() as conn:
            said = internal.by_name(conn, "@setting")[adopting.ENTRY]
    assert (said["value"], said["changes"]) == (wanted.digest, list(told.lines))


def test_forms_that_ask_for_something_else_are_refused_all_at_once(ws: Workspace, folder: Path) -> None:
    before = ws.catalogue.digest
    wanted = changed(folder, "id: former,", "id: once,")
    with pytest.raises(Trouble, match="“企业名录”的填报项与数据文件里的不同（多了曾用名，少了曾用名）"):
        adopting.adopt(ws, wanted)
    assert ws.catalogue.digest == before


def test_nothing_is_taken_over_while_a_packet_is_on_its_way(ws: Workspace, folder: Path, tmp_path: Path) -> None:
    small.fill(ws)
    out = tmp_path / "out"
    out.mkdir()
    submitting.finalise(ws, QUARTER, out)
    with pytest.raises(Trouble, match="已经定稿、还没有报送"):
        adopting.adopt(ws, changed(folder, "revenue < 1000", "revenue < 2000"))
