"""Which record a cell's text means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pairing_desktop.services import choosing
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.values import Understood


class References:
    """Finds the record that a cell's text means, as typing does; each text once."""

    def __init__(self, ws: Workspace, snapshot: Snapshot) -> None:
        self.ws = ws
        self.snapshot = snapshot
        self._by_label: dict[str, dict[str, list[str]]] = {}
        self._found: dict[tuple[str, str], Understood] = {}

    def find(self, form_id: str, text: str) -> Understood:
        """Return the record; raise ``NotUnderstood``."""
        if (form_id, text) not in self._found:
            self._found[form_id, text] = self._fresh(form_id, text)
        return self._found[form_id, text]

    def _fresh(self, form_id: str, text: str) -> Understood:
        from pairing_desktop.formspec.definition import Field
        from pairing_desktop.formspec.fieldtypes.interface import named, not_understood
        from pairing_desktop.formspec.values import NIL_WORD, Understood

        form = self.ws.catalogue.form(form_id)
        converter = Field(id="at", label=form.short, type="reference", form=form_id).converter
        if text in ("", NIL_WORD):
            return converter.parse(text)
        keys = self._labels(form_id).get(text)
        found = [(k, text) for k in keys] if keys else choosing.matching(self.ws, form_id, text)
        if len(found) == 1:
            return Understood(found[0][0], found[0][1])
        if found:
            raise not_understood("reference.many", text=text, choices=named([label for _, label in found]))
        return converter.parse(text)

    def _labels(self, form_id: str) -> Mapping[str, list[str]]:
        if form_id not in self._by_label:
            labels: dict[str, list[str]] = {}
            for entry in self.snapshot.entries(form_id):
                for word in {self.snapshot.name(form_id, entry), entry.natural_key} - {""}:
                    labels.setdefault(word, []).append(entry.key)
            for *words, key in self.snapshot.aliases(form_id):
                for word in filter(None, words):
                    labels.setdefault(word, [key])
            self._by_label[form_id] = labels
        return self._by_label[form_id]
