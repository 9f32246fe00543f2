"""What a command says once for every row of a sheet: 指标年度=2023."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble, problem
from pairing_desktop.services import importing, listing
from pairing_desktop.services.importing_alike import CALLED, guessed, plain
from pairing_desktop.services.importing_plan import PERIOD, SUBJECT, TICKED, Layout, Target
from pairing_desktop.services.importing_within import table_of

if TYPE_CHECKING:
    from pairing_desktop.services.workspace import Workspace


def read(ws: Workspace, form: str, layout: Layout, words: Iterable[str]) -> dict[str, str]:
    """Return typed text by field, of words like 指标年度=2023 (its label or id).

    Trouble names every word without 内容, of no field, of one that a column gives or that is said twice.
    """
    spec = listing.form_of(ws, form)
    read = {"", *map(table_of, layout.targets)}
    offered = [t for t in importing.targets_of(ws, form)
               if t.id != PERIOD and not t.computed and TICKED not in t.id and table_of(t.id) in read]
    named = Counter(t.name for t in offered)
    known = {t.name: t for t in offered if t.name and named[t.name] == 1}
    known |= {name: t for t in offered for name in (t.id, t.label, plain(t.label))}
    own = ws.catalogue.form(spec.subject) if spec.subject else None
    if own is not None and own.name:  # 园区名称 says which park, too
        known = {own.by_id[own.name].plain_label: next(t for t in offered if t.id == SUBJECT), **known}
    found: dict[str, str] = {}
    wrong = []
    for word in words:
        name, _, text = word.replace("＝", "=", 1).partition("=")
        target = known.get(name.strip()) or known.get(plain(name)) or _called(name, offered)
        if not name.strip() or not text.strip():
            wrong.append(problem("importing.set_form", word=word))
        elif target is None:
            labels = "、".join(dict.fromkeys(t.label for t in offered if "." not in t.id))
            wrong.append(problem("importing.set_field", label=name.strip(), form=spec.short, labels=labels))
        elif target.id in layout.targets:
            wrong.append(problem("importing.set_column", label=target.label, head=layout.targets[target.id].head))
        elif target.id in found:
            wrong.append(problem("importing.set_twice", label=target.label))
        else:
            found[target.id] = text.strip()
    if wrong:
        raise Trouble(*wrong)
    return found


def _called(name: str, offered: Sequence[Target]) -> Target | None:
    """Return the field that counties call so: 来源县 is 来源县（市、区）; None where that is not sure."""
    found, score = guessed({0: name}, offered).get(0, ("", 0))
    return next((t for t in offered if t.id == found and score >= CALLED), None)
