"""``demo``: the whole way of two quarters with the sample; its files, and what others say of them."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct
from openpyxl import load_workbook

from pairing_desktop import cli
from pairing_desktop.exchange.joint import open_joint
from pairing_desktop.exchange.packet import JOINT, open_packet
from pairing_desktop.services import checking, entering, overview, standing, summarising, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import journal
from tests import outside_tools

FILES = {
    "suichang.pairing", "trust/root.pem", "trust/root.crl.pem",
    "keys/preparer.p12", "keys/reviewer.p12", "keys/head.p12",
    "keys/partner-head.p12", "keys/bureau.p12", "keys/receiver.p12", "trust/receiver.pem",
    "331123-2024Q1-joint.asice", "331123-2024Q2-joint.asice",
    *(f"331123-2024{q}-r1.{kind}" for q in ("Q1", "Q2") for kind in ("asice", "xlsx", "pdf")),
}
QUARTERS = ("2024Q1", "2024Q2")
JOINT_FORMS = {"pairing", "park", "park_progress", "cooperation_project", "cooperation_progress", "factor_exchange",
               "fund_use"}


class Demo(Struct, frozen=True):
    folder: Path
    said: str

    def packet(self, quarter: str) -> Path:
        return self.folder / f"331123-{quarter}-r1.asice"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("示 例") / "demo"
    code = ("import sys; from pairing_desktop.app import main; code = main(sys.argv[1:]);"
            "assert not [m for m in sys.modules if m.startswith(('PySide6', 'shiboken'))]; sys.exit(code)")
    command = [sys.executable, "-c", code, "demo", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return Demo(folder, done.stdout)


@pytest.fixture
def ws(demo: Demo) -> Iterator[Workspace]:
    with workspace.open_workspace(demo.folder / "suichang.pairing", write=False, now=datetime.now(UTC)) as found:
        yield found


def test_it_leaves_exactly_its_files(demo: Demo) -> None:
    found = {p.relative_to(demo.folder).as_posix() for p in demo.folder.rglob("*") if p.is_file()}
    assert found == FILES


def test_it_says_a_line_a_step_with_its_time(demo: Demo) -> None:
    lines = demo.said.splitlines()
    steps = [line for line in lines if re.match(r"\[ *\d+\.\d 秒\] ", line)]
    assert len(steps) == 21
    holders = ("preparer", "reviewer", "head", "partner-head", "bureau", "receiver")
    assert all(f"keys/{role}.p12" in demo.said for role in holders)
    assert len(re.findall(r"密码 \S+", demo.said)) == 6


def test_its_packets_are_valid_and_named(demo: Demo, capfd: pytest.CaptureFixture[str]) -> None:
    trust = ["--trust", str(demo.folder / "trust/root.pem"), "--crl", str(demo.folder / "trust/root.crl.pem")]
    files = [str(demo.folder / name) for name in sorted(FILES) if name.endswith((".asice", ".pdf", ".xlsx"))]
    assert cli.run(["verify", *files, *trust, "--json"]) == 0
    verdicts = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [v["verdict"] for v in verdicts] == ["valid"] * 8
    by_kind = Counter(v["kind"] for v in verdicts)
    assert by_kind == {"packet": 2, "joint": 2, "pdf": 2, "workbook": 2}
    assert all(v["answers"]["joint"] is True for v in verdicts if v["kind"] == "packet")


def test_the_joint_part_is_agreed_and_countersigned_by_both_heads(demo: Demo) -> None:
    for quarter in QUARTERS:
        inside = open_packet(demo.packet(quarter)).files[JOINT]
        assert inside == (demo.folder / f"331123-{quarter}-joint.asice").read_bytes()
        part = open_joint(inside)
        assert part.complete
        assert part.answer is not None
        assert part.answer["answer"] == "confirmed"
        assert sorted((s.county, s.role) for s in part.signed) == [("330402", "head"), ("331123", "head")]
        assert {r["form"] for r in part.data["records"]} <= JOINT_FORMS


def test_the_article_s_figures_are_there(demo: Demo, ws: Workspace) -> None:
    seen = overview.figures(ws, "2024Q2")
    assert dict(seen.funnel) == {"预诊断": 18, "诊断": 40, "标杆建设": 10}
    assert summarising.computed(ws, "2024Q2")["funnel"].parts[0].funnel == seen.funnel
    own = [e for e in seen.effects if e.firm == "双彩"]
    assert [(e.indicator, e.before, e.after, e.improvement) for e in own] == [
        ("营销额", "", "", "+25.49 %"), ("产出量", "", "", "+111.3 %"),
        ("合格率", "65.2", "99以上", "+33.8以上 百分点")]
    assert list(seen.investments) == ["南湖遂昌竹产业共富产业园"]
    summary = entering.list_records(ws, "quarter_summary", quarter="2024Q2").lines[0]
    assert summary.cells[:3] == ("40", "18", "10")


ARTICLE = (("预诊断", "18"), ("诊断", "40"), ("标杆建设", "10"), ("营销额", "25.49"), ("产出量", "111.3"),
           ("合格率", "65.2", "99"), ("南湖遂昌竹产业共富产业园",), ("南湖区经信商务局",))
"""What the article says of 遂昌 and 南湖, each in one line of the workbook and in the PDF's text."""


