"""Working on with other forms and limits (审核界限) than a data file began with: the province changed a threshold.

What a record holds stays as it is, so only forms that ask for the same are taken over: other limits, rules, words,
help and print. The change is an entry of the data file's history, and the next check judges anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop import paths
from pairing_desktop.errors import Problem, Trouble, problem
from pairing_desktop.formspec.definition import Limit
from pairing_desktop.services import internal, kept, standing
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Field, Form

ON_ITS_WAY = ("final", "signing", "signed")
ENTRY = "forms"
NAMED = 5
"""Fields that a refusal names of each kind."""


class Limited(Struct, frozen=True):
    """A limit that differs: ``old`` or ``new`` is "" where there is none."""

    title: str
    old: str
    new: str


class Difference(Struct, frozen=True):
    """What would be otherwise with other forms."""

    limits: tuple[Limited, ...] = ()
    forms: tuple[str, ...] = ()
    """Titles of the forms that use such a limit, or whose rules, words or print differ."""
    added: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.limits or self.forms or self.added)

    @property
    def lines(self) -> tuple[str, ...]:
        """What differs, a line each."""
        return (
            *(f"{limit.title}：{limit.old or '（没有）'} → {limit.new or '（没有）'}" for limit in self.limits),
            *([f"用到这些界限，或审核关系、文字、版式有改动的表：{'、'.join(self.forms)}"] if self.forms else ()),
            *([f"新增的表：{'、'.join(self.added)}"] if self.added else ()),
        )


def shipped(folder: Path | None = None) -> Catalogue:
    """Return the forms of a folder (default: the program's). Trouble: every fault of its files."""
    from pairing_desktop.formspec import catalogue

    return catalogue.load(folder or paths.forms())


def other_limits(ws: Workspace, folder: Path | None = None) -> tuple[Limited, ...]:
    """Return the limits of a data file that the program's file sets otherwise; reads that one file."""
    from pairing_desktop.formspec import catalogue

    try:
        found = _limits(ws.catalogue.limits, catalogue.limits(folder or paths.forms()))
        return tuple(limit for limit in found if limit.old and limit.new)
    except Trouble:
        return ()  # a check is about the data; ``forms lint`` tells


def difference(ws: Workspace, wanted: Catalogue) -> Difference:
    """Return what would be otherwise. Trouble: a form asks for other fields, or is missing."""
    problems = list(_unlike(ws.catalogue, wanted))
    if problems:
        raise Trouble(*problems)
    own = {form.id: form for form in ws.catalogue.forms}
    return Difference(
        limits=tuple(_limits(ws.catalogue.limits, wanted.limits)),
        forms=tuple(f.title for f in wanted.forms if f.id in own and f.digest != own[f.id].digest),
        added=tuple(f.title for f in wanted.forms if f.id not in own),
    )


def adopt(ws: Workspace, wanted: Catalogue) -> Difference:
    """Work with these forms and limits from now on; return what is otherwise.

    Trouble: see ``difference``; a quarter is finalised and not yet submitted, its packet names the present forms.
    """
    ws.writable()
    changes = difference(ws, wanted)
    waiting = [state.quarter_title for state in standing.quarters(ws) if state.code in ON_ITS_WAY]
    if waiting:
        raise Trouble(problem("services.adopting_final", quarters="、".join(waiting)))
    if not changes:
        return changes
    entry = {"name": ENTRY, "value": wanted.digest, "changes": list(changes.lines)}
    with ws.store.begin() as tx:
        ws.store.set_meta("catalogue", wanted.compile().decode())
        internal.put(tx, "@setting", ENTRY, entry, label="表式和审核界限", who=ws.who, at=ws.clock())
    kept.forget_all(ws)
    with ws.shared.lock:
        ws.shared.catalogue = wanted
        ws.shared.kept.clear()
    return changes


def _limits(own: Mapping[str, Limit], wanted: Mapping[str, Limit]) -> Iterator[Limited]:
    for name in dict.fromkeys((*own, *wanted)):
        old, new = own.get(name, Limit(value="", title="")), wanted.get(name, Limit(value="", title=""))
        if old.value != new.value:
            yield Limited(new.title or old.title, old.value, new.value)


def _unlike(own: Catalogue, wanted: Catalogue) -> Iterator[Problem]:
    """Yield the forms whose records would no longer be theirs."""
    found = {form.id: form for form in wanted.forms}
    for form in own.forms:
        if form.id not in found:
            yield problem("services.adopting_missing", form=form.title)
        elif asks(form) != asks(found[form.id]):
            yield problem("services.adopting_fields", form=form.title, what=_otherwise(form, found[form.id]))


def _otherwise(own: Form, wanted: Form) -> str:
    """Return in words what a form asks for otherwise than the data file's."""
    old, new = ({f.id: f for f in form.fields} for form in (own, wanted))
    words = (
        ("多了", [f.plain_label for name, f in new.items() if name not in old]),
        ("少了", [f.plain_label for name, f in old.items() if name not in new]),
        ("改了", [f.plain_label for name, f in new.items() if name in old and _held([f]) != _held([old[name]])]),
    )
    said = [f"{word}{'、'.join(labels[:NAMED])}{'等' if labels[NAMED:] else ''}" for word, labels in words if labels]
    return "，".join(said) or "一条记录怎样认、怎样列改了"


def asks(form: Form) -> tuple[Any, ...]:
    """Return what a record of a form holds, and how lists find it."""
    return (form.kind, form.subject, form.joint, form.fills, form.name, form.natural_key, form.date,
            form.list.columns, form.list.sort, _held(form.fields))


def _held(fields: Iterable[Field]) -> tuple[Any, ...]:
    return tuple((f.id, f.type, f.unit, f.scale, f.form, f.search, f.private, f.choices_from,
                  tuple(choice.code for choice in f.choices), _held(f.columns)) for f in fields)
