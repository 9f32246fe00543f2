"""A clerk at a real window: keys from outside, Chinese through the clipboard, mistakes, a power cut, a print.

``PAIRING_PICTURES=DIR`` keeps a picture of each step.
"""

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

pytest.importorskip("PySide6")

from pairing_desktop.services import workspace
from tests.conftest import NOW
from tests.ui.conftest import enter
from tests.ui.desktop import Desktop, desktop

pytestmark = [pytest.mark.gui, pytest.mark.outside, pytest.mark.timeout(900)]  # a minute, five where others work

FIRM = "双彩新材料"
SCORES = ("6.5", "7", "5.5", "6", "7", "5", "6.2", "6.8", "5.9", "6.4", "7", "4.5")
KPIS = '52.6\t2025年7月至9月\t设备台账\n652\t2025年7月至9月\t企业检验记录\n91\t2025年三季度\t"发货单\t抽查"\n'
UNDERSTOOD = {"6万": '"fee": "6"'}
TO_DIAGNOSIS = ("Down",) * 6
OTHER = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.setWindowTitle("Other")
window.show()
app.exec()
"""


class Clerk:
    """Knows the way about the window; looks at the data file as anybody outside can."""

    def __init__(self, screen: Desktop, file: Path) -> None:
        self.screen, self.file, self.pictures = screen, file, 0

    def open(self) -> Any:
        """Open the data file; the navigation has the focus."""
        return self.screen.window(self.file, ready="遂昌县")

    def enter(self, *texts: str) -> None:
        """Type a field each, Enter after it; an empty text passes a field over."""
        for text in texts:
            if text:
                self.screen.type(text)
            self.screen.press("Return")
            if not text.isascii():  # one clipboard: it is filled again only when it was read
                arrived = UNDERSTOOD.get(text, text)
                self.wait(partial(self._holds, arrived), f"{text} was not pasted")

    def _holds(self, text: str) -> bool:
        return text in json.dumps(self.draft(), ensure_ascii=False)

    def rows(self, query: str) -> list[Any]:
        """Ask the data file, as a second reader."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def draft(self) -> dict[str, Any]:
        """Return what is typed and not saved yet; empty when nothing is."""
        found = self.rows("SELECT payload FROM draft")
        return dict(json.loads(found[0][0])) if found else {}

    def diagnosis(self) -> dict[str, Any]:
        """Return the saved diagnosis; empty before it is saved."""
        found = self.rows("SELECT r.payload FROM record JOIN revision r ON r.record = record.key"
                          " WHERE record.form = 'diagnosis' ORDER BY r.number DESC LIMIT 1")
        return dict(json.loads(found[0][0])) if found else {}

    def look_across(self) -> None:
        """Look at another program's window and come back, in the middle of typing."""
        before = self.screen.title()
        other = self.screen.start(sys.executable, "-c", OTHER)
        self.screen.until(lambda: self.screen.title() == "Other", "the other window did not come")
        other.kill()
        other.wait()
        self.screen.until(lambda: self.screen.title() == before, "the window did not come back")

    def wait(self, holds: Callable[[], object], otherwise: str) -> None:
        """Wait until the data file says so."""
        try:
            self.screen.until(holds, otherwise)
        except AssertionError:
            self.look()
            raise

    def look(self) -> None:
        """Keep a picture when somebody wants to see."""
        folder = os.environ.get("PAIRING_PICTURES")
        if folder:
            self.pictures += 1
            self.screen.picture(Path(folder) / f"clerk-{self.pictures:02}.png")


@pytest.fixture
def clerk(tmp_path: Path) -> Iterator[Clerk]:
    """Return a clerk before an empty quarter with one firm in the register."""
    file = tmp_path / "遂昌 县.pairing"
    with workspace.create(file, county="331123", partner="330402", bureau="遂昌县经济商务局", now=NOW, who="企业科",
                          clock=lambda: NOW, sample=True) as made:
        enter(made, "enterprise", name=FIRM, county="遂昌县")
    with desktop(tmp_path) as screen:
        yield Clerk(screen, file)


def column(payload: dict[str, Any], table: str, name: str, kind: str = "values") -> list[Any]:
    return [row.get(kind, {}).get(name) for row in payload.get("values", {}).get(table, [])]


