"""The records that a reference field may take: offered while one types, found by what was typed, nearly so called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.services import naming
from pairing_desktop.services.listing import form_of, own_order
from pairing_desktop.services.lookup import Snapshot, decode_parts

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.values import Payload
    from pairing_desktop.services.workspace import Workspace
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.index import IndexRow

OFFERED, REMEMBERED = 20, 50
"""Records that a drop-down offers while one types, and typed texts whose offers are remembered."""

OPTIONS = 2000
"""Options of a form kept in memory."""

NEAR_AMONG = 200
"""Records of each pair of characters that are looked at for one nearly so called."""


class Option(Struct, frozen=True):
    """A record to choose in a reference field."""

    key: str
    label: str
    detail: str
    near: bool = False
    """Its name is only nearly what was looked for: whether it is meant, a person decides."""


def choices(ws: Workspace, form: str, text: str = "", limit: int = 50) -> list[Option]:
    """Return the records a reference field may take, by name, code, pinyin or initials.

    What was offered while one typed is there when the field is left, unless something was written meanwhile.
    """
    if ws.readonly or limit > OFFERED:
        return _choices(ws, form, text, limit)
    with ws.shared.lock:
        written, offered = ws.shared.kept.get("offered", (-1, {}))
    if written != ws.store.written or len(offered) >= REMEMBERED:
        written, offered = ws.store.written, {}
        with ws.shared.lock:
            ws.shared.kept["offered"] = written, offered
    if (form, text) not in offered:
        offered[form, text] = _choices(ws, form, text, OFFERED)
    found: list[Option] = offered[form, text]
    return found[:limit]


def _choices(ws: Workspace, form: str, text: str, limit: int) -> list[Option]:
    from pairing_desktop.store import index

    spec = form_of(ws, form)
    with ws.store.glancing() as conn:
        find = ws.store.texts.find(conn, form, text)
        if find is None:
            ws.store.texts.follow(conn)
        known = _known_options(ws, form)
        keys = index.order(conn, form, find=find, sort=own_order(spec), limit=limit)
        known.update(_made(ws, conn, spec, [key for key in keys if key not in known]))
        return [known[key] for key in keys]


def _made(ws: Workspace, conn: Reader, form: Form, keys: Sequence[str]) -> dict[str, Option]:
    from pairing_desktop.store import index

    rows = index.rows(conn, keys)
    shown = {name for name in (form.name, *form.list.columns) if name}
    payloads = [decode_parts(row.payload, shown) for row in rows]
    snapshot = Snapshot(ws, "", conn)
    snapshot.fetch(_named(form, rows, payloads))
    return {row.key: _option(form, row, payload, snapshot) for row, payload in zip(rows, payloads, strict=True)}


def near(ws: Workspace, form: str, text: str) -> list[Option]:
    """Return the records, at most three, whose names are nearly the text, to be asked about where none is meant."""
    from pairing_desktop.services.names_alike import Names, pairs, plain_name

    with ws.store.glancing() as conn:
        among = ws.store.texts.names(conn, form, pairs(plain_name(text)), few=Names.FEW, among=NEAR_AMONG)
        found = Names(among).near(text)
        options = _made(ws, conn, form_of(ws, form), found)
    return [replace(options[key], near=True) for key in found]


def _known_options(ws: Workspace, form: str) -> dict[str, Option]:
    """Return the options of a form that were made since the last change of any: one types and they come again."""
    seen, at = ws.store.texts.seen, ("options", form)
    known: dict[str, Option]
    with ws.shared.lock:
        made_at, known = ws.shared.kept.get(at, (-1, {}))
        if made_at != seen or len(known) > OPTIONS:
            known = {}
            ws.shared.kept[at] = seen, known
    return known


def _named(form: Form, rows: Sequence[IndexRow], payloads: Sequence[Payload]) -> set[str]:
    """Return the records by whose names others are named."""
    shown = [name for name in (form.name, *form.list.columns) if name and form.by_id[name].type == "reference"]
    keys = {row.subject for row in rows} | {naming.value(p, name) for p in payloads for name in shown}
    return {key for key in keys if key}


def _option(form: Form, row: IndexRow, payload: Payload, snapshot: Snapshot) -> Option:
    name = naming.label(form, payload, subject=row.subject, period=row.period, resolve=snapshot.label)
    others = [c for c in form.list.columns if c != form.name]
    detail = next((text for c in others if (text := naming.cell(form, payload, c, snapshot.label))), "")
    return Option(row.key, name, detail)


def matching(ws: Workspace, form: str, text: str) -> list[tuple[str, str]]:
    """Return (key, label) of the records that typed text may mean: those it names exactly, else those it finds.

    Raise ``NotUnderstood`` where it finds none and some have nearly that name.
    """
    from pairing_desktop.formspec.fieldtypes.interface import not_understood

    found = choices(ws, form, text, limit=20)
    exact = [o for o in found if o.label == text.strip()]
    if not found and (alike := near(ws, form, text)):
        raise not_understood("reference.near", text=text, near="”、“".join(o.label for o in alike))
    return [(o.key, o.label) for o in exact or found]
