"""Beside a record's title: how far it is and what waits there, as much of it as there is room for."""

from PySide6.QtWidgets import QWidget

from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.list_narrowing import stage_field
from pairing_desktop.ui.marks import MARKS, Chip

DEGREES = 3
"""All; only what waits; the number of the worst."""


class RecordChips:
    """The record's stage, its errors and its queries."""

    def __init__(self, parent: QWidget) -> None:
        self.stage, self.errors, self.queries = self.all = (Chip(parent), Chip(parent), Chip(parent))

    def show(self, entry: Entry, less: int) -> None:
        """Show what a degree leaves (0: all)."""
        stage = stage_field(entry.form)
        known = bool(stage) and entry.draft.raw(stage) is None
        self.stage.say(entry.draft.shown(stage) if known and not less else "")
        errors, queries = entry.found.counts()
        words = "{name} {count}" if less < DEGREES - 1 else "{count}"
        waiting = (self.errors, "强制", errors, "error"), (self.queries, "核实", queries, "query")
        for chip, name, count, mark in waiting:
            hidden = not count or (less == DEGREES - 1 and mark == "query" and errors > 0)
            chip.say("" if hidden else words.format(name=name, count=count), MARKS[mark])
            chip.setAccessibleName(f"{name} {count}")
            chip.setToolTip(f"强制性 {errors} 项，核实性 {queries} 项")
