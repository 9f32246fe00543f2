"""What merging another data file would do, as it is shown before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

State = Literal["new", "theirs", "both", "twin"]
Side = Literal["ours", "theirs"]
Choices = Mapping[tuple[str, str], Side]
"""By (row's key, field): whose value is kept where both changed it; what is not named follows the proposal."""

WORDS: Mapping[State, str] = {"new": "新增", "theirs": "对方改过", "both": "两边都改过", "twin": "登记了两次"}
WHOLE = "*"
"""Stands for a record as a whole: deleted on one side, or one of the data file's own."""
SUBJECT = "@subject"
"""Stands for what a record hangs on."""


class Line(Struct, frozen=True):
    """One field that differs, as shown. ``conflict``: both sides have something of their own; else it is plain."""

    field: str
    label: str
    ours: str
    theirs: str
    takes: bool
    """Proposes the other file's value: the only one, or that of the record saved later."""
    conflict: bool = False
    together: bool = False
    """A table to which both sides did something: what each did is put together; conflicts are lines of their own.

    ``field`` is then the path of the row that one side removed and the other touched, or of the cell that both touched.
    """


class Row(Struct, frozen=True):
    """One record of the other file that ours does not know as it stands there."""

    key: str
    form: str
    """The form's short title."""
    label: str
    state: State
    lines: tuple[Line, ...] = ()
    ours: str = ""
    """Who saved ours last and when; "" where there is none."""
    theirs: str = ""
    note: str = ""

    @property
    def conflicts(self) -> tuple[Line, ...]:
        """Return the fields to choose a side in."""
        return tuple(line for line in self.lines if line.conflict)


class Plan(Struct, frozen=True):
    """What would come in from a file. ``heads`` are the ends of both histories: with others the plan is stale."""

    file: str
    heads: tuple[str, str]
    rows: tuple[Row, ...]
    ours: int
    """Records that were changed in our file alone."""
    attachments: int
    size: int
    """Bytes of the attachments that come in."""
    submissions: tuple[str, ...]
    """Those that went out from the other file, in words."""
    notes: tuple[str, ...]
    nothing: bool
    """Everything in the other file is known here."""

    def count(self, state: State) -> int:
        """Return the number of rows in a state."""
        return sum(row.state == state for row in self.rows)

    @property
    def conflicts(self) -> int:
        """Return the number of fields that both files changed otherwise."""
        return sum(len(row.conflicts) for row in self.rows)


class Outcome(Struct, frozen=True):
    """What was done; ``entry`` is the link's number, 0 when there was nothing to do; ``backup`` the copy before."""

    plan: Plan
    entry: int = 0
    backup: str = ""
    kept: int = 0
    """Deleted records that stay, for others still point to them."""
