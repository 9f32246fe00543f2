"""Computed sheets in the services: a packet's come from its data alone, and nothing sent before is lost from them."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pairing_desktop.progress import silent
from pairing_desktop.services import entering, finalising, papers, summarising, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import submissions
from tests.services import small

NOW = datetime(2024, 7, 10, 2, 0, tzinfo=UTC)
SHEET = """
id: visits
version: 1
title: 走访汇总表
short: 走访
order: 1
blocks:
  - id: all
    columns: [{id: now, title: 期末累计}]
    items:
      - {label: 走访企业, unit: 家, figures: [{form: visit, distinct: firm.name}]}
      - {label: 费用, unit: 元, figures: [{form: visit, sum: cost}]}
"""


@pytest.fixture
def visits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small programme have a computed sheet of its own."""
    folder = small.forms_folder(tmp_path / "summed")
    (folder / "sheets").mkdir()
    (folder / "sheets" / "visits.yaml").write_text(SHEET, encoding="utf-8")
    monkeypatch.setattr("pairing_desktop.paths.forms", lambda: folder)


def shown(ws: Workspace, quarter: str = small.QUARTER) -> list[str]:
    return list(summarising.values(summarising.computed(ws, quarter).values()).values())


def marked(ws: Workspace) -> str | None:
    """Return what stands above the printed computed sheets."""
    book = openpyxl.load_workbook(BytesIO(summarising.workbook(ws, small.QUARTER)))
    text: str | None = book.worksheets[0].oddHeader.right.text
    return text


def frozen(ws: Workspace, quarter: str) -> dict[str, Any]:
    found, _ = finalising._frozen(ws, quarter, progress=silent)
    data: dict[str, Any] = json.loads(found.data)
    return data


@pytest.mark.usefixtures("visits")
def test_what_was_sent_and_closed_still_counts(ws: Workspace, tmp_path: Path) -> None:
    small.fill(ws)
    assert shown(ws) == ["1", "10.00"]
    assert marked(ws) == "草稿，未定稿"
    finalising.finalise(ws, small.QUARTER, tmp_path)
    with ws.store.begin() as tx:  # as if it had been signed and sent
        made = submissions.submissions(tx, small.QUARTER)[0]
        submissions.set_state(tx, made.id, "submitted", at=NOW, who="张三")
    assert marked(ws) is None, "what was sent is no draft"
    data = frozen(ws, "2024Q3")
    assert [r for r in data["records"] if r["form"] == "visit"] == []
    assert list(summarising.values(summarising.of_data(data, ws.catalogue).values()).values()) == ["1", "10.00"]


@pytest.mark.usefixtures("visits")
def test_a_later_visit_is_not_counted_before(ws: Workspace) -> None:
    small.fill(ws)
    small.put(ws, "visit", firm="甲公司", day="2024-07-06", cost="5")
    assert shown(ws) == ["1", "10.00"]
    assert shown(ws, "2024Q3") == ["1", "15.00"]


@pytest.mark.usefixtures("visits")
def test_the_packet_s_paper_holds_the_sheet_at_its_end(ws: Workspace) -> None:
    small.fill(ws)
    found, content = finalising._frozen(ws, small.QUARTER, progress=silent)
    pages = papers.documents(ws, found, content, final=True)
    assert [p.form for p in pages][-1] == "summary_visits"
    assert json.loads(found.data)["sheets"] == [
        {"id": "visits", "version": 1, "digest": summarising.listed(ws)[0].digest}]
    book = papers.draw_workbook(ws, found, pages, silent)
    assert book[:2] == b"PK"


def test_a_programme_without_the_forms_has_no_sheets(ws: Workspace) -> None:
    small.fill(ws)
    assert summarising.listed(ws) == ()
    assert summarising.computed(ws, small.QUARTER) == {}


def test_a_deleted_record_is_gone_from_the_figure(tmp_path: Path) -> None:
    with workspace.create(tmp_path / "a.pairing", county="331123", partner="330402", bureau="县", now=NOW, who="张",
                          clock=lambda: NOW) as ws:
        draft = entering.open_record(ws, form="chain_link", quarter="2024Q2").draft
        for name, text in {"title": "对接", "date": "2024-05-01", "way": "对接会", "demander": "某公司"}.items():
            draft.type(name, text)
        key = entering.save(ws, draft).key
        part = summarising.computed(ws, "2024Q2")["tracks"].parts[0]
        line = next(line for line in part.lines if line.cells[0].text == "产业链对接事项")
        assert (line.cells[4].text, line.cells[4].behind[0].key) == ("1", key)
        entering.delete(ws, key)
        part = summarising.computed(ws, "2024Q2")["tracks"].parts[0]
        assert next(line for line in part.lines if line.cells[0].text == "产业链对接事项").cells[4].text == "0"
