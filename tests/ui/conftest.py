"""A small data file, a window on it, and somebody who answers the dialogs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.services import entering, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from tests.conftest import NOW

if find_spec("PySide6") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    from pairing_desktop.ui.entry_page import EntryPage
    from pairing_desktop.ui.line_input import LineInput
    from pairing_desktop.ui.signals import Signals
    from tests.ui.patience import PatientBot
    from tests.ui.script import Script

    Open = Callable[[str], EntryPage]

QUARTER = "2024Q2"


def enter(ws: Workspace, form: str, quarter: str = QUARTER, **typed: Any) -> str:
    """Type a record the way the window does and save it; return its key. Lists are a table's rows."""
    draft = entering.open_record(ws, form=form, quarter=quarter).draft
    for name, text in typed.items():
        for row in text if isinstance(text, list) else ():
            key = draft.add_row(name)
            for column, cell in row.items():
                draft.type(f"{name}/{key}/{column}", cell)
        if isinstance(text, str):
            draft.type(name, text)
    return entering.save(ws, draft).key


KPIS = [
    {"indicator": "一次合格率", "unit": "%", "better": "升", "how": "前后值计算", "before": "65.2", "after": "99以上"},
    {"indicator": "产值", "unit": "万元", "better": "升", "how": "企业直接提供增幅", "improvement": "111.3"},
]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Refuse a test of the window that is not marked as one: ``tests.check`` would never run it."""
    if item.path.parent == Path(__file__).parent and item.get_closest_marker("gui") is None:
        raise pytest.UsageError(f"{item.nodeid} is not marked gui")


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return pytest-qt's robot, with the patience a busy machine needs; what a test left on the clipboard goes.

    A ``QMimeData`` made in Python must not be there when the interpreter ends.
    """
    yield PatientBot(request)
    qapp.clipboard().clear()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that every test gets a copy of: the first contract sum is off by two."""
    path = tmp_path_factory.mktemp("prepared") / "遂昌 县.pairing"
    with workspace.create(path, county="331123", partner="330402", bureau="遂昌县经济商务局", now=NOW, who="企业科",
                          clock=lambda: NOW, sample=True) as made:
        for firm in ("双彩新材料", "示例企业甲", "示例企业乙"):
            enter(made, "enterprise", name=firm, county="遂昌县")
        common = {"start": "2023-9-1", "plan_end": "2024-8-31", "stage": "实施中", "subsidy": "40"}
        enter(made, "lean_project", serial="1", enterprise="双彩新材料", contract_sum="68", own_money="26", kpis=KPIS,
              **common)
        enter(made, "lean_project", serial="2", enterprise="示例企业甲", contract_sum="52", own_money="12", **common)
    return path


@pytest.fixture
def ws(prepared: Path, tmp_path: Path, now: datetime) -> Iterator[Workspace]:
    """Return 遂昌县 with three firms and two lean projects, open for writing."""
    path = tmp_path / prepared.name
    shutil.copyfile(prepared, path)
    made = workspace.open_workspace(path, now=now, who="企业科", clock=lambda: now)
    yield made
    made.close()


def keys(qtbot: Any, widget: Any, text: str) -> None:
    """Type text: Latin by keys, Chinese and full-width as an input method commits them."""
    from PySide6.QtGui import QInputMethodEvent
    from PySide6.QtWidgets import QApplication

    if text.isascii():
        qtbot.keyClicks(widget, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


class Answers:
    """Stands in for the dialogs: gives the prepared answers, remembers what was asked; anything else is a failure."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.answers: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(_parent: object, *words: Any, **_more: Any) -> Any:
            self.asked.append((name, words))
            if name not in self.answers:
                pytest.fail(f"nobody was to be asked: {name} {[str(w) for w in words]}")
            return self.answers[name]

        return answer


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Answer the dialogs."""
    from pairing_desktop.ui import ask

    stand_in = Answers()
    monkeypatch.setattr(ask, "dialogs", stand_in)
    return stand_in


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Answer the pages' dialogs, one after another."""
    from pairing_desktop.ui import ask

    made = Script()
    monkeypatch.setattr(ask, "dialogs", made)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings of the test's own."""
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def theme(qapp: Any, settings: Settings) -> Iterator[Any]:
    """Return the light theme, applied where it is not on: Qt styles everything anew, which takes a quarter second."""
    from pairing_desktop.ui import theme

    settings.set("looks", "light")
    made = qapp.property("test_theme")
    if made is None:
        made = theme.Theme(qapp, settings)
        qapp.setProperty("test_theme", made)
    made._settings = settings
    if theme.is_dark() or qapp.styleSheet() != theme.style_sheet(theme.palettes()[False]):
        made.apply()
    return made


@pytest.fixture
def open_page(qtbot: Any, ws: Workspace, settings: Settings, theme: object, answers: Answers) -> Iterator[Open]:
    """Open a form's page on the small data file, in an active window of its usual size."""
    made: list[EntryPage] = []

    def make(form: str) -> EntryPage:
        signals = Signals()
        page = EntryPage(ws, ws.catalogue.form(form), quarter=QUARTER, settings=settings, signals=signals)
        page.signals_kept_alive = signals  # type: ignore[attr-defined]
        signals.recordChanged.connect(lambda *_: page.refresh())
        qtbot.addWidget(page)
        made.append(page)
        page.resize(1158, 660)
        page.show_first()
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        return page

    yield make
    for page in made:
        page.close()


def field(page: EntryPage, path: str) -> LineInput:
    assert page.record is not None
    page.record.jump(path)
    widget = page.record.widget_at(path)
    assert isinstance(widget, LineInput)
    return widget
