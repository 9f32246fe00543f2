"""Which record a row may be though one of the two lacks the natural key, or a part of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.importing_cells import Candidate
    from pairing_desktop.services.lookup import Entry


class Keyless:
    """Records of an event that a row may be though one of the two lacks a part of the natural key (合同编号)."""

    def __init__(self, form: Form, entries: Sequence[Entry]) -> None:
        self.form = form
        self.parts = parts = form.natural_key
        self._by_first: dict[Any, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._by_first[_values(entry).get(parts[0])].append(entry)

    def like(self, given: Mapping[str, Any], *, complete: bool) -> tuple[Entry | None, str, int]:
        """Return the record that agrees in every part both have, why, and how much of the rest is the same (to 100).

        ``given`` are stored values of a row, ``complete`` whether it has every part itself.
        """
        first = given.get(self.parts[0])
        best: tuple[Entry | None, str, int] = (None, "", 0)
        most = (0, 0)
        for entry in self._by_first.get(first, ()) if first is not None else ():
            theirs = _values(entry)
            both = [name for name in given if name in theirs]
            if (complete and entry.natural_key) or any(given[p] != theirs[p] for p in self.parts if p in both):
                continue
            rest = [given[name] == theirs[name] for name in both if name not in self.parts]
            score = 100 * sum(rest) // len(rest) if rest else 100
            if (score, sum(rest)) > most:
                most = score, sum(rest)
                lacking = "、".join(self.form.by_id[p].plain_label for p in self.parts if p not in both)
                best = entry, f"{lacking}没有都填，其他内容相近", score
        return best


def unkeyed(form: Form, candidate: Candidate, there: Entry) -> str:
    """Return why a row and the record of the same name share no code: one of them lacks it, or has one with a slip."""
    raw = there.payload.get("raw", {})
    if any(part in candidate.state.raw for part in form.natural_key):
        return "表里的编码有误"
    return "现有的编码有误" if any(part in raw for part in form.natural_key) else "编码待补"


def _values(entry: Entry) -> Mapping[str, Any]:
    found: Mapping[str, Any] = entry.payload.get("values", {})
    return found
