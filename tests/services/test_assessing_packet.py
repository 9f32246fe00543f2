"""The assessment form inside a packet: workbook, PDF and data say the same."""

from pathlib import Path
from typing import Any

from pairing_desktop import paths
from pairing_desktop.exchange.packet_parts import PDF, WORKBOOK
from pairing_desktop.services import asking, assessing_compared, checking, entering, submitting
from pairing_desktop.signing import container
from tests.exchange.house import answers
from tests.services import small

FORM = (paths.forms() / "assessment.yaml").read_text(encoding="utf-8").replace(
    "type: reference, form: pairing,", "type: text,")
THRESHOLDS = (paths.forms() / "thresholds.yaml").read_text(encoding="utf-8")
QUARTER = "2024Q4"
ROWS = (
    {"number": "1.1", "level1": "一、甲", "level2": "1.子", "indicator": "投资", "nature": "≥", "unit": "万元",
     "weight": "40", "target": "100", "actual": "约80", "recorded": "80", "reason": "雨季",
     "measures": "补上", "evidence": "1-01"},
    {"number": "1.2", "level1": "一、甲", "level2": "2.丑", "indicator": "家数", "nature": "≥", "unit": "家",
     "weight": "20", "target": "3", "actual": "3", "scoring": "达标得分", "evidence": "1-02"},
    {"number": "2.1", "level1": "二、乙", "level2": "3.寅", "indicator": "机制", "nature": "定性", "weight": "40",
     "wanted": "有协议", "done": "已签", "score": "40", "rating": "全部落实", "evidence": "2-01"},
)


def test_the_form_in_a_packet_agrees_with_the_data(tmp_path: Path) -> None:
    with small.make(tmp_path, assessment=FORM, thresholds=THRESHOLDS) as ws:
        small.fill(ws)
        small.fill(ws, QUARTER)
        draft = entering.open_record(ws, form="assessment", quarter=QUARTER).draft
        draft.type("pairing", "南湖—遂昌")
        for texts in ROWS:
            row = draft.add_row("indicators")
            for name, text in texts.items():
                draft.type(f"indicators/{row}/{name}", text)
        for number in ("1-01", "1-02", "2-01"):
            row = draft.add_row("evidence")
            for name, text in {"number": number, "title": f"材料{number}", "link": "firm/x"}.items():
                draft.type(f"evidence/{row}/{name}", text)
        draft.type("bonus", "2")
        draft.type("bonus_words", "省级表彰")
        assert draft.shown("total") == "约94"  # what rests on 约 is 约
        entering.save(ws, draft)
        report = checking.check_quarter(ws, QUARTER)
        assert [f.message for f in report.findings if f.level == "error"] == []
        for finding in report.findings:
            if not finding.explanation:
                checking.explain(ws, finding, "已核对。")
        done = submitting.finalise(ws, QUARTER, tmp_path)
        files = dict(container.read(done.packet.read_bytes()).files)
        assert {PDF, WORKBOOK} <= files.keys()
        found = answers(ws, files)["agreement"]
        assert (found.problems, found.state) == ((), "appearance")


def rows_of_the_shipped_set() -> list[dict[str, Any]]:
    """Return the rows that the form is filled with from the shipped set."""
    return [{"id": one.id, "values": {"number": one.id, "indicator": one.label, "nature": one.nature,
                                      "scoring": one.scoring, **({"unit": one.unit} if one.unit else {}),
                                      "weight": one.weight, **({"target": one.target} if one.target else {}),
                                      **({"wanted": one.wanted} if one.wanted else {})}}
            for one in asking.shipped_indicators()[0].indicators]


def said(rows: list[dict[str, Any]]) -> list[str]:
    data = {"records": [{"form": "assessment", "payload": {"values": {"indicators": rows}}}]}
    return [p.message for p in assessing_compared.differing(data, asking.shipped_indicators())]


def test_an_assessment_by_the_set_at_hand_is_not_spoken_of() -> None:
    assert said(rows_of_the_shipped_set()) == []


def test_an_assessment_by_another_set_is_told_with_what_differs() -> None:
    rows = rows_of_the_shipped_set()
    rows[0]["values"]["weight"] = "8"
    rows[1]["values"]["number"] = "1.9"
    [told] = said(rows)
    assert "1.1 权重 8，本机是 6" in told
    assert "没有指标 1.2 竣工投产项目数" in told
    assert "多出指标 1.9" in told
