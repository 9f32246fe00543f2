"""Data files: whose they are, who works in them, who may write."""

import shutil
import threading
from pathlib import Path

import pytest
from msgspec import structs

from pairing_desktop.errors import Trouble
from pairing_desktop.services import entering, workspace
from pairing_desktop.services.workspace import Person, Workspace
from tests.services import small

LEGACY = Path(__file__).parents[1] / "store" / "legacy"


def test_a_new_file_knows_its_county_and_people(tmp_path: Path, ws: Workspace) -> None:
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=small.Now()()) as again:
        assert again.about.county_name == "遂昌县"
        assert again.about.partner_name == "南湖区"
        assert (again.about.side, again.about.leads, again.about.sample) == ("M", True, False)
        assert again.people == small.PEOPLE
        assert [f.id for f in again.forms] == ["firm", "visit", "park", "sheet", "note"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["forms", path.name]  # no log, no lock left behind


def test_an_industrial_county_fills_its_own_forms(tmp_path: Path) -> None:
    clock = small.Now()
    with workspace.create(tmp_path / "a.pairing", county="330402", now=clock(), clock=clock,
                          forms=small.forms_folder(tmp_path / "forms")) as ws:
        assert (ws.about.side, ws.about.leads) == ("I", False)
        assert [f.id for f in ws.forms] == ["firm", "note"]


@pytest.mark.parametrize(("words", "code"), [
    ({"county": "999999"}, "services.no_county"),
    ({"county": "331123", "partner": "12"}, "services.no_county"),
    ({"county": "331123", "partner": "331123"}, "services.partner_is_county"),
])
def test_a_county_that_does_not_exist(tmp_path: Path, words: dict[str, str], code: str) -> None:
    with pytest.raises(Trouble) as told:
        workspace.create(tmp_path / "a.pairing", now=small.Now()(), **words)  # type: ignore[arg-type]
    assert told.value.problems[0].code == code
    assert not list(tmp_path.iterdir())


def test_a_file_is_never_overwritten(ws: Workspace) -> None:
    before = ws.path.read_bytes()
    with pytest.raises(Trouble):
        workspace.create(ws.path, county="331123", now=small.Now()())
    assert ws.path.read_bytes() == before


def test_people_and_bureau_can_change_and_the_change_is_history(ws: Workspace) -> None:
    ws.update_about(bureau="新名字", partner="330108", years=[2025, 2024])
    ws.set_people([Person("preparer", "统计负责人", "李四")])
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=small.Now()()) as again:
        changed = {"bureau": "新名字", "partner_name": "滨江区", "years": (2024, 2025)}
        assert again.about == structs.replace(again.about, **changed)
        assert again.people == (Person("preparer", "统计负责人", "李四"),)


def test_a_second_writer_is_told_who_and_may_read(ws: Workspace) -> None:
    small.put(ws, "park", name="竹产业园")
    with pytest.raises(Trouble) as told:
        workspace.open_workspace(ws.path, now=small.Now()())
    assert told.value.problems[0].code == "store.in_use"
    with workspace.open_for_reading_if_taken(ws.path, now=small.Now()()) as reader:
        assert reader.readonly
        assert reader.writer
        assert entering.list_records(reader, "park", quarter=small.QUARTER).total == 1
        opened = entering.open_record(reader, form="park", quarter=small.QUARTER)
        opened.draft.type("name", "乙园")
        with pytest.raises(Trouble, match="只能看"):
            entering.save(reader, opened.draft)


def test_a_fork_works_in_another_thread(ws: Workspace) -> None:
    small.put(ws, "park", name="竹产业园")
    found: list[int] = []

    def work() -> None:
        with ws.fork() as other:
            small.put(other, "park", name="乙园")
            found.append(entering.list_records(other, "park", quarter=small.QUARTER).total)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [2]
    assert entering.list_records(ws, "park", quarter=small.QUARTER).total == 2


def test_a_copy_taken_while_open_is_whole(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "park", name="竹产业园")
    copy = ws.save_copy(tmp_path / "副本.pairing")
    with workspace.open_workspace(copy, now=small.Now()()) as other:
        assert entering.list_records(other, "park", quarter=small.QUARTER).total == 1


def test_a_plain_copy_of_a_brand_new_open_file_is_a_data_file(ws: Workspace, tmp_path: Path) -> None:
    copy = shutil.copy(ws.path, tmp_path / "拷贝.pairing")
    with workspace.open_workspace(copy, now=small.Now()()) as other:
        assert other.about == ws.about
        assert other.people == ws.people


@pytest.mark.parametrize("name", [path.name for path in sorted(LEGACY.glob("*.pairing"))])
def test_an_old_file_without_a_county_is_refused_as_it_lies(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    shutil.copyfile(LEGACY / name, file)
    for write in (True, False):
        with pytest.raises(Trouble, match="不是本程序的数据文件"):
            workspace.open_workspace(file, write=write, now=small.Now()())
    assert file.read_bytes() == (LEGACY / name).read_bytes(), "neither migrated nor copied"
    assert [p.name for p in tmp_path.iterdir()] == [name]
