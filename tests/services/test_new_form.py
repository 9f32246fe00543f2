"""A form that is a YAML file alone: it is in the list, the check, the workbook, the PDF and the packet."""

import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from pairing_desktop import paths
from pairing_desktop.errors import Trouble
from pairing_desktop.exchange.packet import open_packet
from pairing_desktop.services import checking, entering, searching, submitting, workspace
from pairing_desktop.services.workspace import Workspace
from tests.services import small

QUARTER = "2024Q2"
RECYCLING = """
id: recycling
version: 1
title: 废旧物资循环利用表
short: 循环利用
icon: arrow_sync
group: 填报
order: 185
kind: event
fills: [M, I]
name: site
date: day
head: {kind: worksheet, annex: "18", unit: 吨}
sections:
  - id: main
    title: 循环利用
    fields:
      - {id: site, label: 回收点, type: text, required: true, help: 回收点名称。}
      - {id: firm, label: 企业, type: reference, form: enterprise}
      - {id: day, label: 日期, type: date, required: true}
      - {id: collected, label: 回收量, type: decimal, unit: 吨, code: "01"}
      - {id: reused, label: 利用量, type: decimal, unit: 吨, code: "02"}
      - {id: rate, label: 利用率, type: percent, code: "03", compute: "round(reused / collected * 100, 2)"}
rules:
  - id: reused_most
    level: error
    check: collected >= reused
    at: reused
    waivable: false
    message: "利用量 {right} 多于回收量 {left}"
list: {columns: [site, day, collected, rate], sort: site}
print: {layout: card}
notes: [本表是试验用的。]
"""


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    forms = tmp_path / "forms"
    forms.mkdir()
    for name in ("bureau", "enterprise", "pairing", "park", "thresholds"):  # no sheet that a quarter must have
        shutil.copy(paths.forms() / f"{name}.yaml", forms)
    (forms / "recycling.yaml").write_text(RECYCLING, encoding="utf-8")
    clock = small.Now(datetime(2024, 7, 11, 8, tzinfo=UTC))
    with workspace.create(tmp_path / "a.pairing", county="331123", partner="330402", now=clock(), clock=clock,
                          forms=forms) as found:
        yield found


def test_a_new_form_needs_nothing_but_its_file(ws: Workspace, tmp_path: Path) -> None:
    assert "recycling" in [f.id for f in ws.forms]
    key = small.put(ws, "recycling", site="云峰回收点", day="2024-05-01", collected="12.5", reused="20").key

    page = entering.list_records(ws, "recycling", quarter=QUARTER)
    assert page.lines[0].cells == ("云峰回收点", "2024-05-01", "12.50", "160.00")
    assert page.lines[0].mark == "error"
    assert searching.search(ws, "yfhsd")[0].form == "recycling"
    assert entering.counts(ws, QUARTER)["recycling"].errors == 1

    found = [f for f in checking.check_quarter(ws, QUARTER).findings if f.form == "recycling"]
    assert [(f.rule, f.message) for f in found] == [("reused_most", "利用量 20.00 多于回收量 12.50")]
    small.put(ws, "recycling", key=key, reused="10")

    answer_all(ws)
    done = submitting.finalise(ws, QUARTER, tmp_path)
    packet = open_packet(done.packet)
    record = next(r for r in packet.data["records"] if r["form"] == "recycling")
    values = {"site": "云峰回收点", "day": "2024-05-01", "collected": "12.5", "reused": "10", "rate": "80"}
    assert record["payload"]["values"] == values
    assert "recycling" in [f["id"] for f in packet.data["forms"]]
    sheets = openpyxl.load_workbook(io.BytesIO(packet.files["workbook.xlsx"]))
    sheet = next(s for s in sheets.worksheets if "循环利用" in s.title or "废旧物资" in s.title)
    cells = [c.value for row in sheet.iter_rows() for c in row]
    assert "云峰回收点" in cells
    assert 12.5 in cells
    text = pdf_text(packet.files["report.pdf"])
    assert "废旧物资循环利用表" in text
    assert "云峰回收点" in text


def answer_all(ws: Workspace) -> None:
    """Fill the sheets that must be there by special case, so that the quarter passes."""
    for finding in checking.check_quarter(ws, QUARTER).findings:
        if finding.level == "query":
            checking.explain(ws, finding, "试验")
        else:
            checking.waive(ws, finding, reason="试验", consent_by="局长")


def pdf_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
    finally:
        document.close()


def test_a_faulty_new_form_makes_no_data_file(tmp_path: Path) -> None:
    forms = small.forms_folder(tmp_path / "forms", recycling=RECYCLING.replace("form: enterprise", "form: enterprize"))
    with pytest.raises(Trouble, match=r"recycling\.yaml"):
        workspace.create(tmp_path / "a.pairing", county="331123", now=datetime(2024, 7, 1, tzinfo=UTC), forms=forms)
    assert not (tmp_path / "a.pairing").exists()


def test_what_the_wizard_was_told_is_not_typed_again(tmp_path: Path) -> None:
    clock = small.Now(datetime(2024, 7, 11, 8, tzinfo=UTC))
    with workspace.create(tmp_path / "a.pairing", county="331123", partner="330402", bureau="遂昌县某局", now=clock(),
                          clock=clock, people=small.PEOPLE) as ws:
        draft = entering.open_record(ws, form="bureau", quarter=QUARTER).draft
        assert not draft.dirty
        texts = [draft.text(n) for n in ("county", "name", "preparer", "preparer_phone", "reviewer", "head_title")]
        assert texts == ["遂昌县", "遂昌县某局", "企业科统计岗", "0578-9000001", "企业科科长", "单位负责人"]
        firm = entering.open_record(ws, form="enterprise", quarter=QUARTER).draft
        assert (firm.text("county"), firm.dirty) == ("遂昌县", False)
        draft.type("department", "企业科")
        entering.save(ws, draft)
        assert entering.open_record(ws, form="bureau", quarter=QUARTER).draft.text("county") == "南湖区"
        pairing = entering.open_record(ws, form="pairing", quarter=QUARTER).draft
        names = ("title", "industrial", "mountain", "mountain_bureau", "industrial_bureau", "lead", "start_year")
        assert [pairing.text(n) for n in names] == ["南湖—遂昌", "南湖区", "遂昌县", "遂昌县某局", "", "山区县", "2023"]
