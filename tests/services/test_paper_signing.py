"""纸质签批: the approval sheet, its scan in the packet, the bureau's certificate in that role's place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import accepting, packet, packet_verdict
from pairing_desktop.exchange.packet import open_packet
from pairing_desktop.services import demo, paper_signing, reviewing, submitting, verdict_words
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.signing import container
from tests.services import small
from tests.services.small import QUARTER
from tests.signing import people


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, keys: demo.Keys) -> Iterator[tuple[Workspace, Path]]:
    """Return a data file and its packet, signed by preparer and reviewer."""
    folder = tmp_path_factory.mktemp("纸质")
    with small.make(folder) as ws:
        small.fill(ws)
        done = submitting.finalise(ws, QUARTER, folder)
        kept = folder / "签了两个" / done.packet.name  # submitting takes the signed packet to where it was finalised
        for role, copy in (("preparer", once_signed(kept)), ("reviewer", kept)):
            reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
            copy.parent.mkdir()
            copy.write_bytes(done.packet.read_bytes())
        yield ws, kept


def once_signed(kept: Path) -> Path:
    """Return where the same packet is that only the preparer signed."""
    return kept.parents[1] / "签了一个" / kept.name


@pytest.fixture
def half(base: tuple[Workspace, Path], tmp_path: Path) -> Path:
    copy = tmp_path / base[1].name
    copy.write_bytes(base[1].read_bytes())
    return copy


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "签批单 扫描件.PDF"
    path.write_bytes(people.small_pdf(1))
    return path


def vouch(packet: Path, keys: demo.Keys, scan: Path, role: str = "head") -> object:
    return paper_signing.sign(packet, keys.bureau, keys.bureau_password, role=role, scan=scan, now=small.Now()())


def test_the_bureau_vouches_in_the_head_s_place(base: tuple[Workspace, Path], half: Path, scan: Path,
                                               keys: demo.Keys) -> None:
    signed = vouch(half, keys, scan)
    assert (signed.role, signed.sealed, signed.paper) == ("head", True, True)  # type: ignore[attr-defined]
    assert open_packet(half).files["paper/signature003.pdf"] == scan.read_bytes()
    shown = paper_signing.scan_of(half)
    assert (shown.name, shown.content) == ("报送签批单.pdf", scan.read_bytes())
    place = reviewing.describe_packet(half).places[-1]
    assert (place.role, place.signed, place.paper) == ("head", True, True)
    [verdict] = reviewing.verify_files([half], trust=keys.root, crl=keys.crl, now=base[0].clock(),
                                       forms=base[0].catalogue)
    assert (verdict.verdict, verdict.problems, verdict.missing_roles) == ("valid", (), ())
    assert [(s.role, s.paper) for s in verdict.signatures] == [("preparer", False), ("reviewer", False), ("head", True)]
    assert any("单位负责人：纸质签批（单位证书代签" in str(w) for w in verdict.warnings)
    assert not any("图样" in str(w) for w in verdict.warnings)
    assert any("纸质签批，单位证书代签" in q.reason for q in verdict_words.questions(verdict))
    sent = submitting.submit(base[0], half)
    found = reviewing.verify_files(list(sent.files), trust=keys.root, crl=keys.crl, now=base[0].clock(),
                                       forms=base[0].catalogue)
    assert [(v.kind, v.verdict) for v in found] == [("workbook", "valid"), ("pdf", "valid")]
    assert all(any("纸质签批" in str(w) for w in v.warnings) for v in found)


def test_the_stamp_says_in_whose_place_the_bureau_signed(half: Path, scan: Path, keys: demo.Keys) -> None:
    """Who holds only the printed PDF reads it there."""
    import pypdfium2

    vouch(half, keys, scan)
    pdf = pypdfium2.PdfDocument(container.read(half).files["report.pdf"])
    pdf.init_forms()
    said = ""
    for number in range(len(pdf)):
        page = pdf[number]
        page.flatten()  # a signature's picture is an annotation, which a page's text leaves out
        page.close()
        said += pdf[number].get_textpage().get_text_range()
    pdf.close()
    said = "".join(said.split())
    assert "单位负责人纸质签批不是公章" in said
    assert "单位证书代签" in said
    assert "填表人数字签名不是公章" in said, "also where the certificate names a post"


SCANS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "是空文件"),
    "a program": (b"MZ\x90\x00" + bytes(100), "里面是程序"),
    "only the beginning": (b"%PDF-", "没有一页能打开"),
    "something else": (b"<script>alert(1)</script>", "里面却不是这种文件"),
    "too much": (people.small_pdf(1) + b"\n" * (packet.MAX_SCAN + 1), "超过 20 MB"),
}


@pytest.mark.parametrize("name", SCANS)
def test_a_scan_that_another_program_let_through_is_no_scan(
        base: tuple[Workspace, Path], half: Path, scan: Path, keys: demo.Keys, monkeypatch: pytest.MonkeyPatch,
        name: str) -> None:
    content, words = SCANS[name]
    scan.write_bytes(content)
    before = half.read_bytes()
    with pytest.raises(Trouble):
        vouch(half, keys, scan)
    assert half.read_bytes() == before
    monkeypatch.setattr(packet, "_about_paper", lambda *_: [])
    monkeypatch.setattr(paper_signing.attachment_kinds, "judge", lambda *_: None)
    vouch(half, keys, scan)
    monkeypatch.undo()
    [verdict] = reviewing.verify_files([half], trust=keys.root, crl=keys.crl, now=base[0].clock(),
                                       forms=base[0].catalogue)
    assert verdict.verdict == "invalid"
    assert any(words in p.message for p in verdict.problems), [p.message for p in verdict.problems]


def test_a_packet_without_a_scan_has_none_to_look_at(half: Path) -> None:
    with pytest.raises(Trouble, match="没有签批单扫描件"):
        paper_signing.scan_of(half)


def test_one_bureau_s_key_vouches_for_one_role(base: tuple[Workspace, Path], scan: Path, keys: demo.Keys,
                                               tmp_path: Path) -> None:
    """Who has no key of his own needs another than “请换用本人的密钥”."""
    once = tmp_path / base[1].name
    once.write_bytes(once_signed(base[1]).read_bytes())
    vouch(once, keys, scan, "reviewer")
    with pytest.raises(Trouble) as told:
        vouch(once, keys, scan)
    assert str(told.value) == ("这把单位证书的密钥已经为审核人的纸质签批代签过，一把密钥不能签两个角色。"
                               "请用另一把单位证书的密钥代签，或由单位负责人用本人的密钥签名。")


def test_the_bureau_alone_signs_for_nobody(half: Path, keys: demo.Keys) -> None:
    before = half.read_bytes()
    with pytest.raises(Trouble, match="纸质签批代签"):
        reviewing.sign_packet(half, keys.bureau, keys.bureau_password, now=small.Now()())
    assert half.read_bytes() == before


def test_only_the_bureau_vouches(half: Path, scan: Path, keys: demo.Keys) -> None:
    with pytest.raises(Trouble, match="要由单位证书代签"):
        paper_signing.sign(half, keys.files["head"], keys.passwords["head"], role="head", scan=scan, now=small.Now()())


def test_what_is_no_scan_or_not_the_turn_is_refused(half: Path, scan: Path, keys: demo.Keys, tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("x")
    with pytest.raises(Trouble, match="不是 PDF"):
        vouch(half, keys, text)
    false = tmp_path / "a.png"
    false.write_bytes(scan.read_bytes())
    with pytest.raises(Trouble, match="不是图片"):
        vouch(half, keys, false)
    with pytest.raises(Trouble, match="读不到扫描件"):
        vouch(half, keys, tmp_path / "没有.pdf")
    with pytest.raises(Trouble, match="已经签过名"):
        vouch(half, keys, scan, role="reviewer")


def changed(packet: Path, **files: bytes | None) -> Path:
    """Write the packet anew with files changed, added or taken out (None)."""
    found = dict(container.read(packet).files)
    for name, content in files.items():
        if content is None:
            found.pop(name)
        else:
            found[name] = content
    packet.write_bytes(container.pack(found))
    return packet


SCAN = "paper/signature003.pdf"


@pytest.mark.parametrize("files", [{SCAN: None}, {SCAN: b"%PDF-1.4 another"}, {"paper/signature002.pdf": b"%PDF-"},
                                   {"paper/signature003.png": b"\x89PNG\r\n\x1a\n"}, {"paper/x.pdf": b"%PDF-"}])
def test_a_scan_taken_out_changed_or_added_shows(half: Path, scan: Path, keys: demo.Keys,
                                                 files: dict[str, bytes | None]) -> None:
    vouch(half, keys, scan)
    changed(half, **files)
    [verdict] = reviewing.verify_files([half], trust=keys.root, crl=keys.crl, now=small.Now()())
    assert verdict.verdict == "invalid"


def test_a_scan_beside_a_person_s_signature_shows(half: Path, keys: demo.Keys) -> None:
    reviewing.sign_packet(half, keys.files["head"], keys.passwords["head"], now=small.Now()())
    changed(half, **{SCAN: b"%PDF-1.4"})
    [verdict] = reviewing.verify_files([half], trust=keys.root, crl=keys.crl, now=small.Now()())
    assert verdict.verdict == "invalid"
    assert "exchange.paper_stray" in {p.code for p in verdict.problems}


def test_what_is_accepted_is_data(half: Path, scan: Path, keys: demo.Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    assert accepting.paper_roles() == ("preparer", "reviewer", "head")
    vouch(half, keys, scan)
    monkeypatch.setattr(packet_verdict.accepting, "paper_roles", lambda: ("reviewer",))
    [verdict] = reviewing.verify_files([half], trust=keys.root, crl=keys.crl, now=small.Now()())
    assert "exchange.paper_not_accepted" in {p.code for p in verdict.problems}
    assert verdict.verdict == "invalid"


def test_the_slip_is_tied_to_the_packet(half: Path) -> None:
    import pypdfium2

    from pairing_desktop.documents.approval_slip import slip_code

    seen = reviewing.describe_packet(half)
    pdf = pypdfium2.PdfDocument(paper_signing.slip(half, role="head"))
    text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()
    flat = "".join(text.split())
    assert len(seen.forms) <= 10
    for wanted in ("报送签批单", "遂昌县某局", "2024年二季度", seen.identity.upper(), slip_code(seen.identity, "head"),
                   "填表人", "同意报送"):
        assert "".join(wanted.split()) in flat, wanted
    assert slip_code(seen.identity, "head") != slip_code(seen.identity, "reviewer")


LONG_NAME = "丽水市遂昌县经济商务局企业发展与产业合作科（山海协作工作专班）统计岗位兼职综合科某某"
UNSIGNED = "对方未会签：南湖区机构改革，经办人员调整，公章尚未启用，待七月下旬补签"
MOST = "退回后更正投资额和用地面积。" * 15


@pytest.mark.parametrize(("joint", "reason", "name", "forms", "listed"), [
    ("两县已会签", "", "企业科统计岗", 20, True),
    (UNSIGNED, "退回后更正投资额", "企业科统计岗", 20, True),
    ("两县已会签", "", LONG_NAME, 20, True),
    (UNSIGNED, "退回后更正投资额", LONG_NAME, 20, False),
    (f"对方未会签：{MOST[:200]}", MOST[:200], LONG_NAME, 20, False),
    (f"对方未会签：{MOST * 5}", MOST * 5, LONG_NAME, 30, False),
])
def test_the_slip_is_one_page_with_its_stamp(joint: str, reason: str, name: str, forms: int, listed: bool) -> None:
    """One sheet is signed, stamped and scanned, however much there is to say; forms are a table where it has room."""
    import pypdfium2

    from pairing_desktop.documents.approval_slip import SlipData

    made = paper_signing.drawn(SlipData(
        bureau="遂昌县经济商务局", county="331123", county_name="遂昌县", partner_name="南湖区", period="2024Q2",
        period_title="2024年二季度", number=2, identity="ab" * 32, finalised_at=small.Now()(), role="head",
        label="单位负责人", forms=tuple((f"精益管理标杆建设项目表{n}", 12, 0, 3) for n in range(forms)), attachments=3,
        joint=joint, signed=(("填表人", name), ("审核人", name)), reason=reason))
    with pypdfium2.PdfDocument(made) as pdf:
        assert len(pdf) == 1
        said = "".join(pdf[0].get_textpage().get_text_bounded().split())
    assert said.count(name) == 2
    assert (f"{forms}精益管理标杆建设项目表{forms - 1}1203" in said) is listed
    assert (f"精益管理标杆建设项目表{forms - 1}12（核实3）" in said) is not listed
    assert f"合计：{forms}张表，{12 * forms}条记录，特殊情况0条，核实性说明{3 * forms}条" in said
    for text in (joint, reason):
        assert (text if len(text) <= 130 else f"{text[:120]}…（全文见报送封面）") in said


def test_a_sealed_packet_needs_no_slip(half: Path, scan: Path, keys: demo.Keys) -> None:
    vouch(half, keys, scan)
    with pytest.raises(Trouble, match="已签齐"):
        paper_signing.slip(half, role="head")
