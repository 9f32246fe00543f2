"""The rules run again on a packet's data alone: what is missing, what is stray, what was not answered."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.services import submitting
from tests.exchange import house as houses
from tests.exchange.house import Files, House, with_data
from tests.services import small
from tests.services.small import QUARTER

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a county whose packet holds a query with its explanation."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "trust").mkdir()
    (folder / "keys").mkdir()
    ws = small.make(folder)
    small.fill(ws)
    small.put(ws, "firm", name="乙公司", revenue="5000")
    houses.answer(ws)
    done = submitting.finalise(ws, QUARTER, folder)
    keys = houses.demo.make_keys(folder, clock=ws.clock)
    house = House(folder, ws, keys, done.packet, done.packet.read_bytes())
    yield house
    ws.close()


def rules(house: House, files: Files) -> list[tuple[str, str]]:
    return [(p.code.partition(".")[2], p.message) for p in house.ask(files, appearance=False)["rules"].problems]


def of_form(data: dict[str, Any], form: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in data["records"] if r["form"] == form)
    return found


def waiver(data: dict[str, Any], **finding: str) -> dict[str, str]:
    """Return a waiver of this finding in the form in which packets hold them."""
    said = {name: finding.get(name, value) for name, value in data["explanations"][0].items() if name != "text"}
    return {**said, "reason": "情况特殊", "consent_by": "局长"}


def test_nothing_to_say_against_our_own(asked: House) -> None:
    files = asked.files()
    assert len(asked.ask(files)["rules"].problems) == 0
    assert rules(asked, files) == []


CASES: dict[str, tuple[Change, str, str]] = {
    "a figure that breaks a rule": (lambda d: of_form(d, "sheet")["payload"]["values"].update(total="500"),
                                    "rule_absent", "累计投资 500.00 超过"),
    "a name that is read backwards": (lambda d: of_form(d, "firm")["payload"]["values"].update(name="甲\u202e司公"),
                                      "rule_absent", "〔U+202E〕"),
    "a double": (lambda d: d["records"].append({**of_form(d, "firm"), "key": "0" * 36}), "rule_absent", "登记了两次"),
    "a sheet left out": (lambda d: d["records"].remove(of_form(d, "sheet")), "rule_absent", "园区季报还没有填"),
    "a finding left out": (lambda d: (d["findings"].clear(), d["explanations"].clear()), "rule_absent", "偏大"),
    "a finding made milder": (lambda d: d["findings"][-1].update(left="1"), "rule_absent", "偏大"),
    "a finding of nothing": (lambda d: d["findings"].append({**d["findings"][0], "path": "name", "message": "别的"}),
                             "rule_stray", "别的"),
    "a query without an explanation": (lambda d: d["explanations"].clear(), "rule_unanswered", "核实性审核"),
    "a blank explanation": (lambda d: [e.update(text="  ") for e in d["explanations"]], "rule_unanswered", "偏大"),
    "an explanation of other values": (lambda d: [e.update(left="7") for e in d["explanations"]], "rule_unanswered",
                                       "偏大"),
    "an explanation whose finding is told otherwise": (
        lambda d: [e.update(message=e["message"].replace("偏大", "偏小")) for e in d["explanations"]],
        "rule_answer_differs", "偏大”"),
    "an explanation at another place": (lambda d: [e.update(place="丙公司 · 营业收入") for e in d["explanations"]],
                                        "rule_answer_differs", "“丙公司 · 营业收入，"),
    "an explanation of nothing": (
        lambda d: d["explanations"].append({**d["explanations"][0], "record": "x", "place": "某处"}),
        "rule_stray_answer", "某处"),
    "a finding that stands twice": (lambda d: d["findings"].append(d["findings"][0]), "rule_twice", "审核结果"),
    "an explanation that stands twice": (
        lambda d: d["explanations"].insert(0, {**d["explanations"][0], "text": "假的说明"}), "rule_twice", "说明"),
    "a sheet left out, and out of those that the county fills": (
        lambda d: (d["records"].remove(of_form(d, "sheet")), d["surroundings"]["forms"].remove("sheet")),
        "rule_absent", "园区季报还没有填"),
    "a waiver of nothing": (lambda d: d["waivers"].append(
        waiver(d, **{**d["explanations"][0], "place": "某处"})), "rule_stray_answer", "特殊情况报送"),
}


@pytest.mark.parametrize("name", CASES)
def test_data_whose_findings_are_not_its_own(asked: House, name: str) -> None:
    change, code, words = CASES[name]
    found = rules(asked, with_data(asked.files(), change))
    assert any(c == code and words in message for c, message in found), found
    assert not any("\u202e" in message for _, message in found)


def test_a_rule_that_cannot_be_waived_is_not_by_a_forged_waiver(asked: House) -> None:
    """A visit that costs less than was paid: waivable false, whatever the packet says."""
    def change(data: dict[str, Any]) -> None:
        of_form(data, "visit")["payload"]["values"].update(cost="1")
        visit = of_form(data, "visit")["key"]
        finding = {**data["findings"][0], "form": "visit", "record": visit, "path": "cost", "rule": "cost_paid",
                   "level": "error", "left": "1.00", "right": "4.00", "number": "5", "difference": "-3.00",
                   "message": "费用 1.00 少于已付 4.00", "place": "甲公司 · 费用"}
        data["findings"].append(finding)
        data["waivers"].append(waiver(data, **finding))

    told = "强制性审核没有说明，也没有特殊情况报送：甲公司 · 费用，费用 1.00 少于已付 4.00"
    assert ("rule_unanswered", told) in rules(asked, with_data(asked.files(), change))


def test_rules_that_count_what_does_not_travel_again(asked: House, tmp_path: Path) -> None:
    """Events sent before are counted by rules and stay out of the next packet: the data names them beside it."""
    house = houses.copied(asked, tmp_path / "next")
    submitting.submit(house.ws, house.sign(house.packet))
    small.fill(house.ws, "2024Q3")
    houses.answer(house.ws, "2024Q3")
    done = submitting.finalise(house.ws, "2024Q3", tmp_path)
    files = dict(houses.container.read(done.packet).files)
    data = houses.json.loads(files[houses.DATA])
    assert not [r for r in data["records"] if r["form"] == "visit"]
    assert [r["form"] for r in data["surroundings"]["others"]] == ["visit"]
    assert {e for r in data["surroundings"]["earlier"] for e in r} >= {"record", "previous"}
    answers = house.ask(files)
    assert {name: a.problems for name, a in answers.items()} == {"agreement": (), "history": (), "rules": ()}
    house.ws.close()


PLAN = """
id: plan
version: 1
title: 走访计划
short: 走访计划
group: 填报
order: 60
kind: quarterly
subject: visit
sections:
  - id: main
    title: 计划
    fields:
      - {id: planned, label: 计划费用, type: decimal, unit: 元}
rules:
  - {id: same, number: "9", level: query, check: planned == subject.cost, at: planned, message: "与走访不同 {right}",
     right: subject.cost}
list: {columns: [planned]}
print: {layout: card}
"""


def test_a_rule_that_reads_an_event_of_a_later_quarter(tmp_path: Path) -> None:
    """The visit of August is no event of the second quarter; the sheet that hangs on it is, and is compared with it."""
    with small.make(tmp_path, plan=PLAN) as ws:
        keys = small.fill(ws)
        small.put(ws, "plan", subject=keys["visit"], planned="10")
        later = small.put(ws, "visit", firm="甲公司", day="2024-08-01", cost="30", paid="4").key
        small.put(ws, "plan", subject=later, planned="20")
        houses.answer(ws)
        done = submitting.finalise(ws, QUARTER, tmp_path)
        files = dict(houses.container.read(done.packet).files)
        [aside] = [r for r in houses.json.loads(files[houses.DATA])["surroundings"]["others"] if "aside" in r]
        assert aside["key"] == later
        found = houses.answers(ws, files)
        assert {name: a.problems for name, a in found.items()} == {"agreement": (), "history": (), "rules": ()}
