"""A packet's history: first, continued, claimed, restarted, contradictory; never more than was proved."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pairing_desktop.exchange import history_answer, packet
from pairing_desktop.exchange.coordinates import COORDINATES
from pairing_desktop.exchange.history_answer import Earlier
from pairing_desktop.exchange.packet_parts import DATA
from pairing_desktop.services import earlier_packets, keeping, merging_files, restoring, reviewing, workspace
from pairing_desktop.signing import container
from tests.exchange import house as houses
from tests.exchange.house import Files, House, with_data


@pytest.fixture(scope="module")
def two(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Path, Path]]:
    """Return a county with its first and its second submission."""
    county = houses.copied(house, tmp_path_factory.mktemp("two") / "a")
    second = houses.again(county, total="60")
    yield county, county.packet, second
    county.ws.close()


def states(county: House, *packets: Path) -> list[tuple[str, list[str]]]:
    found = []
    for verdict in county.verify(*packets, appearance=False):
        asked: Any = verdict.answers["history"]
        found.append((asked.state, [p.code.partition(".")[2] for p in (*asked.problems, *asked.warnings)]))
    return found


def test_together_they_prove_each_other(two: tuple[House, Path, Path]) -> None:
    county, first, second = two
    assert states(county, first, second) == [("first", []), ("continued", [])]
    assert states(county, second, first) == [("continued", []), ("first", [])]
    assert states(county, first) == [("first", [])]


def test_alone_the_second_only_claims(two: tuple[House, Path, Path]) -> None:
    county, _, second = two
    assert states(county, second) == [("claimed", ["earlier_needed"])]
    [verdict] = county.verify(second, appearance=False)
    assert verdict.verdict == "valid"


def test_the_second_names_the_first_and_what_came_after(two: tuple[House, Path, Path]) -> None:
    _, first, second = two
    before, after = (houses.json.loads(container.read(p).files[DATA]) for p in (first, second))
    said = after["history"]
    assert said["since"]["head"] == before["history"]["head"]
    assert said["since"]["seq"] == before["history"]["seq"]
    kinds = [what for what, _ in said["entries"]]
    assert kinds[0] == "submission"
    assert "revision" in kinds
    assert said["seq"] == before["history"]["seq"] + len(kinds)


@pytest.mark.parametrize(("change", "code"), [
    (lambda h: h.update(head="00" * 32), "chain_broken"),
    (lambda h: h.update(seq=h["seq"] + 1), "chain_broken"),
    (lambda h: h["entries"].pop(), "chain_broken"),
    (lambda h: h["entries"].reverse(), "chain_broken"),
    (lambda h: h["entries"][3].__setitem__(1, "ab" * 32), "chain_broken"),
    (lambda h: h["entries"].append(["revision", "ab" * 32]), "chain_broken"),
    (lambda h: h.pop("entries"), "data_malformed"),
])
def test_a_history_that_was_touched(house: House, change: Any, code: str) -> None:
    files = with_data(house.files(), lambda d: change(d["history"]))
    assert f"agreement.{code}" in {p.code for p in house.ask(files)["history"].problems}


def test_two_records_have_no_revision_in_common(house: House) -> None:
    files = with_data(house.files(), lambda d: d["records"][2].update(revision=d["records"][0]["revision"]))
    [told] = house.ask(files)["history"].problems
    assert told.code == "agreement.revision_twice"
    assert told.message.startswith("“竹产业园”和“甲公司”写的是同一次修订")


def test_who_goes_on_at_a_packet_at_hand_names_it(two: tuple[House, Path, Path]) -> None:
    _, first, second = two
    data = json.loads(container.read(second).files[DATA])
    before = Earlier(first.name, county_identity(first), json.loads(container.read(first).files[DATA]))
    assert history_answer.history(data, "", [before]).state == "continued"
    data["history"]["since"]["identity"] = "00" * 32
    found = history_answer.history(data, "", [before])
    assert (found.state, [p.code for p in found.problems]) == ("contradictory", ["agreement.since_another"])
    assert f"“{first.name}”后面" in found.problems[0].message


def county_identity(path: Path) -> str:
    return hashlib.sha256(container.read(path).files[DATA]).hexdigest()


def test_a_revision_that_no_link_names(house: House) -> None:
    files = with_data(house.files(), lambda d: d["records"][0].update(revision="ab" * 32))
    [told] = house.ask(files)["history"].problems
    assert told.code == "agreement.revision_off_chain"
    assert "甲公司" in told.message


def test_what_is_replaced_is_the_packet_at_hand(two: tuple[House, Path, Path], tmp_path: Path) -> None:
    county, first, second = two

    def change(data: dict[str, Any]) -> None:
        data["replaces"]["identity"] = "ab" * 32

    files = with_data(dict(container.read(second).files), change)
    earlier = [houses.earlier(path) for path in (first, second)]
    told = houses.answers(county.ws, files, appearance=False, earlier=earlier[:1])["history"]
    assert "agreement.replaces_other" in {p.code for p in told.problems}
    alone = houses.answers(county.ws, files, appearance=False)["history"]
    assert [w.code for w in alone.warnings] == ["agreement.replaced_absent", "agreement.earlier_needed"]


CLAIMED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a sheet that was another": (lambda d: d["surroundings"]["codes"].append("0000-0000-0000"), "codes_differ"),
    "a form that was changed": (lambda d: d["surroundings"]["changes"].update(sheet="未变"), "changes_differ"),
    "nothing was changed": (lambda d: d["surroundings"].update(changes={}), "changes_differ"),
}


@pytest.mark.parametrize("name", CLAIMED)
def test_what_is_said_to_be_unchanged_is_looked_up(two: tuple[House, Path, Path], name: str) -> None:
    county, first, second = two
    change, code = CLAIMED[name]
    files, earlier = dict(container.read(second).files), [houses.earlier(first)]

    def told(files: Files) -> set[str]:
        found = houses.answers(county.ws, files, appearance=False, earlier=earlier)["agreement"]
        return {p.code for p in found.problems} & {"agreement.codes_differ", "agreement.changes_differ"}

    assert told(files) == set()
    assert told(with_data(files, change)) == {f"agreement.{code}"}


def test_codes_of_another_version_are_not_blamed(two: tuple[House, Path, Path]) -> None:
    """It may make codes in another way, so that none of them is found again: nobody knows, and a notice says so."""
    county, first, second = two

    def codes(data: dict[str, Any]) -> None:
        data["surroundings"]["codes"] = ["0000-0000-0000"]

    files = with_data(dict(container.read(second).files), codes)
    files = {**files, COORDINATES: json.dumps({**json.loads(files[COORDINATES]), "renderer": "0.1.0-else"}).encode()}
    for appearance in (True, False):
        found = houses.answers(county.ws, files, appearance=appearance, earlier=[houses.earlier(first)])["agreement"]
        assert "agreement.codes_differ" not in {p.code for p in found.problems}
        [told] = [w for w in found.warnings if w.code == "agreement.codes_unasked"]
        assert "1 张要盖章的表与第1次报送相同（0000-0000-0000 等）" in told.message


def test_last_quarter_s_figures_are_those_that_went_out(two: tuple[House, Path, Path]) -> None:
    """Both sides say what they went out with; of a figure made up the packet at hand tells."""
    county, first, _ = two
    sent = houses.earlier(first)
    figures = next(r for r in sent.data["records"] if r["form"] == "sheet")
    assert figures["period"] == "2024Q2"
    later = {**sent.data, "period": "2024Q3", "records": [{**figures, "key": "later", "period": "2024Q3"}]}

    def told(previous: Any) -> list[str]:
        data = {**later, "surroundings": {"others": [], "earlier": [{"record": "later", "previous": previous}]}}
        return [p.message for p in earlier_packets.differing(data, county.ws.catalogue, [sent])]

    assert told(figures["payload"]) == []
    lied = {**figures["payload"], "values": {**figures["payload"]["values"], "total": "1"}}
    where = f"园区季报，{figures['label']}，累计投资"
    assert told(lied) == [f"上期数与当时报送的不同：{where}。当时的报送包是“{first.name}”"]


def test_a_revision_says_in_each_packet_the_same(two: tuple[House, Path, Path]) -> None:
    """An altered program keeps a record's revision and sends another value; of another form nothing can be said."""
    county, first, second = two
    files, earlier = dict(container.read(second).files), houses.earlier(first)
    firm = next(n for n, r in enumerate(earlier.data["records"]) if r["form"] == "firm")

    def told(change: Callable[[dict[str, Any]], object], before: Any = earlier) -> list[str]:
        asked = houses.answers(county.ws, with_data(files, change), appearance=False, earlier=[before])["history"]
        return [p.message for p in asked.problems if p.code == "agreement.revision_differs"]

    def richer(data: dict[str, Any]) -> None:
        data["records"][firm]["payload"]["values"]["revenue"] = "9000"

    said = f"“甲公司”写的是报送包“{first.name}”里的同一次修订，内容却不同"
    assert told(lambda data: None) == []
    assert told(richer) == [said]
    assert told(lambda data: data["records"][firm].update(natural_key="x")) == [said]
    assert told(lambda data: data["records"][firm].update(number=7)) == [said]
    forms = [{**f, "digest": "ab" * 32} for f in earlier.data["forms"]]
    assert told(richer, replace(earlier, data={**earlier.data, "forms": forms})) == []


