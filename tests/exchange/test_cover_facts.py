"""What paper says in words and not in values is compared with the data too, whoever drew it."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from pairing_desktop.exchange import coordinates
from pairing_desktop.exchange.packet_parts import DATA
from pairing_desktop.services import cover_facts
from tests.exchange.house import House, with_data
from tests.exchange.test_agreement import with_coordinates

SENT = {"identity": "00" * 32, "submission": 1}
REVIEWER = {"role": "reviewer", "label": "审核人", "name": "别人", "phone": ""}
OTHERWISE: dict[str, tuple[Callable[[dict[str, Any]], object], set[str]]] = {
    "the quarter": (lambda d: d.update(period="2024Q3"), {"县、报告期和报送次别"}),
    "the submission": (lambda d: d.update(submission=2, replaces=SENT), {"县、报告期和报送次别", "替代的报送"}),
    "what it replaces": (lambda d: d.update(replaces=SENT), {"替代的报送"}),
    "the bureau": (lambda d: d.update(bureau="别的局"), {"报送单位", "填报单位（盖章）"}),
    "the partner": (lambda d: d["surroundings"].update(partner_bureau="南湖区别的局"), {"结对单位"}),
    "the reason": (lambda d: d.update(reason="更正产值"), {"再次报送原因"}),
    "when it was finalised": (lambda d: d.update(finalised_at="2024-07-10T01:02:03Z"), {"定稿时间"}),
    "that it is a sample": (lambda d: d.update(sample=True), {"“示例数据”字样"}),
    "an explanation": (lambda d: d["explanations"].append({"place": "某处", "text": "另一个说明"}), {"说明（某处）"}),
    "who reviews": (lambda d: d["surroundings"].update(people=[REVIEWER]), {"审核人"}),
    "whom a sheet is about": (lambda d: [r.update(subject=of_form(d, "visit")["key"]) for r in d["records"]
                                         if r["form"] == "sheet"], {"填报对象"}),
}


def of_form(data: dict[str, Any], form: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in data["records"] if r["form"] == form)
    return found


@pytest.mark.parametrize("appearance", [False, True], ids=["text only", "another renderer's"])
@pytest.mark.parametrize("name", OTHERWISE)
def test_what_stands_on_paper_in_words_is_asked_whoever_drew_it(house: House, name: str, appearance: bool) -> None:
    """The paper of one quarter with the data of another: each fact is named, and the identity is another's anyway."""
    change, facts = OTHERWISE[name]
    files = with_coordinates(with_data(house.files(), change), lambda s: s.update(renderer="0.0.9-0000"))
    said = json.loads(files[DATA])
    found = list(cover_facts.unstated(said, hashlib.sha256(files[DATA]).hexdigest(), coordinates.read(files),
                                      house.ws.catalogue))
    assert {p.place["name"] for p in found} == {"报送包标识", *facts}
    if name not in ("an explanation", "what it replaces"):  # refused before, in this data
        told = {p.place["name"] for p in house.ask(files, appearance=appearance)["agreement"].problems
                if p.code == "agreement.unstated"}
        assert told == {"报送包标识", *facts}


@pytest.mark.parametrize("sheet", ["PDF ", "工作簿"])
def test_paper_that_names_another_time_for_its_own_identity_is_told(house: House, sheet: str) -> None:
    """Somebody drew it so: what the data says is looked for, not only whether paper fits its own map."""
    files = house.files()
    layer = {"PDF ": "pdf", "工作簿": "workbook"}[sheet]

    def another(said: dict[str, Any]) -> None:
        said[layer]["words"] = [w.replace("2024年7月11日16时", "2024年6月30日8时") for w in said[layer]["words"]]

    found = house.ask(with_coordinates(files, another), appearance=False)["agreement"].problems
    told = [p.message for p in found if p.code == "agreement.unstated"]
    assert len(told) == 1
    assert told[0].startswith(f"{sheet}封面上的定稿时间与数据不一致：数据是“2024年7月11日16时")


@pytest.mark.parametrize(("parts", "cover", "stands"), [
    (1, "甲乙丙丁戊己", True), (1, "甲乙丙第1页共2页丁戊己", False), (2, "甲乙丙第1页共2页丁戊己", True),
    (2, "甲乙丙第1页共2页丁戊", False), (2, "甲乙第1页丙丁第2页戊己", False), (3, "甲乙第1页丙丁第2页戊己", True),
    (3, "", False), (2, "乙丙丁戊己", False),
])
def test_an_explanation_may_run_over_pages(parts: int, cover: str, stands: bool) -> None:
    assert cover_facts._stands("甲乙丙丁戊己", cover, parts) is stands
