"""Data that is not of the one form, whoever signed it: each case has its one answer, and never an exception."""

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import data_faults, packet_parts
from pairing_desktop.exchange.data_shape import PacketData
from pairing_desktop.exchange.packet_parts import DATA, canonical
from pairing_desktop.services import reviewing
from pairing_desktop.signing import container
from tests.exchange.house import House, with_data
from tests.signing import people

Change = Callable[[dict[str, Any]], object]


def rows(data: dict[str, Any], *table: object) -> None:
    """Put a table of such rows into the quarter's sheet."""
    data["records"][3]["payload"]["values"]["firms"] = list(table)


CASES: dict[str, tuple[Change, str]] = {
    "a member more": (lambda d: d.update(hello="秘密"), "有不认识的内容 hello"),
    "a record's member more": (lambda d: d["records"][1].update(secret=1), "第 2 条记录 里有不认识的内容 secret"),
    "a payload's member more": (lambda d: d["records"][0]["payload"].update(other={}), "里有不认识的内容 other"),
    "a record without a key": (lambda d: d["records"][0].pop("key"), "第 1 条记录 里缺少 key"),
    "a record without contents": (lambda d: d["records"][0].update(payload=None), "第 1 条记录.payload 的写法不对"),
    "a key that is a list": (lambda d: d["records"][0].update(key=[]), "第 1 条记录.key 的写法不对"),
    "a form that is an object": (lambda d: d["records"][0].update(form={}), "第 1 条记录.form 的写法不对"),
    "records that are numbers": (lambda d: d.update(records=[1, None]), "第 1 条记录 的写法不对"),
    "a sample that is a word": (lambda d: d.update(sample="no"), "sample 的写法不对"),
    "a number that is a word": (lambda d: d.update(submission="7"), "submission 的写法不对"),
    "a number below one": (lambda d: d.update(submission=-1), "submission 的写法不对"),
    "a joint part of no state": (lambda d: d.update(joint={"state": "maybe"}), "joint.state 的写法不对"),
    "a joint part that is nothing": (lambda d: d.update(joint=None), "joint 的写法不对"),
    "a joint part that is not there and has an identity": (
        lambda d: d.update(joint={"state": "missing", "reason": "出差", "identity": "x"}), "不该有的内容 identity"),
    "no joint part, and sheets": (lambda d: d.update(joint={"state": "none", "sheets": 3}), "不该有的内容 sheets"),
    "links that are numbers": (lambda d: d["history"].update(entries=[1]), "history.entries[0] 的写法不对"),
    "a link without a digest": (lambda d: d["history"].update(entries=[["revision", 7]]), "history.entries[0][1]"),
    "a link of no kind": (lambda d: d["history"]["entries"].append(["吃饭", "00" * 32]), "history.entries["),
    "changes since nothing": (lambda d: d["surroundings"].update(changes={"firm": "未变"}),
                              "surroundings.changes 却不是空的"),
    "codes of nothing": (lambda d: d["surroundings"].update(codes=["0000-0000-0000"]), "surroundings.codes 却不是空的"),
    "changes in words of one's own": (lambda d: d["surroundings"].update(changes={"firm": "无变动"}),
                                      "surroundings.changes["),
    "changes of what is no form": (lambda d: d["surroundings"].update(changes={"秘密": "未变"}),
                                   "surroundings.changes"),
    "a revision below one": (lambda d: d["records"][0].update(number=0), "第 1 条记录.number 的写法不对"),
    "a head that is no digest": (
        lambda d: d["history"].update(since={"identity": "00" * 32, "seq": 0, "head": "x"}), "history.since.head"),
    "an answer's member more": (lambda d: d["waivers"].append({"form": "x"}), "waivers[0] 里缺少 reason"),
    "a county of letters": (lambda d: d.update(county="遂昌县"), "county 的写法不对"),
    "a record twice": (lambda d: d["records"].append(copy.deepcopy(d["records"][0])), "写了两次"),
    "a form twice": (lambda d: d["forms"].append(copy.deepcopy(d["forms"][0])), "写了两次"),
    "a time of no zone": (lambda d: d.update(finalised_at="2024-07-05T10:00:00"), "finalised_at 的写法不对"),
    "a time that is none": (lambda d: d.update(finalised_at="昨天"), "finalised_at 的写法不对"),
    "a time that is yesterday in the next year": (lambda d: d.update(finalised_at="9999-12-31T23:59:59-08:00"),
                                                  "finalised_at 的写法不对"),
    "a period that is no quarter": (lambda d: d.update(period="2024Q5"), "period 的写法不对"),
    "a quarter of no calendar": (lambda d: d.update(period="9999Q4"), "period 的写法不对"),
    "a computed sheet twice": (lambda d: d["sheets"].extend([{"id": "tracks", "digest": "", "version": 1}] * 2),
                               "汇总表“tracks”写了两次"),
    "a record that travels, and does not": (
        lambda d: d["surroundings"]["others"].append({n: d["records"][0][n] for n in ("form", "key", "label")}),
        "随包和不随包的记录“甲公司”写了两次"),
    "a record that does not travel, twice": (
        lambda d: d["surroundings"]["others"].extend([{"form": "visit", "key": "x", "label": "走访"}] * 2),
        "不随包的记录“走访”写了两次"),
    "earlier figures twice": (
        lambda d: d["surroundings"].update(earlier=[{"record": d["records"][0]["key"]}] * 2), "上期数“"),
    "a form to be filled twice": (lambda d: d["surroundings"].update(forms=["firm"] * 2), "要填的表式“firm”写了两次"),
    "a program's name without end": (lambda d: d.update(program="x" * 3000), "program 的写法不对"),
    "a row twice": (lambda d: rows(d, {"id": "a", "values": {}}, {"id": "a"}), "“竹产业园”的表 firms 有一行写了两次"),
    "a row by no name": (lambda d: rows(d, {"values": {}}), "的表 firms 有一行的写法不对"),
    "a row by a path": (lambda d: rows(d, {"id": "../../x"}), "的表 firms 有一行的写法不对"),
    "a row's member more": (lambda d: rows(d, {"id": "a", "more": {}}), "的表 firms 有一行的写法不对"),
    "a row among words": (lambda d: rows(d, "x", {"id": "a"}), "的表 firms 有一行的写法不对"),
    "a file that says not whether it travels": (
        lambda d: d["attachments"].append({"sha256": "00" * 32, "name": "x", "size": 1, "record": "x"}),
        "attachments[0] 里缺少 travels"),
    "the seventh without a sixth": (lambda d: d.update(submission=7), "第7次报送，它取代的却是空的"),
    "the second in place of the fifth": (
        lambda d: d.update(submission=2, replaces={"identity": "00" * 32, "submission": 5}), "取代的却是第5次"),
}


