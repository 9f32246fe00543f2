"""``merge`` on the command line: what it says, its JSON and exit codes."""

import json
from pathlib import Path

import pytest

from pairing_desktop import cli
from pairing_desktop.services import entering, workspace
from tests.services import small
from tests.services.small import QUARTER


@pytest.fixture
def files(tmp_path: Path, laid: small.Laid) -> tuple[Path, Path]:
    """Return a clerk's data file and another's copy of it; both changed the quarter's note."""
    folder = tmp_path / "对方"
    folder.mkdir()
    clock = small.Now()
    with laid.copy(tmp_path, clock=clock) as ws:
        note = small.put(ws, "note", words="起头").key
        other = ws.save_copy(folder / "乙.pairing")
        small.put(ws, "note", key=note, words="A")
    with workspace.open_workspace(other, who="李四", now=clock(), clock=clock) as ws:
        small.put(ws, "note", key=note, words="B")
        small.put(ws, "firm", name="乙公司")
    return tmp_path / small.FILE, other


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.run([str(w) for w in words])
    told = capsys.readouterr()
    return code, told.out, told.err


def note(file: Path) -> str:
    with workspace.open_workspace(file, write=False, now=small.Now()()) as ws:
        [line] = entering.list_records(ws, "note", quarter=QUARTER).lines
        return entering.open_record(ws, form="note", key=line.key, quarter=QUARTER).draft.text("words")


def test_a_dry_run_tells_and_changes_nothing(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    file, other = files
    before = file.read_bytes(), other.read_bytes()
    code, out, err = run(capsys, "merge", file, "--from", other, "--dry-run")
    assert (code, err) == (1, ""), "there is a conflict to be looked at"
    assert "两边都改过  小结“2024年二季度”（李四 2024-07-11 16:42）" in out
    assert "主要做法：本文件“A”，对方“B”，不一样，取对方的" in out
    assert "新增  企业“乙公司”" in out
    assert out.splitlines()[-1] == (
        "预演，什么都没有改：新增 1，对方改过 0，两边都改过 1，登记了两次 0，只有本文件改过 0，改得不一样的 1 项"
        "取后保存的。")
    assert (file.read_bytes(), other.read_bytes()) == before


@pytest.mark.parametrize(("prefer", "wanted"), [("newer", "B"), ("ours", "A"), ("theirs", "B")])
def test_it_merges_and_tells_where_the_copy_is(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str],
                                               prefer: str, wanted: str) -> None:
    file, other = files
    code, out, _ = run(capsys, "merge", file, "--from", other, "--prefer", prefer, "--who", "王五", "--json")
    said = json.loads(out)
    assert (code, said["new"], said["both"], said["conflicts"], said["dry_run"]) == (0, 1, 1, 1, False)
    assert note(file) == wanted
    assert note(Path(said["backup"])) == "A"
    assert run(capsys, "merge", file, "--from", other)[:2] == (0, "乙.pairing 的内容这里都有了，什么都没有改。\n")


def test_what_cannot_be_merged_is_said_plainly(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    file, _ = files
    assert run(capsys, "merge", file, "--from", file) == (
        2, "", f"{file.name} 就是现在的数据文件本身，不用合并。请选另一位填报人的数据文件。\n")
    code, out, _ = run(capsys, "merge", file, "--from", file.with_name("没有.pairing"), "--json")
    assert (code, [p["code"] for p in json.loads(out)["problems"]]) == (2, ["store.missing"])