def test_a_number_stands_for_one_revision(two: tuple[House, Path, Path]) -> None:
    """The changed sheet keeps the number that it had before, so that the cover may call it 未变."""
    county, first, second = two
    files, earlier = dict(container.read(second).files), houses.earlier(first)

    def told(number: int) -> list[str]:
        def change(data: dict[str, Any]) -> None:
            next(r for r in data["records"] if r["form"] == "sheet").update(number=number)

        asked = houses.answers(county.ws, with_data(files, change), appearance=False, earlier=[earlier])["history"]
        return [p.message for p in asked.warnings if p.code == "agreement.number_alike"]

    assert told(1) == [f"“竹产业园”的修改次数与报送包“{first.name}”里的相同，内容却不同"]
    assert told(2) == []


EVENT = {"form": "visit", "key": "visit-1", "label": "走访", "subject": "", "period": ""}
"""One that went out with the quarter before, and is finished."""


def quarter_before(first: Earlier) -> Earlier:
    """Return what was sent for the quarter before, the visit among it, and nothing before that."""
    sent = {**EVENT, "revision": "cd" * 32, "number": 1, "natural_key": "", "payload": {"values": {"cost": "10"}}}
    links = [["revision", "cd" * 32]]
    history = {"seq": 1, "since": None, "entries": links,
               "head": history_answer.heads({"since": None, "entries": links})[1]}
    forms = [f for f in first.data["forms"] if f["id"] == "visit"]
    return Earlier("一季度", "ef" * 32, {**first.data, "period": "2024Q1", "records": [sent], "forms": forms,
                                      "history": history})


