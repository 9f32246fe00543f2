"""Data that this program cannot judge: of forms or sheets that it does not know, or not as our program writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import problem

if TYPE_CHECKING:
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.formspec.catalogue import Catalogue

UNKNOWN = "unknown"
"""State of an answer that this program cannot give: the packet is set aside, neither good nor bad."""
NAMED = 10
"""Forms and other things that a sentence names at most."""
MISFITS = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError)
"""What comes of data that is not as our program writes it; who signed it could sign anything."""


def lacking(error: Exception) -> str:
    """Return what data lacks that led to this: a member by its name, else only that something is of another form."""
    return str(error.args[0])[:60] if isinstance(error, KeyError) and error.args else "写法不对"


def forms(data: Mapping[str, Any], catalogue: Catalogue) -> Asked | None:
    """Return the answer for data of forms that this catalogue has not, or has in another version: none is judged."""
    own = {form.id: form.digest for form in catalogue.forms}

    def strange() -> list[str]:
        found = [f for f in data["forms"] if own.get(f["id"]) != f["digest"]]
        named = {f["id"] for f in data["forms"]}
        found += [{"title": name} for name in sorted({r["form"] for r in data["records"]} - own.keys() - named)]
        return [str(form.get("title") or form["id"]) for form in found]

    return _unknown(strange, "form")


def sheets(data: Mapping[str, Any], catalogue: Catalogue) -> Asked | None:
    """Return the answer for data whose computed sheets were worked out by other definitions than this program's."""
    from pairing_desktop.services import summarising

    def strange() -> list[str]:
        own = {code.sheet.id: (code.sheet.digest, code.sheet.title) for code in summarising.fitting(catalogue).sheets}
        said = {sheet["id"]: sheet["digest"] for sheet in data["sheets"]}
        both = {name: own.get(name, ("", name)) for name in sorted(own.keys() | said.keys())}
        return [str(title) for name, (digest, title) in both.items() if said.get(name) != digest]

    return _unknown(strange, "sheet")


def _unknown(strange: Callable[[], list[str]], what: str) -> Asked | None:
    """Return one problem that names all that is strange: the remedy is the same for each."""
    from pairing_desktop.exchange.asked import Asked

    try:
        names = [name[:60] for name in strange()]
    except MISFITS:
        return Asked((problem("agreement.data_malformed", what=f"{what}s"),))
    more = f" 等 {len(names)} 张" if len(names) > NAMED else ""
    listed = "".join(f"“{name}”" for name in names[:NAMED]) + more
    return Asked((problem(f"agreement.unknown_{what}", names=listed),), UNKNOWN) if names else None
