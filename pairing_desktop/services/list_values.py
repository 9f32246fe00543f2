"""The values that a form's records have in one field: what a list can be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pairing_desktop.formspec.pinyin import initials
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import listing, naming
from pairing_desktop.services.lookup import Snapshot, decode_parts
from pairing_desktop.services.workspace import Workspace

PART, NAMED, LONGEST = 500, 2, 12
BLANK: listing.Place = (None, "")
"""The place in order of what is blank."""

NO_VALUE = "（空白）"


class Common(Struct, frozen=True):
    """A value that records have in a field: as shown, its place in order, and how many have it."""

    text: str
    place: listing.Place
    records: int


class Values(Struct, frozen=True):
    """All values of a field, the most frequent first, and how many records have none."""

    values: Sequence[Common]
    blank: int


def values_of(ws: Workspace, form: str, field: str, *, quarter: str, find: str = "",
              filters: listing.Filters | None = None, finding: str = "", progress: Progress = silent) -> Values:
    """Return the values of a field: in a long list a second's work.

    Those of the records that a list narrowed in this way shows, whatever it is narrowed to by the field itself.
    """
    from pairing_desktop.store import index

    spec = listing.form_of(ws, form)
    others = {name: places for name, places in (filters or {}).items() if name != field}
    values = []
    with ws.store.glancing() as conn:
        snapshot = Snapshot(ws, quarter, conn)
        found = index.shared(conn, form, field, **listing.narrowed(
            ws, conn, spec, quarter, find=find, filters=others, finding=finding))
        for start in range(0, len(found), PART):
            progress("读取这一列的值", start, len(found))
            part = found[start:start + PART]
            examples = {row.key: row for row in index.rows(conn, list({each.example for each in part}))}
            for each in part:
                stored = naming.value(decode_parts(examples[each.example].payload, {field}), field)
                values.append(Common(naming.shown(spec.by_id[field], stored, snapshot.label), each.value, each.records))
    blank = listing.list_records(ws, form, quarter=quarter, find=find, filters={**others, field: (BLANK,)},
                                 finding=finding, columns=(field,), limit=1).total
    return Values(values, blank)


def told(texts: Sequence[str], most: int = NAMED) -> str:
    """Return values in few words, ``most`` of them by name: A、B 等3个."""
    few = "、".join(map(_short, texts[:most]))
    return few if len(texts) <= most else f"{few} 等{len(texts):,}个"


def _short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= LONGEST else f"{line[:LONGEST - 1]}…"


def found(values: Sequence[Common], text: str) -> Sequence[Common]:
    """Return the values that have a text in them, or in their pinyin initials."""
    sought = text.strip().lower()
    if not sought:
        return values
    if not sought.isascii():
        return [each for each in values if sought in each.text.lower()]
    return [each for each in values if sought in each.text.lower() or sought in initials(each.text)]