def go_on(data: dict[str, Any], before: Earlier, cost: str, key: str, *links: list[str]) -> None:
    """Let data go on from that packet, and say of a visit, which does not travel again, what it cost."""
    at = before.data["history"]
    since = {"identity": before.identity, "seq": at["seq"], "head": at["head"]}
    entries = [["submission", "ab" * 32], *links, *data["history"]["entries"]]
    seq, head = max(history_answer.heads({"since": since, "entries": entries}).items())
    data["history"] = {"seq": seq, "head": head, "since": since, "entries": entries}
    data["surroundings"]["others"] = [{**EVENT, "key": key, "payload": {"values": {"cost": cost}}}]


BETWEEN = ["submission", "00" * 32]
SENT: dict[str, tuple[tuple[Any, ...], str, str]] = {
    "as it was sent": (("10", "visit-1"), "continued", ""),
    "with another value": (("9000", "visit-1"), "contradictory",
                           "没有随这次报送的走访“走访”，费用与报送过它的“一季度”不同，之后再没有报送过它"),
    "that was in no packet": (("10", "visit-2"), "contradictory",
                              "没有随这次报送的走访“走访”，以前的报送包里都没有，审核和汇总却按它算"),
    "with another value, and a packet between": (
        ("9000", "visit-1", BETWEEN), "continued",
        "没有随这次报送的走访“走访”，费用与当时报送的不同，审核和汇总却按它算。当时的报送包是“一季度”"),
    "that was in no packet, and a packet between": (
        ("10", "visit-2", BETWEEN), "continued", "“一季度”报送过的走访“走访”，这一次没有了，审核和汇总也不再算它"),
}