def begin_with_two_mistakes(clerk: Clerk) -> None:
    screen = clerk.screen
    screen.press(*TO_DIAGNOSIS, "ctrl+n")
    clerk.enter("sc", "ZD-01", "zd", "ywc", "第1批", "", "示例精益咨询机构")
    screen.type("1")
    clerk.look_across()
    screen.type("8")
    screen.press("Home", "ctrl+e", "BackSpace", "Return")  # on X11 a line of Qt's goes to its end with Ctrl+E
    clerk.wait(lambda: clerk.draft().get("values", {}).get("interviews") == 18, "the field took the key")
    clerk.enter("三位多", "15", "20251332", "2025-10-17", "6万", "qyzf")  # two mistakes: a word, a month 13
    clerk.wait(lambda: clerk.draft().get("raw", {}).get("start") == "20251332", "what was not understood was not kept")
    draft = clerk.draft()
    clerk.look()
    assert draft["raw"] == {"experts": "三位多", "start": "20251332"}
    assert draft["values"]["fee"] == "6"
    assert draft["values"]["institution"] == "示例精益咨询机构"
    clerk.look()


def score_and_paste_a_third(clerk: Clerk) -> None:
    screen = clerk.screen
    clerk.enter(*SCORES)  # down the one column that is empty
    clerk.wait(lambda: column(clerk.draft(), "scores", "score")[:12] == [*SCORES], "no scores")
    clerk.look()
    screen.press("ctrl+Tab")  # past the totals, which the program computes, into the first figure to be typed
    clerk.look()
    screen.copy(KPIS)
    screen.press("ctrl+v")  # the third mistake is in the block: a pass rate of 652 %
    clerk.wait(lambda: column(clerk.draft(), "baseline", "value")[:3] == ["52.6", "652", "91"], "no block was pasted")
    assert column(clerk.draft(), "baseline", "source")[2] == "发货单 抽查"
    clerk.look()


def cut_the_power(clerk: Clerk, program: Any) -> None:
    screen = clerk.screen
    screen.press("F2")
    screen.type("9")
    clerk.look_across()
    screen.type("9")
    clerk.wait(lambda: column(clerk.draft(), "baseline", "value", "raw")[0] == "52.699", "half a cell was not kept")
    program.send_signal(signal.SIGKILL)
    program.wait()
    assert column(clerk.draft(), "baseline", "value", "raw")[0] == "52.699"
    clerk.open()  # the same record, the same cell, open at the same text


def mend_and_save(clerk: Clerk) -> None:
    screen = clerk.screen
    screen.press("BackSpace", "BackSpace")
    clerk.enter("", "65.2")
    clerk.wait(lambda: column(clerk.draft(), "baseline", "value")[:2] == ["52.6", "65.2"], "the cell did not come back")
    clerk.look()
    for mended, where in (("3", "experts"), ("2025-10-13", "start")):
        screen.press("F8")  # the next finding
        clerk.enter(mended)
        clerk.wait(lambda where=where: where not in clerk.draft().get("raw", {}), f"{where} was not mended")
    clerk.look()
    screen.press("F8")
    clerk.look()
    screen.type("现场管理基础好，建议先做砂光首件检验。")
    screen.press("Tab")
    clerk.wait(lambda: "conclusion" in clerk.draft().get("values", {}), "no conclusion")
    screen.press("ctrl+s")
    clerk.wait(lambda: not clerk.draft(), "it was not saved")
    saved = clerk.diagnosis()
    assert "raw" not in saved
    assert {name: saved["values"][name] for name in ("experts", "start", "fee")} == {
        "experts": 3, "start": "2025-10-13", "fee": "6"}
    assert saved["values"]["score_total"] == "60.84"
    clerk.look()


def print_it(clerk: Clerk, paper: Path) -> None:
    screen = clerk.screen
    screen.press("ctrl+p")
    screen.until(lambda: screen.title().startswith("打印："), "no preview")
    screen.press("Return")
    screen.until(lambda: screen.title() == "打印", "no printer was offered")
    clerk.look()
    screen.press("alt+f", "ctrl+a")
    screen.type(str(paper))
    screen.press("alt+p")
    screen.until(lambda: paper.is_file() and b"%%EOF" in paper.read_bytes()[-16:], "nothing was printed")
    clerk.look()
    with pypdfium2.PdfDocument(paper) as printed:
        darkest = printed[0].render(scale=0.5, grayscale=True).to_pil().getextrema()[0] if printed else 255
    assert darkest < 64, "an empty page"


def test_a_diagnosis_from_the_first_key_to_the_print(clerk: Clerk, tmp_path: Path) -> None:
    program = clerk.open()
    begin_with_two_mistakes(clerk)
    score_and_paste_a_third(clerk)
    cut_the_power(clerk, program)
    mend_and_save(clerk)
    print_it(clerk, tmp_path / "printed.pdf")
