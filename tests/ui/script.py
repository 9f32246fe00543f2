"""Somebody who answers dialogs by a script, and what the pages' tests share."""

from collections.abc import Callable
from typing import Any

import pytest


class Script:
    """Stands in for ``ask.dialogs``: an answer is a value, or a function of what was asked (a page's own dialogs)."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.answers: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def answer(*words: Any, **_more: Any) -> Any:
            self.asked.append((name, words))
            if name not in self.answers:
                pytest.fail(f"nobody was to be asked: {name} {[str(w) for w in words]}")
            found = self.answers[name]
            return found(*words) if callable(found) else found

        return answer

    def names(self) -> list[str]:
        """Return which dialogs were shown, in order."""
        return [name for name, _ in self.asked]


def idle(qtbot: Any) -> None:
    """Wait until nothing runs in the background and its results were taken."""
    from pairing_desktop.ui.jobs import worker

    qtbot.waitUntil(lambda: not worker().busy)