@pytest.mark.parametrize("name", SENT)
def test_what_counts_without_travelling_is_what_went_out(house: House, name: str) -> None:
    """What packets without a gap say is proved; another one between may have corrected it."""
    said, state, words = SENT[name]
    before = quarter_before(houses.earlier(house.packet))
    files = with_data(house.files(), lambda d: go_on(d, before, *said))
    found = houses.answers(house.ws, files, appearance=False, earlier=[before])["history"]
    told = found.problems if state == "contradictory" else found.warnings
    assert (found.state, [p.message for p in told]) == (state, [words] if words else [])


def test_an_event_that_is_gone_is_told(house: House) -> None:
    """The visit of the quarter before neither travels nor counts any more."""
    before = quarter_before(houses.earlier(house.packet))
    files = with_data(house.files(), lambda d: go_on(d, before, "10", "visit-1"))
    files = with_data(files, lambda d: d["surroundings"].update(others=[]))
    found = houses.answers(house.ws, files, appearance=False, earlier=[before])["history"]
    assert found.state == "continued"
    assert [w.message for w in found.warnings] == ["“一季度”报送过的走访“走访”，这一次没有了，审核和汇总也不再算它"]


def test_of_another_version_of_the_form_nothing_is_said(house: House) -> None:
    before = quarter_before(houses.earlier(house.packet))
    older = replace(before, data={**before.data, "forms": [{**before.data["forms"][0], "digest": "00"}]})
    files = with_data(house.files(), lambda d: go_on(d, before, "9000", "visit-1"))
    assert houses.answers(house.ws, files, appearance=False, earlier=[older])["history"].state == "continued"


def test_the_third_is_followed_back_to_the_beginning(two: tuple[House, Path, Path], tmp_path: Path) -> None:
    """A record that was not touched since the first submission is looked for in the first packet's links."""
    county, first, second = two
    later = houses.copied(county, tmp_path / "later")
    third = houses.again(later, total="65")
    assert [state for state, _ in states(county, first, second, third)] == ["first", "continued", "continued"]
    made_up = with_data(dict(container.read(third).files), lambda d: d["records"][0].update(revision="ab" * 32))
    data = houses.json.loads(made_up[DATA])
    earlier = [history_answer.Earlier(p.name, packet.open_packet(p).identity, packet.open_packet(p).data)
               for p in (first, second)]
    found = history_answer.history(data, "ff" * 32, earlier)
    assert [p.code for p in found.problems] == ["agreement.revision_off_chain"]
    assert history_answer.history(data, "ff" * 32, earlier[1:]).state == "continued", "without the first, nobody knows"
    later.ws.close()


