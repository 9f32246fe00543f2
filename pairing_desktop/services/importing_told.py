"""What a command decides of rows: 5=合并, and of their fields: 5.营业收入=现有."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import structs

from pairing_desktop.errors import Problem, Trouble, trouble
from pairing_desktop.services import importing_deciding
from pairing_desktop.services.importing_alike import plain
from pairing_desktop.services.importing_deciding import Decision
from pairing_desktop.services.importing_plan import KEEP, MERGE, OUT, Plan, Row
from pairing_desktop.services.importing_shown import sides

if TYPE_CHECKING:
    from pairing_desktop.services.workspace import Workspace

CHOICES = {"合并": MERGE, "另建": KEEP, "不导入": OUT}
THERE, HERE = "现有", "表格"
"""Words for the value that is there (or the other row's), and for the row's own."""
_WORD = re.compile(r"(.+?)[=＝]\s*(\S+)\s*")
_FIELD = re.compile(r"[.．]")
_ORNAMENTS = re.compile(r"[\s“”\"第行列]")


def choices(row: Row) -> list[str]:
    """Return what can be decided of a row, in words."""
    open_to = {*row.fates, *([MERGE] if row.beside else [])} if row.similar else set()
    return [word for word, choice in CHOICES.items() if choice in open_to]


def decide(ws: Workspace, plan: Plan, words: Iterable[str]) -> Plan:
    """Return the plan as decided with words like 5=合并 or 5.营业收入=现有.

    A field that is chosen of means that the row is merged. Trouble names every word that cannot be done.
    """
    told: dict[int, Decision] = {}
    wrong: list[Problem] = []
    for word in words:
        try:
            made = _decided(plan, told, word)
        except Trouble as bad:
            wrong += bad.problems
        else:
            told[made.row] = made
    if wrong:
        raise Trouble(*wrong)
    return importing_deciding.again(ws, plan, told.values()) if told else plan


def _decided(plan: Plan, told: dict[int, Decision], word: str) -> Decision:
    """Return what is decided of a row with one more word."""
    found = _WORD.fullmatch(word)
    if found is None:
        raise trouble("importing.decide_form", word=word)
    left, said = found[1], found[2]
    ends = [len(left), *(dot.start() for dot in _FIELD.finditer(left))]
    end, row = next(((at, row) for at in ends if (row := _row(plan, left[:at])) is not None), (0, None))
    if row is None or not (row.similar or row.record):
        raise trouble("importing.decide_row", word=left.strip())
    name = left[end + 1:].strip()
    if name:
        return _chosen(row, told.get(row.number), name, said)
    if said not in choices(row):
        raise trouble("importing.decide_choice", where=row.where, said=said,
                      ways="、".join(choices(row)) or "逐项选")
    if row.number in told:
        raise trouble("importing.decide_twice", where=row.where)
    return importing_deciding.decided(row, CHOICES[said])


def _row(plan: Plan, said: str) -> Row | None:
    """Return the row of a name like 5, 妙高 5, D列; of rows that go on with each other the first is named."""
    name = _ORNAMENTS.sub("", said)
    return next((row for row in plan.rows
                 if not row.sheet and _ORNAMENTS.sub("", row.place.short).partition("—")[0] == name), None)


def _chosen(row: Row, before: Decision | None, name: str, said: str) -> Decision:
    """Return a decision with one field chosen of."""
    merging = MERGE if row.similar else row.choice
    before = before or importing_deciding.decided(row, merging)
    offered = {side.field: side.label for side in sides(structs.replace(row, choice=merging)) if not side.fixed}
    field = next((f for f, label in offered.items() if name in (f, label) or plain(name) == plain(label)), "")
    if before.choice != merging or not field:
        raise trouble("importing.decide_field", where=row.where, label=name, labels="、".join(offered.values()))
    if said not in (THERE, HERE):
        raise trouble("importing.decide_side", label=name, said=said)
    if field in (*before.takes, *before.leaves):
        raise trouble("importing.decide_twice", where=row.where)
    if said == HERE:
        return structs.replace(before, takes=(*before.takes, field))
    return structs.replace(before, leaves=(*before.leaves, field))
