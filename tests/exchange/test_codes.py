"""A code on paper: of the present data or the last submission, of replaced data, or unknown."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from pairing_desktop.documents import surrounds
from pairing_desktop.documents.code import FORMER, code_text
from pairing_desktop.documents.model import Text
from pairing_desktop.errors import Trouble
from pairing_desktop.exchange.packet import open_packet
from pairing_desktop.services import papers, sheet_codes, submitting
from tests.exchange import house as houses
from tests.exchange.house import House
from tests.exchange.test_rare_characters import elsewhere
from tests.services import small
from tests.services.small import QUARTER

STAMPED = {
    "sheet": small.FORMS["sheet"].replace("layout: statistical}", "layout: statistical, stamped: true}"),
    "park": small.FORMS["park"].replace("layout: card}", "layout: card, stamped: true}"),
}
STAMPED_VISIT = small.FORMS["visit"].replace("layout: card}", "layout: card, stamped: true}")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, dict[str, str], dict[str, str], Any]]:
    """Return a county that submitted twice, the codes of both submissions by form, and what had to be stamped again."""
    folder = tmp_path_factory.mktemp("codes")
    made = houses.build(folder, more=STAMPED)
    first = {s.form: s.code for s in sheet_codes.of_data(open_packet(made.packet).data, made.ws.catalogue)}
    second = houses.again(made, total="60")
    data = open_packet(second).data
    codes = {s.form: s.code for s in sheet_codes.of_data(data, made.ws.catalogue)}
    yield made, first, codes, sheet_codes.stamping(made.ws, data)
    made.ws.close()


def test_an_unchanged_sheet_keeps_its_code(county: tuple[House, dict[str, str], dict[str, str], Any]) -> None:
    _, first, second, stamping = county
    assert first.keys() == second.keys() == {"sheet", "park"}
    assert first["park"] == second["park"]
    assert first["sheet"] != second["sheet"]
    assert [s.form for s in stamping.unchanged] == ["park"]
    assert [s.form for s in stamping.changed] == ["sheet"]


def test_the_cover_says_which_sheets_keep_their_stamp(
    county: tuple[House, dict[str, str], dict[str, str], Any]
) -> None:
    made, *_ = county
    first, second = (papers.laid_out(open_packet(p).data, made.ws.catalogue, identity="ab" * 32)[0]
                     for p in (made.packet, houses.latest(made)))
    told = "要盖章的表 2 张：1 张内容未变，已盖过章的不用重盖；1 张要重新盖章。"
    assert told in "".join(b.text for b in second.blocks if isinstance(b, Text))
    assert "盖章" not in "".join(b.text for b in first.blocks if isinstance(b, Text))


def test_what_becomes_of_a_code(county: tuple[House, dict[str, str], dict[str, str], Any]) -> None:
    made, first, second, _ = county
    found = {name: sheet_codes.look_up(made.ws, code) for name, code in (
        ("kept", first["park"]), ("now", second["sheet"]), ("old", first["sheet"]), ("none", "0000-0000-0000"))}
    assert {name: f.status for name, f in found.items()} == {
        "kept": "match", "now": "match", "old": "replaced", "none": "unknown"}
    assert found["old"].now == second["sheet"]
    sheet = "园区季报“竹产业园”（2024年二季度）"
    assert {name: f.text for name, f in found.items()} == {
        "kept": "与2024年二季度第2次报送的园区台账“竹产业园”一致。此后数据没有改动，盖过章的不用重盖。",
        "now": f"与2024年二季度第2次报送的{sheet}一致。此后数据没有改动，盖过章的不用重盖。",
        "old": f"这是2024年二季度第1次报送的{sheet}，内容已改，现在的表码是 {second['sheet']}，要重新盖章。",
        "none": "数据文件里没有这个表码：可能是别的数据文件打印的，或抄错了。"}
    assert [found[name].to_json()["submission"] for name in ("kept", "old")] == [2, 1]


def test_a_change_since_the_submission_is_said(
    county: tuple[House, dict[str, str], dict[str, str], Any], tmp_path: Path
) -> None:
    made, _, second, _ = county
    later = houses.copied(made, tmp_path / "later")
    park = houses.entries(later.ws, "park")[0].key
    sheet = houses.entries(later.ws, "sheet")[0].key
    small.put(later.ws, "sheet", key=sheet, subject=park, why="再改", total="61")
    found = sheet_codes.look_up(later.ws, second["sheet"])
    assert found.status == "match"
    assert found.text.endswith("一致。此后数据有改动，重新报送时要重新盖章。")
    assert found.now not in ("", second["sheet"])
    new = sheet_codes.look_up(later.ws, found.now)
    assert (new.status, new.now) == ("match", "")
    assert new.text == "与现在数据里的园区季报“竹产业园”（2024年二季度）一致，还没有报送过。"
    later.ws.close()


def test_a_code_of_an_earlier_quarter_names_its_submission(
    county: tuple[House, dict[str, str], dict[str, str], Any], tmp_path: Path
) -> None:
    """A register's card has no quarter: what the earlier quarter's data holds is what was sent then."""
    made, first, _, _ = county
    later = houses.copied(made, tmp_path / "later")
    park = houses.entries(later.ws, "park")[0].key
    small.put(later.ws, "park", key=park, why="改名", name="竹产业合作园")
    small.put(later.ws, "sheet", quarter="2024Q3", subject=park, total="61", words="无")
    small.put(later.ws, "note", quarter="2024Q3", words="走访企业二家。")
    houses.answer(later.ws, "2024Q3")
    done = submitting.finalise(later.ws, "2024Q3", later.folder)
    submitting.submit(later.ws, later.sign(done.packet))
    found = sheet_codes.look_up(later.ws, first["park"])
    assert found.text.startswith("这是2024年二季度第2次报送的园区台账“竹产业园”，内容已改，现在的表码是 ")
    assert found.to_json()["submission"] == 2
    later.ws.close()


@pytest.mark.parametrize("spell", [
    lambda c: c.lower(), lambda c: c.replace("-", ""), lambda c: f" {c} ", lambda c: c.replace("-", " "),
    lambda c: f"表码 {c}", lambda c: c.replace("0", "O").replace("1", "I"),
    lambda c: "".join(chr(ord(x) + 0xFEE0) if x != "-" else x for x in c),
    lambda c: f"JD1:PARK:331123:0:{c.replace('-', '')}",
])
def test_however_it_is_typed_or_scanned(
    county: tuple[House, dict[str, str], dict[str, str], Any], spell: Any
) -> None:
    made, first, _, _ = county
    assert sheet_codes.look_up(made.ws, spell(first["park"])).code == first["park"]


@pytest.mark.parametrize(("typed", "code"), [
    ("", "codes.no_code"), ("7K2M", "codes.no_code"), ("JD1:PARK:330402:0:7K2M9XQ41B0C", "codes.other_county"),
    ("7K2M-9XQ4-1B0C-1", "codes.no_code"), ("竹产业园", "codes.no_code"),
])
def test_what_is_no_code_of_ours(
    county: tuple[House, dict[str, str], dict[str, str], Any], typed: str, code: str
) -> None:
    with pytest.raises(Trouble) as told:
        sheet_codes.look_up(county[0].ws, typed)
    assert [p.code for p in told.value.problems] == [code]


@pytest.mark.parametrize("said", ["JD1:PARK:331123:2024Q1", "JD1:PARK:331123:2024Q2", "JD1:DIAGNOSIS:331123:0"])
def test_a_qr_that_names_another_form_or_quarter_than_its_code_is_told(
    county: tuple[House, dict[str, str], dict[str, str], Any], said: str
) -> None:
    made, first, _, _ = county
    found = sheet_codes.look_up(made.ws, f"{said}:{first['park'].replace('-', '')}")
    assert (found.status, found.sheet) == ("unknown", None)
    assert "对不上" in found.text


def test_every_sheet_s_own_qr_says_what_its_code_does(
    county: tuple[House, dict[str, str], dict[str, str], Any]
) -> None:
    from pairing_desktop.documents.layout import form_documents

    made, *_ = county
    data = open_packet(made.packet).data
    views, around = papers.views_of(data), papers.context_of(data, made.ws.catalogue)
    texts = [d.code_text for form in made.ws.catalogue.forms if form.print.stamped and form.id in views
             for d in form_documents(form, views[form.id], around) if d.code]
    assert texts
    assert all(sheet_codes.look_up(made.ws, text).status != "unknown" for text in texts)


def test_a_sheet_that_calls_another_record_by_another_name_is_stamped_again(tmp_path: Path) -> None:
    """Firm and park are renamed: what names them in a head, a row or a field is printed otherwise."""
    made = houses.build(tmp_path, more={**STAMPED, "visit": STAMPED_VISIT})
    firm, park = (houses.entries(made.ws, form)[0].key for form in ("firm", "park"))

    def codes(path: Path) -> dict[str, str]:
        return {s.form: s.code for s in sheet_codes.of_data(open_packet(path).data, made.ws.catalogue)}

    first = codes(made.packet)
    small.put(made.ws, "firm", key=firm, name="改名后的公司", why="更名")
    second = houses.again(made, words="乙")
    assert {form for form, code in codes(second).items() if code != first[form]} == {"visit", "sheet"}
    former = {s.form: s.code for s in sheet_codes.of_data(open_packet(made.packet).data, made.ws.catalogue, FORMER)}
    assert sheet_codes.look_up(made.ws, former["visit"]).status == "replaced", "its paper has the old name"
    assert sheet_codes.look_up(made.ws, former["park"]).status == "match"
    small.put(made.ws, "park", key=park, name="改名后的园区", why="更名")
    houses.answer(made.ws)
    third = submitting.finalise(made.ws, QUARTER, made.folder, reason="园区更名").packet
    assert {form for form, code in codes(third).items() if code != codes(second)[form]} == {"park", "sheet"}
    made.ws.close()


def test_paper_stamped_before_codes_covered_names_is_found(
    county: tuple[House, dict[str, str], dict[str, str], Any]
) -> None:
    """Each code of the former making is looked up as the one that its sheet has now; its QR carries the former one."""
    made, *_ = county
    for packet in (made.packet, houses.latest(made)):
        data = open_packet(packet).data
        for now, was in zip(sheet_codes.of_data(data, made.ws.catalogue),
                            sheet_codes.of_data(data, made.ws.catalogue, FORMER), strict=True):
            assert now.code != was.code
            scanned = code_text(form=was.form, county="331123", period=was.period or "0", code=was.code)
            wanted = sheet_codes.look_up(made.ws, now.code)
            for typed in (was.code, scanned):
                assert structs.replace(sheet_codes.look_up(made.ws, typed), code=now.code) == wanted


def test_codes_of_another_making_are_no_strange_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A packet of the version before: that another version drew it is all that there is to say."""
    with monkeypatch.context() as patch:
        patch.setattr(surrounds, "CODED", FORMER)
        made = houses.build(tmp_path, more=STAMPED)
    found = made.ask(elsewhere(made.files()))["agreement"]
    made.ws.close()
    assert (found.problems, [w.code for w in found.warnings]) == ((), ["agreement.other_renderer"])


def test_an_approval_sheet_has_a_code_too(county: tuple[House, dict[str, str], dict[str, str], Any]) -> None:
    from pairing_desktop.documents.approval_slip import slip_code

    made, *_ = county
    found = sheet_codes.look_up(made.ws, slip_code(open_packet(made.packet).identity, "head"))
    assert found.status == "replaced"
    assert "报送签批单" in found.text