def test_an_old_copy_taken_up_again_contradicts(
    two: tuple[House, Path, Path], house: House, tmp_path: Path
) -> None:
    """Somebody puts back the file as it was after the first submission, and reports other figures."""
    county, first, second = two
    old = houses.copied(house, tmp_path / "old")
    other = houses.again(old, total="70")
    found = states(county, first, second, other)
    assert found[0] == ("first", [])
    assert found[1] == ("contradictory", ["forked"])
    assert found[2] == ("contradictory", ["forked"])
    assert [v.verdict for v in county.verify(second, other, appearance=False)] == ["invalid", "invalid"]
    assert states(old, other, first)[0] == ("continued", [])
    old.ws.close()


def test_a_restored_backup_is_no_contradiction(
    two: tuple[House, Path, Path], house: House, tmp_path: Path
) -> None:
    """The file as it was after the first submission comes back from a backup; neither side's packets are blamed."""
    county, first, second = two
    old = restored(house, tmp_path)
    other = houses.again(old, total="70")
    alike = "numbered_alike"
    assert states(county, first, second, other) == [
        ("first", []), ("continued", [alike]), ("restarted", [alike, "restarted"])]
    assert states(county, other) == [("restarted", ["restarted"])]
    third = houses.again(old, total="80")
    assert states(county, first, second, other, third) == [
        ("first", []), ("continued", [alike]), ("restarted", [alike, "restarted"]), ("continued", [])]
    assert [v.verdict for v in county.verify(first, second, other, third, appearance=False)] == ["valid"] * 4
    old.ws.close()


def test_a_copy_taken_up_after_a_restore_contradicts(two: tuple[House, Path, Path], house: House,
                                                     tmp_path: Path) -> None:
    """One restore excuses no second, silent one."""
    county, first, _ = two
    old = restored(house, tmp_path)
    other = houses.again(old, total="70")
    silent = houses.copied(old, tmp_path / "silent")
    third, forked = houses.again(old, total="80"), houses.again(silent, total="90")
    found = states(county, first, other, third, forked)
    assert [state for state, _ in found] == ["first", "restarted", "contradictory", "contradictory"]
    old.ws.close()
    silent.ws.close()


def test_a_packet_that_nobody_signed_blames_nobody(two: tuple[House, Path, Path], tmp_path: Path) -> None:
    """A made-up packet beside a good one: it has its own verdict, and the good one keeps its."""
    county, first, second = two
    files = with_data(dict(container.read(second).files), lambda d: d["history"].update(head="00" * 32))
    made_up = tmp_path / "made-up.asice"
    made_up.write_bytes(container.pack(files))
    assert states(county, first, second, made_up)[:2] == [("first", []), ("continued", [])]
    [verdict] = reviewing.verify_files([second], trust=county.keys.root, crl=county.keys.crl, now=county.ws.clock(),
                                       forms=county.ws.catalogue, appearance=False, earlier=[made_up])
    assert [w.code for w in verdict.warnings] == [
        "exchange.bureau_differs", "agreement.earlier_needed", "agreement.earlier_refused"]


def restored(house: House, folder: Path) -> House:
    """Return the county with its data file put back from a backup, in another folder."""
    copy = houses.copied(house, folder / "restored")
    copy.ws.close()
    path = copy.ws.path
    restoring.restore(path, path.with_name("again.pairing"), who="张三", now=house.ws.clock())
    copy.ws = workspace.open_workspace(path.with_name("again.pairing"), who="张三", now=house.ws.clock(),
                                       clock=house.ws.clock)
    return copy


def merged(county: House, other: House) -> merging_files.Outcome:
    """Merge another county folder's data file, as it lies there closed, into this one's."""
    path = other.ws.save_copy(other.folder / "另一份.pairing")
    return merging_files.merge(county.ws, path, merging_files.preview(county.ws, path))


