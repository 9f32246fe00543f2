"""Computed sheets and own tables by commands."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pairing_desktop import cli
from pairing_desktop.services import entering, own_tables, workspace
from pairing_desktop.services.own_tables import Definition, OwnColumn
from pairing_desktop.services.template_filling import Filling

NOW = datetime(2024, 7, 10, 2, 0, tzinfo=UTC)
Capture = Any


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data file with two leads and an own table that knows its template."""
    path = tmp_path_factory.mktemp("自定 义") / "遂昌.pairing"
    with workspace.create(path, county="331123", partner="330402", bureau="县", now=NOW, who="张",
                          clock=lambda: NOW) as ws:
        for lead, sum_ in (("甲线索", "约6000"), ("乙线索", "3000")):
            draft = entering.open_record(ws, form="investment_lead", quarter="2024Q2").draft
            for name, text in {"lead": lead, "found": "2024-05-01", "intended": sum_, "stage": "接洽"}.items():
                draft.type(name, text)
            entering.save(ws, draft)
        filling = Filling(sheet="Sheet", first_row=2, columns=(("lead", "A"), ("intended", "B")))
        own_tables.save(ws, Definition(name="线索", form="investment_lead", template=filling.plain(), sort="-intended",
                                       columns=(OwnColumn("lead"), OwnColumn("intended", total=True))))
    return path


def run(capsys: Capture, *words: object) -> tuple[int, str]:
    capsys.readouterr()
    code = cli.run([str(w) for w in words])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_a_sheet_with_the_records_of_each_figure(file: Path, capsys: Capture) -> None:
    code, said = run(capsys, "summary", file, "--quarter", "2024Q2", "--sheet", "tracks", "--json")
    assert code == 0
    [sheet] = json.loads(said)
    line = next(x for x in sheet["parts"][0]["lines"] if x["cells"][0]["text"] == "意向投资额")
    assert line["cells"][4]["text"] == "约9,000"
    assert [r["label"] for r in line["cells"][4]["records"]] == ["甲线索", "乙线索"]


@pytest.mark.parametrize(("suffix", "start"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_files(file: Path, capsys: Capture, tmp_path: Path, suffix: str, start: bytes) -> None:
    for words in (("summary", file), ("table", file, "线索")):
        out = tmp_path / f"{words[0]}.{suffix}"
        assert run(capsys, *words, "--quarter", "2024Q2", "--out", out)[0] == 0
        assert out.read_bytes().startswith(start)


def test_a_table_is_listed_shown_and_filled_into_a_template(file: Path, capsys: Capture, tmp_path: Path) -> None:
    assert run(capsys, "table", file) == (0, "线索\n")
    code, said = run(capsys, "table", file, "线索", "--quarter", "2024Q2", "--json")
    assert code == 0
    assert [line["cells"] for line in json.loads(said)["lines"]] == [
        ["1", "甲线索", "约6,000"], ["2", "乙线索", "3,000.00"], ["合计 2", "", "约9,000"]]
    template, out = tmp_path / "模板.xlsx", tmp_path / "填好.xlsx"
    Workbook().save(template)
    words = ("table", file, "线索", "--quarter", "2024Q2", "--template", template, "--out", out)
    code, said = run(capsys, *words)
    assert (code, "填了 2 行、4 个单元格" in said) == (0, True)
    sheet = load_workbook(out).worksheets[0]
    assert [[c.value for c in row] for row in sheet["A2:B3"]] == [["甲线索", "约6,000"], ["乙线索", 3000]]


def test_a_file_of_another_kind_is_not_written(file: Path, capsys: Capture, tmp_path: Path) -> None:
    out = tmp_path / "表.docx"
    for words in (("summary", file), ("table", file, "线索")):
        code, said = run(capsys, *words, "--quarter", "2024Q2", "--out", out)
        assert (code, "表.docx" in said, out.exists()) == (2, True, False)
    code, said = run(capsys, "table", file, "线索")
    assert (code, "--quarter" in said) == (2, True)


def test_what_is_not_there_is_told(file: Path, capsys: Capture) -> None:
    assert "没有汇总表“x”" in run(capsys, "summary", file, "--quarter", "2024Q2", "--sheet", "x")[1]
    code, said = run(capsys, "table", file, "别的", "--quarter", "2024Q2")
    assert (code, "没有叫“别的”的自定义表" in said) == (2, True)
