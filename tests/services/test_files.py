"""Files that services write and take in: attachments, the list of findings, several files at once."""

import hashlib
import io
from pathlib import Path

import openpyxl
import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import (
    attaching,
    checking,
    collecting,
    findings_export,
    list_export,
    reviewing,
    writing,
)
from pairing_desktop.services.demo import Keys
from pairing_desktop.services.workspace import Workspace
from tests.services import small
from tests.services.small import QUARTER
from tests.signing import people


def photo(folder: Path, width: int, height: int) -> Path:
    from PIL import Image

    path = folder / "现场 照片.jpg"
    Image.new("RGB", (width, height), "white").save(path)
    return path


def test_a_large_photo_is_made_smaller_unless_told_otherwise(ws: Workspace, tmp_path: Path) -> None:
    from PIL import Image

    path = photo(tmp_path, 4000, 1000)
    held = attaching.attach(ws, path, travels=True)
    taken = attaching.extract(ws, held, tmp_path / "取出.jpg")
    with Image.open(taken) as smaller:
        assert smaller.size == (2000, 500)
    assert (held.name, held.travels, held.size) == ("现场 照片.jpg", True, taken.stat().st_size)
    whole = attaching.attach(ws, path, travels=False, shrink=False)
    assert whole.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("content", "says"), [(b"", "空"), (b"%PDF" + bytes(20_000_001), "20 MB")])
def test_files_that_cannot_be_attached(ws: Workspace, tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(Trouble, match=says):
        attaching.attach(ws, tmp_path / "a.pdf", travels=True)
    (tmp_path / "装我.exe").write_bytes(b"MZ")
    with pytest.raises(Trouble, match="不是能作附件的文件"):
        attaching.attach(ws, tmp_path / "装我.exe", travels=True)
    with pytest.raises(Trouble):
        attaching.attach(ws, tmp_path / "没有.pdf", travels=True)


def test_the_findings_as_a_workbook(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="=甲公司", revenue="2000")
    report = checking.check_quarter(ws, QUARTER)
    path = findings_export.write(report.findings, lambda form: ws.catalogue.form(form).title, tmp_path / "清单.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "级别"
    assert ("核实", "企业名录", "=甲公司 · 营业收入") in [row[:3] for row in rows]
    assert all(cell.data_type == "s" or cell.value is None for row in sheet.iter_rows() for cell in row)


def test_files_appear_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def failing() -> None:
        with writing.together(tmp_path, {"a": b"new", "b": b"new"}):
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old"}
    with writing.together(tmp_path, {"a": b"new", "b": b"new"}) as places:
        assert [p.read_bytes() for p in places] == [b"new", b"new"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


WINDOW = {
    "a copy": lambda ws, to: ws.save_copy(to),
    "an attachment": lambda ws, to: attaching.extract(
        ws, attaching.attach(ws, photo(to.parent, 8, 8), travels=True), to),
    "a list": lambda ws, to: list_export.write(ws, "firm", to, quarter=QUARTER, columns=("",), keys=()),
    "findings": lambda ws, to: findings_export.write((), str, to),
    "a collection workbook": lambda ws, to: collecting.save(ws, "firm", to, quarter=QUARTER),
    "a verdict": lambda _ws, to: reviewing.save_verdict((), to),
    "a PDF shown": lambda _ws, to: writing.write(to, b"%PDF"),
}
"""What only the window writes to a file that somebody names; commands are asked in test_cli_overwriting."""
ENDINGS = {"a list": ".xlsx", "findings": ".xlsx", "a collection workbook": ".xlsx", "a verdict": ".json",
           "an attachment": ".jpg", "a PDF shown": ".pdf", "a copy": ".pairing"}


def test_a_name_is_proposed_where_nothing_stands(tmp_path: Path) -> None:
    for name in ("副本.pairing", "副本 2.pairing", "副本 3.pairing"):
        assert writing.free(tmp_path / "副本.pairing") == tmp_path / name
        (tmp_path / name).touch()


@pytest.mark.parametrize("what", WINDOW)
def test_the_window_spares_what_cannot_be_had_again_too(ws: Workspace, tmp_path: Path, keys: Keys, what: str) -> None:
    """Whatever the save dialog was answered."""
    for kept in (ws.path, keys.files["head"], tmp_path / "别人的.asice"):
        if kept.suffix == ".asice":
            kept.write_bytes(people.built())
        renamed = tmp_path / f"改了名{ENDINGS[what]}"
        renamed.write_bytes(kept.read_bytes())
        copied = tmp_path / kept.name
        if kept != copied:
            copied.write_bytes(kept.read_bytes())
        for file in (copied, renamed):
            before = file.read_bytes()
            with pytest.raises(Trouble, match=r"不能覆盖已有的|扩展名不对"):
                WINDOW[what](ws, file)
            assert file.read_bytes() == before


@pytest.mark.parametrize("what", [what for what in WINDOW if what != "a copy"])
def test_an_ordinary_file_is_written_over(ws: Workspace, tmp_path: Path, what: str) -> None:
    file = tmp_path / f"旧的{ENDINGS[what]}"
    file.write_text("旧", encoding="utf-8")
    WINDOW[what](ws, file)
    assert file.read_bytes() != "旧".encode()
