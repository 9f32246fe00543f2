"""Packets full of texts that a reader could take for something else: our own must be valid whoever typed what."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from pairing_desktop.exchange import packet
from pairing_desktop.services import checking, submitting
from pairing_desktop.signing.identity import ROLES
from tests.exchange import house as house_module
from tests.exchange.house import House
from tests.exchange.test_rare_characters import elsewhere
from tests.services import small
from tests.services.small import QUARTER

TEXTS = {
    "a spreadsheet's escape": "图_x0041_与_x000d_、_x005F_x0041_、_x0041_x0042_、_x41_和_X0041_",
    "a hyphen at a line's end": "合作方式：校企-",
    "a hyphen at each line's end": "合作内容-\n技术-\nabc-\n完",
    "hyphens that a line may break behind": "\n".join("字" * n + "甲-乙" + "字" * 10 for n in range(25, 60)),
    "words of Latin letters": "state-of-the-art, well-known, co-operation " * 20,
    "a soft hyphen": "合作\u00ad\n技\u00ad术" + "a\u00ad" * 200,
    "prose": "推进“产业链-创新链-资金链-人才链”四链融合，打造山区县-工业大县“研发在南湖-制造在遂昌-销售在全国”。" * 6,
    "other hyphens": "甲\u2010\n乙\u2011\n丙–\n丁—\n戊−",
    "a formula": "=1+1\n+86-578\n@SUM(A1)",
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = house_module.build(tmp_path_factory.mktemp("odd"))
    small.put(made.ws, "firm", name="甲_x0041_乙-", code="91350100M000100Y43")
    yield made
    made.ws.close()


@pytest.mark.parametrize("name", TEXTS)
def test_our_own_packet_is_valid(odd: House, name: str) -> None:
    words = TEXTS[name].replace("\n", "")[:60]
    sheet = house_module.entries(odd.ws, "sheet")[0]
    note = house_module.entries(odd.ws, "note")[0]
    small.put(odd.ws, "sheet", key=sheet.key, subject=sheet.subject, why=words, words=words)
    small.put(odd.ws, "note", key=note.key, why="更正", words=TEXTS[name])
    house_module.answer(odd.ws)
    done = submitting.finalise(odd.ws, QUARTER, odd.folder, reason=f"更正：{words}")
    submitting.submit(odd.ws, odd.sign(done.packet))
    for appearance in (True, False):
        [verdict] = odd.verify(done.packet, appearance=appearance)
        assert [str(p) for p in verdict.problems] == []
        assert verdict.verdict == "valid"
    assert len(verdict.signatures) == len(ROLES)
    files = dict(house_module.container.read(done.packet).files)
    found = odd.ask(elsewhere(files))["agreement"]
    assert (found.problems, found.state) == ((), "text")


def test_what_is_typed_beside_the_fields_is_cleaned_as_they_are(odd: House) -> None:
    """Pasted from Excel or Word: a tab, a bell, an accent of its own; in the reason, an answer, bureau and people."""
    pasted, kept = "\t局\t长\a e\u0301 ", "局 长 é"
    odd.ws.update_about(bureau=pasted)
    odd.ws.set_people([replace(p, name=pasted) for p in odd.ws.people])
    note = house_module.entries(odd.ws, "note")[0]
    small.put(odd.ws, "note", key=note.key, why=pasted, words="又一次")
    small.put(odd.ws, "firm", key=house_module.entries(odd.ws, "firm")[0].key, revenue="2000")
    for finding in checking.check_quarter(odd.ws, QUARTER).findings:
        checking.explain(odd.ws, finding, pasted)
    done = submitting.finalise(odd.ws, QUARTER, odd.folder)
    data = packet.open_packet(done.packet).data
    assert (data["bureau"], data["reason"]) == (kept, kept)
    assert {p["name"] for p in data["surroundings"]["people"]} == {kept}
    assert {e["text"] for e in data["explanations"]} == {kept}
    submitting.undo_finalise(odd.ws, QUARTER)


def test_a_mark_that_a_program_before_drew_is_no_fault_of_the_county(odd: House) -> None:
    """Now a finding stops it before 定稿; a packet of before holds it, and no finding."""
    def change(data: dict[str, Any]) -> None:
        next(r for r in data["records"] if r["form"] == "note")["payload"]["values"]["words"] = "x\u0304 平均值"

    found = odd.ask(elsewhere(house_module.with_data(odd.files(), change)))
    assert found["rules"].problems == ()
    assert "agreement.pdf_differs" in {p.code for p in found["agreement"].problems}, "this one only says so"
    assert [w.code for w in found["agreement"].warnings] == ["agreement.other_renderer"]
