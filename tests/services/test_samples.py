"""The samples: each figure of the article, and where it is found; the other counties hold nothing else unmarked."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from pairing_desktop import cli
from pairing_desktop.errors import Trouble
from pairing_desktop.services import entering, form_printing, listing, sample, workspace
from pairing_desktop.services.lookup import Snapshot
from tests.conftest import NOW

ARTICLE: dict[str, list[tuple[str, str, str, str]]] = {
    "tiantai": [
        ("双箭输送带试生产1060万米", "cooperation_project", "capacities.now", "1060"),
        ("双箭输送带达产6000万米", "cooperation_project", "capacities.full", "6000"),
        ("平桥镇工业丝年需求近6000吨", "chain_link", "demands.amount", "近6000"),
        ("10家化工企业对接", "chain_link", "attending", "10"),
        ("2023年超1亿元", "chain_link", "sums.delivered", "超10000"),
        ("预计超10亿元", "chain_link", "sums.intended", "超100000"),
        ("专精特新48家", "county_indicators", "special", "48"),
        ("小巨人14家", "county_indicators", "little_giant", "14"),
        ("上市10家", "county_indicators", "listed", "10"),
    ],
    "jingning": [
        ("景宁规上企业67家", "county_indicators", "firms_above", "67"),
        ("景宁主导产业占比25%", "county_indicators", "leading_share", "25"),
    ],
    "yueqing": [("乐清电气产业占比52.1%", "county_indicators", "leading_share", "52.1")],
    "changshan": [
        ("宇恒电池", "enterprise", "name", "宇恒电池"), ("开利新能源", "enterprise", "name", "开利新能源"),
    ],
    "liandu": [
        ("环龙一期2024年5月竣工", "cooperation_project", "stage_words", "报道写到2024年5月竣工，没有写到日"),
        ("达产后年产值15亿元", "cooperation_project", "output_full", "150000"),
        ("达产后利税1亿元", "cooperation_project", "profit_tax_full", "10000"),
    ],
    "taishun": [("滨泰共富数字经济产业园", "park", "name", "滨泰共富数字经济产业园")],
    "qingyuan": [("《嘉善—庆元招商引才服务协议》", "exchange_activity", "agreement", "《嘉善—庆元招商引才服务协议》")],
    "jinyun": [("一个二维码两县共享", "investment_lead", "way", "扫码共享")],
}
"""What the article says of each county: words, form, field, what stands there. 遂昌: tests/forms/test_sample."""
PAIRS = {
    "tiantai": ("桐乡市", "天台县"), "jingning": ("乐清市", "景宁畲族自治县"), "yueqing": ("乐清市", "景宁畲族自治县"),
    "changshan": ("长兴县", "常山县"), "liandu": ("义乌市", "莲都区"), "taishun": ("滨江区", "泰顺县"),
    "qingyuan": ("嘉善县", "庆元县"), "jinyun": ("德清县", "缙云县"),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return every other county's sample, made once."""
    folder = tmp_path_factory.mktemp("示例")
    found = {}
    for other in sample.others():
        found[other.name] = folder / f"{other.name}.pairing"
        sample.make_other(found[other.name], other.name, now=NOW, clock=lambda: NOW).close()
    return found