@pytest.mark.parametrize("name", CASES)
def test_data_of_another_form_is_refused_with_its_place(house: House, tmp_path: Path, name: str) -> None:
    change, words = CASES[name]
    path = tmp_path / "a.asice"
    path.write_bytes(container.pack(with_data(house.files(), change)))
    [verdict] = house.verify(path)
    assert verdict.verdict == "invalid"
    assert any(words in p.message for p in verdict.problems), [p.message for p in verdict.problems]
    with pytest.raises(Trouble):
        reviewing.describe_packet(path)


def test_what_the_program_writes_is_of_the_form(house: House) -> None:
    data = packet_parts.parse_object(house.files()[DATA])
    assert list(data_faults.problems(data, PacketData)) == []
    assert list(data_faults.problems(packet_parts.parse_object(people.data()), PacketData)) == []


def test_a_value_that_no_field_holds_is_told_by_its_place(house: House) -> None:
    """A figure that stands in the data only, in a record, in a row's place, or in what surrounds the records."""
    def change(data: dict[str, Any]) -> None:
        data["records"][0]["payload"]["values"]["nosuch"] = "99"
        data["surroundings"]["others"].append({**data["records"][1], "key": "x", "aside": {"values": {"more": "1"}}})
        for name in ("payload", "revision", "number", "natural_key"):
            data["surroundings"]["others"][-1].pop(name, None)

    found = house.ask(with_data(house.files(), change), appearance=False)["agreement"].problems
    told = {p.place["field"] for p in found if p.code == "agreement.unknown_field"}
    assert told == {"nosuch", "more"}


@pytest.mark.parametrize(("change", "said"), [
    (lambda d: d["records"][0].update(label="别家"), "企业的一条记录名称写的是“别家”，按它的内容应是“甲公司”"),
    (lambda d: d["records"][3].update(label="别的园区"), "名称写的是“别的园区”，按它的内容应是“竹产业园”"),
    (lambda d: d["records"][3].update(period="2023Q1"), "期别写的是“2023Q1”，按它的内容应是“2024Q2”"),
    (lambda d: d["records"][1].update(period="2024Q2"), "走访的一条记录期别写的是“2024Q2”，按它的内容应是“（空）”"),
    (lambda d: d["records"][0].update(natural_key="91350100M000100Y44"),
     "判断重复登记的依据写的是“91350100M000100Y44”，按它的内容应是“91350100M000100Y43”"),
    (lambda d: d["records"][3].update(natural_key="竹产业园"), "依据写的是“竹产业园”，按它的内容应是“（空）”"),
])
def test_a_record_is_called_what_was_entered_in_it(house: House, change: Callable[[dict[str, Any]], object],
                                                   said: str) -> None:
    found = house.ask(with_data(house.files(), change), appearance=False)["agreement"].problems
    assert any(said in p.message for p in found if p.code == "agreement.misnamed"), found


