"""Words typed beside the forms (an explanation, a reason, a setting) that nobody has saved yet: on disk all the same.

They are no answer and go out with no packet; the box they were typed into shows them again when it is next opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from pairing_desktop.errors import Trouble
from pairing_desktop.services import answers

if TYPE_CHECKING:
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.services.workspace import Workspace

META, OPEN, SETTINGS, LIST = "half_said", "half_said_open", "设置", "列表"
CHANGE, ANSWER, CONSENT = "修改已报送的内容", "answer", "consent"
WHO, PAPER, IMPORT, MERGE = "换填表人", "纸质签批", "导入表格", "合并数据文件"
"""The acts (but ``CONSENT``) whose box comes again by itself after a power cut: they ask, or change nothing."""

MOST = 200
"""How many boxes' words are kept; the oldest go first (what a box was about may be gone)."""


class Half(Protocol):
    """Words that nobody has saved, wherever they are kept."""

    @property
    def words(self) -> str | None:
        """What was typed and not saved, None for nothing."""

    def keep(self, text: str) -> None:
        """Put what is typed on disk. Trouble: it cannot be written."""

    def drop(self) -> None:
        """Forget it."""


class HalfSaid(Struct, frozen=True):
    """One box of a data file, by a name of its own, such as ``answer|…`` with the finding's place and rule."""

    ws: Workspace
    name: str
    lasting: bool = False
    """Whether it is kept when it is given up with 取消: what it was about is still there, unlike an act's reason."""

    @property
    def words(self) -> str | None:
        """What was typed and not saved, None for nothing."""
        return _all(self.ws).get(self.name)

    def keep(self, text: str) -> None:
        """Put what is typed on disk. Trouble: the file cannot be written."""
        kept = _all(self.ws)
        if kept.pop(self.name, None) != text:
            _put(self.ws, {**kept, self.name: text})

    def drop(self) -> None:
        """Forget it: it was saved, or is again what was saved. Where that cannot be written it stays, harmlessly."""
        kept = _all(self.ws)
        if kept.pop(self.name, None) is not None:
            with suppress(Trouble):
                _put(self.ws, kept)


@contextmanager
def asking(half: HalfSaid) -> Iterator[None]:
    """Remember that the box is open, should the power go while it is."""
    _open(half.ws, half.name)
    try:
        yield
    finally:
        _open(half.ws, "")


def stands(ws: Workspace, act: str, *about: str) -> None:
    """Remember that a dialog is open that keeps by itself what is filled in; without ``about`` it is closed."""
    _open(ws, "|".join((act, *about)) if about else "")


def asked(ws: Workspace) -> tuple[str, str]:
    """Return the act of the box that was open when the power went, and what about; "" for none. It is told once."""
    act, _, about = (ws.store.meta(OPEN) or "").partition("|")
    if act:
        _open(ws, "")
    return act, about


def _open(ws: Workspace, name: str) -> None:
    if not ws.readonly:
        with suppress(Trouble):
            ws.store.set_meta(OPEN, name)


def reason(ws: Workspace, act: str, about: str) -> HalfSaid:
    """Return the box that asks why an act is done to a record or a quarter."""
    return HalfSaid(ws, f"{act}|{about}")


def answer(ws: Workspace, finding: Finding) -> HalfSaid:
    """Return the box of a finding's explanation or 特殊情况, wherever it is opened."""
    return HalfSaid(ws, f"{ANSWER}|{answers.name_of(finding)}", lasting=True)


def consent(ws: Workspace, finding: Finding) -> HalfSaid:
    """Return the name of who agrees to a waiver that nobody has saved yet."""
    return HalfSaid(ws, f"{CONSENT}|{answers.name_of(finding)}", lasting=True)


def who(ws: Workspace) -> HalfSaid:
    """Return the box that asks who types from now on."""
    return HalfSaid(ws, f"{WHO}|")


def paper(ws: Workspace, quarter: str, role: str) -> HalfSaid:
    """Return the boxes that are filled in when a role signs a quarter's packet on paper."""
    return HalfSaid(ws, f"{PAPER}|{quarter}|{role}")


def settings(ws: Workspace, card: str, quarter: str = "") -> HalfSaid:
    """Return the boxes of a card of the settings; one that asks about a quarter has its own for each."""
    return HalfSaid(ws, f"{SETTINGS}|{card}|{quarter}")


def own_table(ws: Workspace, table: str) -> HalfSaid:
    """Return an own table's design, changed and not saved."""
    return HalfSaid(ws, f"自定义表|{table}")


def importing(ws: Workspace, form: str, file: str) -> HalfSaid:
    """Return what was chosen for a spreadsheet of this name that was not imported."""
    return HalfSaid(ws, f"导入|{form}|{file}")


def merging(ws: Workspace, file: str) -> HalfSaid:
    """Return which side was chosen of what another data file has otherwise, ``file`` as it is now."""
    return HalfSaid(ws, f"{MERGE}|{file}")


def of_list(ws: Workspace, form: str) -> HalfSaid:
    """Return what a form's list is narrowed to and ordered by; in the history (``history``) what is looked for."""
    return HalfSaid(ws, f"{LIST}|{form}")


def forget_lists(ws: Workspace) -> None:
    """Forget it for all lists: the file is closed in order. Where that cannot be written it stays, harmlessly."""
    kept = _all(ws)
    others = {name: words for name, words in kept.items() if not name.startswith(f"{LIST}|")}
    if others != kept:
        with suppress(Trouble):
            _put(ws, others)


def unsaved_settings(ws: Workspace) -> list[str]:
    """Return the settings' cards in which something was typed and not saved: the saved ones hold."""
    cards = (name.split("|")[1] for name in _all(ws) if name.startswith(f"{SETTINGS}|"))
    return list(dict.fromkeys(cards))


def retyped(ws: Workspace, findings: Iterable[Finding]) -> int:
    """Count the findings whose saved answer was typed over and not saved: the saved one would go out."""
    kept = _all(ws)
    return sum(bool(f.explanation or f.waiver) and answer(ws, f).name in kept for f in findings)


def _all(ws: Workspace) -> dict[str, str]:
    kept: dict[str, str] = json.loads(ws.store.meta(META) or "{}")
    return kept


def _put(ws: Workspace, kept: dict[str, str]) -> None:
    if not ws.readonly:
        newest = dict(list(kept.items())[-MOST:])
        ws.store.set_meta(META, json.dumps(newest, ensure_ascii=False))