def test_a_file_that_sent_a_packet_is_merged_and_the_next_one_says_so(
    two: tuple[House, Path, Path], house: House, tmp_path: Path
) -> None:
    """One clerk sent the second submission, the other goes on with both files' records: nothing contradicts."""
    sender, first, second = two
    county = houses.copied(house, tmp_path / "main")
    small_change(county, "65")
    done = merged(county, sender)
    assert done.plan.submissions == ("2024年二季度第2次报送",)
    assert keeping.verify_history(county.ws).problems == ()
    third = houses.again(county, total="70")
    assert states(county, first, second, third) == [
        ("first", []), ("continued", []), ("restarted", ["merged"])]
    assert [v.verdict for v in county.verify(first, second, third, appearance=False)] == ["valid"] * 3
    fourth = houses.again(county, total="75")
    assert [state for state, _ in states(county, first, second, third, fourth)] == [
        "first", "continued", "restarted", "continued"]
    data = houses.json.loads(container.read(third).files[DATA])
    assert (data["submission"], data["replaces"]["identity"]) == (3, packet.open_packet(second).identity)
    assert [what for what, _ in data["history"]["entries"]].count("merge") == 1
    county.ws.close()


def test_a_file_that_sent_nothing_is_merged_and_the_history_goes_on(
    two: tuple[House, Path, Path], house: House, tmp_path: Path
) -> None:
    county, first, second = two
    sender, other = houses.copied(county, tmp_path / "sender"), houses.copied(house, tmp_path / "other")
    small_change(other, "66")
    assert merged(sender, other).entry
    third = houses.again(sender, total="67")
    assert states(sender, first, second, third) == [("first", []), ("continued", []), ("continued", [])]
    sender.ws.close()
    other.ws.close()


def test_a_merge_explains_only_what_had_been_sent(two: tuple[House, Path, Path], house: House, tmp_path: Path) -> None:
    """The other file's clerk sends a packet although his file was merged: two files report, and nothing says why."""
    _, first, second = two
    before, county = houses.copied(house, tmp_path / "before"), houses.copied(house, tmp_path / "main")
    small_change(before, "61")
    assert merged(county, before).entry
    other = houses.again(county, total="70")
    assert states(county, first, second, other) == [
        ("first", []), ("contradictory", ["forked"]), ("contradictory", ["forked"])]
    county.ws.close()
    before.ws.close()


def test_a_merge_that_is_only_claimed_explains_nothing(two: tuple[House, Path, Path], house: House,
                                                       tmp_path: Path) -> None:
    """An old copy's packet says that the second submission came in by a merge; no link of its chain covers that."""
    county, _, second = two
    old = houses.copied(house, tmp_path / "old")
    other = houses.again(old, total="70")
    sent = packet.open_packet(second)
    history = sent.data["history"]
    text = houses.json.dumps({"file": "x", "other_head": history["head"], "restarts": [], "sent": [
        {"identity": sent.identity, "seq": history["seq"], "head": history["head"]}]})
    files = dict(container.read(other).files)
    number = houses.json.loads(files[DATA])["history"]["seq"]
    told = [(lambda h: h.update(merges=[[number, text]]), {"chain_broken", "forked"}),
            (lambda h: h.update(merges=[[number, 7]]), {"data_malformed"}),
            (lambda h: h.update(merges="x"), {"data_malformed"})]
    earlier = history_answer.Earlier(second.name, sent.identity, sent.data)
    for change, codes in told:
        claimed = with_data(files, lambda d, change=change: change(d["history"]))
        found = houses.answers(county.ws, claimed, appearance=False, earlier=[earlier])["history"]
        assert {p.code.partition(".")[2] for p in found.problems} == codes
    old.ws.close()


def small_change(county: House, total: str) -> None:
    """Change the quarter's sheet and send nothing."""
    park = next(e.key for e in houses.entries(county.ws, "park"))
    key = next(e.key for e in houses.entries(county.ws, "sheet"))
    houses.small.put(county.ws, "sheet", key=key, subject=park, why="更正", total=total)