def test_the_article_s_figures_stand_in_data_workbook_and_pdf(demo: Demo, ws: Workspace) -> None:
    data = open_packet(demo.packet("2024Q2")).data
    said = [json.dumps(r["payload"], ensure_ascii=False) for r in data["records"]]
    said += [" ".join(c.text for c in line.cells) for one in summarising.of_data(data, ws.catalogue).values()
             for part in one.parts for line in part.lines]
    book = load_workbook(demo.folder / "331123-2024Q2-r1.xlsx", read_only=True)
    sheets = [[" ".join(str(c.value) for c in row if c.value is not None) for row in sheet.iter_rows()]
              for sheet in book]
    lines = [line for sheet in sheets for line in sheet]
    book.close()
    text = pdf_text(demo.folder / "331123-2024Q2-r1.pdf")
    for words in ARTICLE:
        for held in (said, lines):
            assert any(all(word in line for word in words) for line in held), words
        assert all(word in text for word in words), words
    assert "99以上" in text
    queries = next(sheet for sheet in sheets if "核实性审核说明" in "".join(sheet))
    assert any("产出量" in line and "+111.3% " in line for line in queries)  # the cover's 上报数 says its %
    assert any("2024年6月20日" in line for line in queries)
    assert not any(re.search(r"\d{4}-\d\d-\d\d", line) for line in queries), "days as on the rest of paper"


def pdf_text(path: Path) -> str:
    """Return the text of a PDF without white space."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())
    finally:
        document.close()


def test_a_packet_s_computed_sheets_come_from_its_data_and_stand_in_its_workbook(demo: Demo, ws: Workspace) -> None:
    opened = open_packet(demo.packet("2024Q2"))
    figures = summarising.of_data(opened.data, ws.catalogue)
    assert summarising.values(figures.values()) == summarising.values(summarising.computed(ws, "2024Q2").values())
    book = load_workbook(demo.folder / "331123-2024Q2-r1.xlsx", read_only=True)
    name = next(n for n in book.sheetnames if n.endswith("企业诊断与标杆建设汇总表"))
    rows = [[c.value for c in row if c.value is not None] for row in book[name].iter_rows()]
    assert {(row[0], row[-1]) for row in rows if len(row) > 3} >= {("预诊断", 18), ("诊断", 40), ("标杆建设", 10)}
    book.close()


def test_no_credit_code_is_a_real_firm_s(demo: Demo) -> None:
    for quarter in QUARTERS:
        records = open_packet(demo.packet(quarter)).data["records"]
        codes = [r["payload"]["values"].get("credit_code", "") for r in records if r["form"] == "enterprise"]
        assert all(code == "" or code[2:8] == "000000" for code in codes)
        assert next(r for r in records if r["label"] == "双彩" and r["form"] == "enterprise")


def test_both_quarters_are_submitted_and_checked(ws: Workspace) -> None:
    for quarter in QUARTERS:
        state = standing.state(ws, quarter)
        assert (state.code, state.number) == ("submitted", 1)
    report = checking.check_quarter(ws, "2024Q2")
    assert report.passes
    assert report.unexplained == 0
    with ws.store.reading() as conn:
        assert journal.verify(conn) == []


def test_a_second_demo_does_not_overwrite(demo: Demo, capfd: pytest.CaptureFixture[str]) -> None:
    before = {p: p.read_bytes() for p in demo.folder.rglob("*") if p.is_file()}
    assert cli.run(["demo", str(demo.folder)]) == 2
    assert "suichang.pairing" in capfd.readouterr().err
    assert {p: p.read_bytes() for p in demo.folder.rglob("*") if p.is_file()} == before


@pytest.mark.outside
def test_outside_tools_agree(demo: Demo, shared: Path) -> None:
    outside_tools.need("openssl", "openssl")
    outside_tools.need("pdfsig", "poppler-utils")
    outside_tools.need("certutil", "libnss3-tools")
    outside_tools.need("xmlsec1", "xmlsec1")
    outside_tools.need("soffice", "libreoffice-calc")
    files = [demo.folder / name for name in sorted(FILES) if name.endswith((".asice", ".pdf", ".xlsx"))]
    trust = ["--ca", demo.folder / "trust/root.pem", "--crl", demo.folder / "trust/root.crl.pem"]
    command = [sys.executable, shared / "verify/outside.py", *files, *trust]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "INVALID" not in done.stdout


@pytest.mark.outside
@pytest.mark.parametrize("name", ["331123-2024Q1-r1.asice", "331123-2024Q1-joint.asice", "331123-2024Q1-r1.pdf",
                                  "331123-2024Q1-r1.xlsx"])
def test_outside_tools_see_a_changed_byte(demo: Demo, shared: Path, tmp_path: Path, name: str) -> None:
    outside_tools.need("openssl", "openssl")
    outside_tools.need("xmlsec1", "xmlsec1")
    content = bytearray((demo.folder / name).read_bytes())
    place = len(content) // 3
    content[place] ^= 1
    changed = tmp_path / name
    changed.write_bytes(content)
    only = "xmlsec1" if name.endswith(".xlsx") else "openssl"
    trust = ["--ca", demo.folder / "trust/root.pem", "--crl", demo.folder / "trust/root.crl.pem", "--only", only]
    done = subprocess.run([str(c) for c in [sys.executable, shared / "verify/outside.py", changed, *trust]],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "INVALID" in done.stdout


def test_selftest_passes(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["selftest"]) == 0
    out = capfd.readouterr().out
    assert "失败" not in out
    assert "自检通过" in out
