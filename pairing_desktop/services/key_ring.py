"""The keys that this PC's user works with: remembered by place, never their secrets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from pairing_desktop.errors import Problem, Trouble
from pairing_desktop.services import enrolling, key_keeping
from pairing_desktop.services.key_keeping import KeyCard, KeyPlace, TokenPlace
from pairing_desktop.settings import Settings

KEYS, MODULE = "keys", "token.module"


class Remembered(Struct, frozen=True):
    """A key and what is known of it: from the file itself, else from when it was last open."""

    place: KeyPlace
    card: KeyCard | None
    """None: the file is not where it was, or cannot be read; ``why`` tells."""
    name: str
    label: str
    county_name: str
    until: datetime | None
    why: str = ""

    @property
    def title(self) -> str:
        """Return what the key is called: 单位负责人 局长（示例）."""
        place = self.place.stem if isinstance(self.place, Path) else self.place.name
        return f"{self.label} {self.name}".strip() or place


def entries(settings: Settings, *, now: datetime) -> tuple[Remembered, ...]:
    """Return the remembered keys, the last used first."""
    return tuple(_entry(settings, each, now) for each in settings.get(KEYS, []) if _place(each) is not None)


def remember(settings: Settings, card: KeyCard) -> None:
    """Put a key on top of the remembered ones, with what was seen of it."""
    own = _words(card.place)
    old: dict[str, Any] = next((e for e in settings.get(KEYS, []) if _same(e, own)), {})
    seen = {} if card.locked else {
        "name": card.name, "label": card.label, "county": card.county_name,
        "until": card.in_use.until.isoformat() if card.in_use else "",
    }
    rest = [e for e in settings.get(KEYS, []) if not _same(e, own)]
    settings.set(KEYS, [{**old, **own, **seen}, *rest][:20])
    if isinstance(card.place, TokenPlace):
        settings.set(MODULE, str(card.place.module))


def forget(settings: Settings, place: KeyPlace) -> None:
    """Take a key off the list; the file itself stays."""
    own = _words(place)
    settings.set(KEYS, [e for e in settings.get(KEYS, []) if not _same(e, own)])


def warnings(settings: Settings, *, now: datetime) -> tuple[Problem, ...]:
    """Return what falls due of all remembered keys, and of the revocation list at hand."""
    found = entries(settings, now=now)
    cards = tuple(e.card for e in found if e.card is not None)
    shut = tuple(p for e in found if e.until and (e.card is None or e.card.locked)
                 for p in enrolling.due_by_date(e.title, e.until, now=now))
    return (*enrolling.warnings(settings, cards, now=now), *shut)


def _entry(settings: Settings, each: dict[str, Any], now: datetime) -> Remembered:
    place = _place(each)
    assert place is not None  # noqa: S101  # asked before
    card, why = None, ""
    try:
        card = enrolling.judged(settings, key_keeping.look(place, now=now))
    except Trouble as error:
        why = str(error.problems[0])
    if card is not None and not card.locked:
        until = card.in_use.until if card.in_use else None
        return Remembered(place, card, card.name, card.label, card.county_name, until)
    text = str(each.get("until", ""))
    return Remembered(place, card, str(each.get("name", "")), str(each.get("label", "")), str(each.get("county", "")),
                      datetime.fromisoformat(text) if text else None, why)


def _words(place: KeyPlace) -> dict[str, str]:
    if isinstance(place, Path):
        return {"file": str(place.resolve())}
    return {"module": str(place.module), "token": place.token, "key": place.key}


def _place(each: Any) -> KeyPlace | None:  # noqa: ANN401  # JSON that a person may have edited
    if not isinstance(each, dict):
        return None
    if isinstance(each.get("file"), str):
        return Path(each["file"])
    if isinstance(each.get("module"), str):
        return TokenPlace(Path(each["module"]), str(each.get("token", "")), str(each.get("key", "")))
    return None


def _same(each: Any, own: dict[str, str]) -> bool:  # noqa: ANN401  # JSON
    return isinstance(each, dict) and all(each.get(name) == text for name, text in own.items())