def records(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return a data file's payloads by form."""
    with workspace.open_workspace(path, write=False, now=NOW, clock=lambda: NOW) as ws:
        snapshot = Snapshot(ws, sample.OTHERS_QUARTER)
        return {form.id: [dict(entry.payload) for entry in snapshot.entries(form.id)] for form in ws.catalogue.forms}


def shown(payload: dict[str, Any], path: str) -> list[str]:
    """Return what stands in a field, or in a column row by row, with its qualifier."""
    name, _, column = path.partition(".")
    holders = payload["values"].get(name, []) if column else [payload]
    key = column or name
    return [f"{holder.get('marks', {}).get(key, {}).get('qualifier', '')}{holder['values'].get(key, '')}"
            for holder in holders]


def test_every_pair_of_the_article_has_a_sample(files: dict[str, Path]) -> None:
    assert files.keys() == PAIRS.keys() == ARTICLE.keys()
    for name, path in files.items():
        pairing = records(path)["pairing"][0]["values"]
        names = tuple(workspace.county_name(pairing[side]) for side in ("industrial", "mountain"))
        assert names == PAIRS[name]


@pytest.mark.parametrize(("name", "words", "form", "path", "text"),
                         [(name, *figure) for name, figures in ARTICLE.items() for figure in figures])
def test_a_figure_of_the_article_is_found(files: dict[str, Path], name: str, words: str, form: str, path: str,
                                          text: str) -> None:
    assert text in [value for payload in records(files[name])[form] for value in shown(payload, path)]
    article = next(other.article for other in sample.others() if other.name == name)
    assert words.removeprefix("双箭输送带").removeprefix("景宁").removeprefix("乐清").removeprefix("达产后") in article


PRINTED = sorted({(name, form) for name, figures in ARTICLE.items() for _, form, _, _ in figures})


@pytest.mark.parametrize(("name", "form"), PRINTED)
def test_the_figures_are_in_pdf_and_workbook(files: dict[str, Path], name: str, form: str) -> None:
    wanted = form_printing.Wanted(form=form, quarter=sample.OTHERS_QUARTER)
    with workspace.open_workspace(files[name], write=False, now=NOW, clock=lambda: NOW) as ws:
        pdf, book = (form_printing.drawn(ws, wanted, kind) for kind in ("pdf", "xlsx"))
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = "".join(document[n].get_textpage().get_text_bounded() for n in range(len(document)))
    finally:
        document.close()
    cells = "|".join(str(cell.value) for sheet in openpyxl.load_workbook(BytesIO(book)) for row in sheet.iter_rows()
                     for cell in row)
    for words, of, _, text in ARTICLE[name]:
        said = text.lstrip("近超约")
        if of == form:
            assert said in squeezed(page), (words, "PDF")
            assert said in squeezed(cells), (words, "workbook")


def squeezed(text: str) -> str:
    """Return a text without white space and thousands' commas."""
    return "".join(text.split()).replace(",", "")


def test_expected_and_past_sums_are_kept_apart(files: dict[str, Path]) -> None:
    rows = records(files["tiantai"])["chain_link"][0]["values"]["sums"]
    assert [row.get("marks", {}).get("intended", {}).get("nature", "") for row in rows] == ["", "预计"]


def test_no_other_figure_stands_in_the_other_samples(files: dict[str, Path]) -> None:
    known = {name: {Decimal(text.lstrip("近超约")) for _, _, _, text in figures if text.lstrip("近超约").isdecimal()
                    or text.replace(".", "", 1).isdecimal()} for name, figures in ARTICLE.items()}
    years = {Decimal(2023), Decimal(2025)}
    for name, path in files.items():
        with workspace.open_workspace(path, write=False, now=NOW, clock=lambda: NOW) as ws:
            forms = {form.id: form for form in ws.catalogue.forms}
        for form, payloads in records(path).items():
            for payload in payloads:
                for field in forms[form].fields:
                    for key, holder in [(c.id, row) for c in field.columns if c.is_number
                                        for row in payload["values"].get(field.id, [])] or [(field.id, payload)]:
                        typed = field.is_number or field.type == "table"
                        value = holder["values"].get(key) if typed else None
                        if value is None or isinstance(value, list) or field.compute:
                            continue
                        assert Decimal(str(value)) in known[name] | years, (name, form, key, value)


def test_what_the_article_does_not_say_is_marked(files: dict[str, Path]) -> None:
    for path in files.values():
        for form, payloads in records(path).items():
            notes = [payload["values"]["note"] for payload in payloads]
            assert all("示例" in note or "没有写" in note for note in notes), form
        with workspace.open_workspace(path, write=False, now=NOW, clock=lambda: NOW) as ws:
            assert ws.about.sample
            assert all("示例" in person.name for person in ws.people)


def test_a_sample_is_small_and_quick_to_look_at(files: dict[str, Path]) -> None:
    with workspace.open_workspace(files["yueqing"], write=False, now=NOW, clock=lambda: NOW) as ws:
        assert ws.about.side == "I"
        counts = listing.counts(ws, sample.OTHERS_QUARTER)
        assert counts["county_indicators"].records == 1


def test_new_makes_a_sample_and_names_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["new", str(tmp_path / "天台.pairing"), "--sample", "tiantai"]) == 0
    assert "双箭输送带试生产1060万米" in capsys.readouterr().out
    with pytest.raises(Trouble, match="没有叫 nowhere 的示例"):
        sample.make_other(tmp_path / "b.pairing", "nowhere", now=NOW)
    assert not (tmp_path / "b.pairing").exists()
    assert cli.run(["new", str(tmp_path / "c.pairing")]) == 2
    assert "要写一个" in capsys.readouterr().err


def test_a_pairing_typed_names_the_partner_of_a_file_without_one(tmp_path: Path) -> None:
    with workspace.create(tmp_path / "遂昌.pairing", county="331123", now=NOW, clock=lambda: NOW) as ws:
        for title, industrial in (("别人的", "滨江区"), ("南湖—遂昌", "南湖区"), ("滨江—遂昌", "滨江区")):
            draft = entering.open_record(ws, form="pairing", quarter="2024Q2").draft
            draft.type("title", title)
            draft.type("industrial", industrial)
            draft.type("industrial_bureau", f"{industrial}某局")
            draft.type("mountain", "泰顺县" if title == "别人的" else "遂昌县")
            entering.save(ws, draft)
        assert (ws.about.partner, ws.about.partner_bureau) == ("330402", "南湖区某局")
