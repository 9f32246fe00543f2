"""A PDF or a workbook that comes without its packet: what was done to it is told first, once, with one remedy."""

from collections.abc import Callable

import pytest

from pairing_desktop.exchange.verdict import Verdict
from pairing_desktop.exchange.verifying import verify
from pairing_desktop.services import verdict_told, verdict_words
from tests.signing import people
from tests.signing import test_ooxml_signature as books
from tests.signing import test_pdf_signature as papers
from tests.signing.people import World

AGAIN = "不要接收，请向填报单位重新索取原件。"


def flipped(pdf: bytes) -> bytes:
    return pdf[:300] + bytes([pdf[300] ^ 1]) + pdf[301:]


PDFS: dict[str, tuple[Callable[[World, bytes], bytes], str]] = {
    "a byte": (lambda _, pdf: flipped(pdf), "签名之后，PDF 被改动过"),
    "a page": (lambda _, pdf: papers.update(pdf, papers.CHANGES["add_page"]),
               "最后一个签名之后，PDF 又被添改过（加页、批注、填写、另存都会这样）"),
    "a form value": (lambda _, pdf: papers.update(pdf, papers.CHANGES["add_field"]),
                     "最后一个签名之后，PDF 又被添改过（加页、批注、填写、另存都会这样）"),
    "a page, its cross-references compressed": (
        lambda _, pdf: papers.update(pdf, papers.CHANGES["add_page"], compressed=True),
        "最后一个签名之后，PDF 末尾又被加了内容"),
    "a tail": (lambda _, pdf: pdf + b"\n% more\n", "最后一个签名之后，PDF 末尾又被加了内容"),
    "a signature": (papers.signed_late, "单位负责人锁定 PDF 之后，又有人加了签名（late）"),
}
WORKBOOKS: dict[str, tuple[Callable[[books.Files], None], str]] = {
    "a figure": (books.edit(books.SHEET, b"1024.5", b"9024.5"), "签名之后，工作簿的“01 竹产业园”表被改动过"),
    "a sheet more": (books.add_sheet, "签名之后，工作簿里被加进了 xl/worksheets/sheet9.xml"),
    "a part less": (books.drop("xl/theme/theme1.xml"), "签名之后，xl/theme/theme1.xml 从工作簿里被删掉了"),
    "a sheet's name": (books.edit("xl/workbook.xml", "02 企业".encode(), "02 园区".encode()),
                       "签名之后，工作簿的 xl/workbook.xml 被改动过"),
}


def told_once(verdict: Verdict, cause: str) -> None:
    assert verdict.verdict == "invalid"
    first, *rest = verdict_told.lines(verdict)
    assert first == verdict_words.headline(verdict, 0).text == f"{cause}。{AGAIN}"
    assert all(line.startswith("由此产生：") and "请" not in line and cause not in line for line in rest)
    said = [q.reason for q in verdict_words.questions(verdict)]
    assert not any("、、" in reason or reason.startswith("、") or "、都" in reason for reason in said)
    assert "核验没有通过" not in said


@pytest.mark.parametrize("name", PDFS)
def test_what_was_done_to_a_pdf_is_told_first_and_once(world: World, name: str) -> None:
    change, cause = PDFS[name]
    told_once(verify(change(world, people.signed_pdf(world)), world.trust, name="a.pdf"), cause)


@pytest.mark.parametrize("name", WORKBOOKS)
@pytest.mark.parametrize("again", [books.packed, books.zipped], ids=["in the one spelling", "by a zip program"])
def test_what_was_done_to_a_workbook_is_told_first_and_once(world: World, name: str,
                                                            again: Callable[[books.Files], bytes]) -> None:
    """A figure changed, and the file packed again, is not said to be packed again only."""
    change, cause = WORKBOOKS[name]
    files = books.unpacked(people.signed_workbook(world, "preparer", "head"))
    change(files)
    told_once(verify(again(files), world.trust, name="a.xlsx"), cause)


def test_a_workbook_only_packed_again_is_said_to_be_so(world: World) -> None:
    files = books.unpacked(people.signed_workbook(world, "preparer", "head"))
    verdict = verify(books.zipped(files), world.trust, name="a.xlsx")
    assert [p.code for p in verdict.problems] == ["signing.workbook_repacked"]
    assert verdict_told.told(verdict) is None


def test_a_list_that_was_given_is_not_said_to_be_missing(world: World) -> None:
    """A signature that cannot be read has no certificate to look up."""
    verdict = verify(papers.signed_late(world, people.signed_pdf(world)), world.trust, name="a.pdf")
    assert verdict.answers["revocation"] == "checked"


def test_signers_of_two_counties_are_told(world: World) -> None:
    keys = {**world.keys, "reviewer": world.issue("reviewer", county="330402")}
    verdict = verify(people.signed_pdf(World(world.authority, keys, world.now)), world.trust, name="a.pdf")
    assert verdict.verdict == "invalid"
    assert [p.code for p in verdict.problems] == ["exchange.counties_differ"]
    assert "南湖区" in verdict.problems[0].message
    assert "遂昌县" in verdict.problems[0].message


def test_what_came_with_a_later_signature_is_not_said_to_come_after_the_last(world: World,
                                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = papers.signed_beside(world, papers.CHANGES["add_annotation"], monkeypatch)
    first, *_ = verdict_told.lines(verify(pdf, world.trust, name="a.pdf"))
    assert first == f"前面的人签名之后，PDF 又被添改过，后面的人再签了名。{AGAIN}"


def test_a_sheet_with_a_document_type_is_called_by_its_name_and_not_said_to_be_changed(world: World) -> None:
    workbook = books.signed_over(world, books.PROLOGS["in a sheet"], "preparer", "head")
    verdict = verify(workbook, world.trust, name="a.xlsx")
    assert [p.message[:16] for p in verdict.problems] == ["工作簿里的“01 竹产业园”表夹"]
    asked = {q.text: q.answer for q in verdict_words.questions(verdict)}
    assert asked["签名后是否改动过"] == "没有"
    assert asked["Excel 工作簿自身的签名是否有效"] == "无效"