def test_a_quarter_has_one_sheet_of_a_form_and_subject(house: House) -> None:
    """A second one, with a key and a revision of its own, would be counted twice; registers hold many."""
    def told(number: int) -> list[str]:
        def change(data: dict[str, Any]) -> None:
            data["records"].append({**data["records"][number], "key": "other", "revision": "ab" * 32})

        found = house.ask(with_data(house.files(), change), appearance=False)["agreement"].problems
        return [p.message for p in found if p.code == "agreement.sheet_twice"]

    assert told(3) == ["园区季报“竹产业园”在数据里有两张，同一期只能有一张"]
    assert told(4) != []
    assert told(0) == []


def test_a_packet_finalised_before_its_quarter_began_is_told(house: House, tmp_path: Path) -> None:
    path = tmp_path / "a.asice"
    path.write_bytes(container.pack(with_data(house.files(), lambda d: d.update(finalised_at="1999-07-05T10:00:00Z"))))
    [verdict] = house.verify(path, appearance=False)
    assert "数据写的定稿时间（1999-07-05）早于报告期（2024年二季度）" in {p.message for p in verdict.warnings}


@pytest.mark.parametrize("change", [
    lambda forms: forms.pop(), lambda forms: forms[0].update(title="别的"), lambda forms: forms[0].pop("version"),
    lambda forms: forms.remove(next(f for f in forms if f["id"] == "park")),
])
def test_the_list_of_forms_is_that_of_the_records(house: House, change: Callable[[list[Any]], object]) -> None:
    found = house.ask(with_data(house.files(), lambda d: change(d["forms"])), appearance=False)["agreement"].problems
    assert [p.code for p in found if p.code.startswith("agreement.form")] == ["agreement.form_list"], found


STRANGE: dict[str, tuple[Change, str]] = {
    "a firm that comes late": (lambda d: d["records"][0].update(late=True), "企业“甲公司”写成补报，它却不是"),
    "a visit of the quarter that comes late": (lambda d: d["records"][1].update(late=True), "走访“甲公司”写成补报"),
    "the second without a reason": (
        lambda d: d.update(submission=2, reason=" ", replaces={"identity": "00" * 32, "submission": 1}),
        "再次报送没有写原因"),
    "a post that nobody signs for": (
        lambda d: d["surroundings"]["people"].append(
            {"role": "boss", "label": "分管副县长", "name": "同意", "phone": ""}), "岗位的叫法不对：分管副县长，同意"),
    "a post by another name": (lambda d: d["surroundings"]["people"][2].update(label="分管副县长"),
                               "岗位的叫法不对：分管副县长，局长"),
    "a firm made up aside": (
        lambda d: d["surroundings"]["others"].append({"form": "firm", "key": "x", "label": "虚构公司"}),
        "把企业“虚构公司”写成不随包上报的"),
    "a firm that is not there": (lambda d: d["records"][1]["payload"]["values"].update(firm="x"),
                                 "的“企业”指的记录不在报送包里"),
    "a sheet of nothing": (lambda d: d["records"][3].update(subject="x"), "园区季报“竹产业园”的“所属”指的记录不在"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_no_packet_of_ours_says(house: House, name: str) -> None:
    change, words = STRANGE[name]
    found = house.ask(with_data(house.files(), change), appearance=False)["agreement"]
    assert any(words in p.message for p in (*found.problems, *found.warnings)), found


def test_a_subject_that_is_a_word_points_at_no_record(house: House) -> None:
    """The three years' assessment calls itself so there."""
    files = with_data(house.files(), lambda d: d["records"][0].update(subject="三年"))
    found = house.ask(files, appearance=False)["agreement"]
    assert "agreement.nowhere" not in {p.code for p in found.warnings}


def _places(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [path, *(place for name, one in inside for place in _places(one, (*path, name)))]


@pytest.mark.parametrize("seed", range(3))
def test_nonsense_at_any_place_of_the_data_is_an_answer(house: House, tmp_path: Path, seed: int) -> None:
    """One member of data.json replaced by something else, the packet's form kept: never an exception, never valid."""
    chance = random.Random(seed)  # noqa: S311  # not for secrets
    whole = packet_parts.parse_object(house.files()[DATA])
    places = [place for place in _places(whole) if place]
    path = tmp_path / "a.asice"
    for _ in range(8):
        data = copy.deepcopy(whole)
        *way, last = chance.choice(places)
        inner: Any = data
        for step in way:
            inner = inner[step]
        inner[last] = chance.choice([None, 7, "", [], {}, True, [None], {"x": {}}, -1, "x" * 50])
        path.write_bytes(container.pack({**container.read(house.packet).files, DATA: canonical(data)}))
        [verdict] = house.verify(path, appearance=False)
        assert verdict.verdict in ("invalid", "unreadable") or data == whole


def test_figures_of_a_record_that_is_not_there_are_told_in_words(house: House) -> None:
    def change(data: dict[str, Any]) -> None:
        data["surroundings"]["earlier"].append({"record": "0" * 36, "previous": {"values": {}}})

    found = house.ask(with_data(house.files(), change), appearance=False)["agreement"].problems
    assert [p.place["what"] for p in found if p.code == "agreement.data_malformed"] == ["上期数所说的那条记录"]
