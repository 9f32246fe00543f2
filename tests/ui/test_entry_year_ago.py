"""Last quarter's and last year's figure stand beside each input."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from pairing_desktop.services import checking, entering
from pairing_desktop.services.workspace import Workspace
from tests.ui.conftest import Answers, Open

pytestmark = pytest.mark.gui


def sheet(ws: Workspace, quarter: str, park: str, **typed: str) -> str:
    draft = entering.open_record(ws, form="park_progress", quarter=quarter, subject=park).draft
    for name, text in typed.items():
        draft.type(name, text)
    return entering.save(ws, draft).key


@pytest.fixture
def park(ws: Workspace) -> str:
    draft = entering.open_record(ws, form="park", quarter="2024Q2").draft
    draft.type("name", "示例园区")
    return entering.save(ws, draft).key


def test_both_earlier_figures_are_shown(qtbot: Any, ws: Workspace, park: str, open_page: Open) -> None:
    sheet(ws, "2023Q2", park, infra="900")
    sheet(ws, "2024Q1", park, infra="500", land_planned="620")
    sheet(ws, "2024Q2", park, infra="1200")
    page = open_page("park_progress")
    assert page.record is not None
    rows = {row.path: row for section in page.record.sections for row in section.rows}
    infra, land = rows["infra"]._earlier, rows["land_planned"]._earlier
    assert infra is not None
    assert land is not None
    assert infra.toolTip() == "上期 500.00\n上年同期 900.00"
    assert land.text() == "上期 620.00"


def test_last_years_stands_alone_where_there_is_no_last_quarter(qtbot: Any, ws: Workspace, park: str,
                                                                open_page: Open) -> None:
    sheet(ws, "2023Q2", park, infra="900")
    sheet(ws, "2024Q2", park, infra="1200")
    page = open_page("park_progress")
    assert page.record is not None
    earlier = next(row for section in page.record.sections for row in section.rows if row.path == "infra")._earlier
    assert earlier is not None
    assert earlier.text() == "上年 900.00"


@pytest.mark.parametrize("before", [None, {"invest_total": "500"}, {"infra": "500", "industry": "0"}])
def test_why_a_quarters_own_figure_stays_blank_is_said(qtbot: Any, ws: Workspace, park: str, open_page: Open,
                                                       before: dict[str, str] | None) -> None:
    if before is not None:
        sheet(ws, "2024Q1", park, **before)
    sheet(ws, "2024Q2", park, infra="1200")
    page = open_page("park_progress")
    assert page.record is not None
    hints = {section.section.id: section._hint.text() for section in page.record.sections}
    known = before is not None and "infra" in before
    assert ("2024年一季度没有填累计数，本季数算不出" in hints["investment"]) is not known
    assert "算不出" not in hints["plant"]


def test_last_quarters_words_are_offered_and_not_filled_in(qtbot: Any, ws: Workspace, park: str, open_page: Open,
                                                           answers: Answers) -> None:
    sheet(ws, "2023Q4", park, invest_total="900")
    for quarter, total in (("2024Q1", "800"), ("2024Q2", "700")):
        sheet(ws, quarter, park, invest_total=total)
    first = next(f for f in checking.check_quarter(ws, "2024Q1").findings if f.rule == "invest_total_falls")
    checking.explain(ws, first, "核减重复统计。")
    again = next(f for f in checking.check_quarter(ws, "2024Q2").findings if f.rule == "invest_total_falls")
    page = open_page("park_progress")
    answers.answers = {"reason": None}
    page.found.explain(again)
    asked = answers.asked[0][1]
    assert "上期的说明（只供参考，不会自动填入）：核减重复统计。" in asked[1]
    assert again.explanation == ""
