"""The sample's records typed into drafts, quarter by quarter, without a data file (``resources/sample/FORMAT.md``)."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml
from msgspec import Struct, field

from pairing_desktop import paths
from pairing_desktop.formspec.catalogue import Catalogue
from pairing_desktop.formspec.draft import Draft
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.records import record_label
from pairing_desktop.formspec.rules import Finding, check
from pairing_desktop.formspec.values import NotUnderstood
from tests import shipped

ORDER = ("bureau", "pairing", "park", "enterprise", "diagnosis", "lean_project", "lean_progress", "park_progress",
         "cooperation_project", "cooperation_progress", "chain_link", "investment_lead", "digital_service",
         "factor_exchange", "exchange_activity", "financing", "fund_use", "county_indicators", "quarter_summary")
QUARTERS = ("2024Q1", "2024Q2")


def read(name: str) -> Any:
    """Return a sample file with every scalar as text."""
    text = paths.resource("sample", f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # BaseLoader makes nothing but text, lists and dicts


class Sample(Struct):
    """The records as they stand after a quarter."""

    catalogue: Catalogue = field(default_factory=shipped.forms)
    records: dict[tuple[str, str], Known] = field(default_factory=dict)
    """(form, sample id) → record; its key is ``form/id``."""
    refused: list[str] = field(default_factory=list)

    def enter(self, quarter: str) -> None:
        """Type all that the sample enters in a quarter, then what it changes in it."""
        for form in ORDER:
            for record in read(form)["records"]:
                if record["quarter"] == quarter:
                    self._type(form, record, record, quarter)
                for change in record.get("changes", ()):
                    if change["quarter"] == quarter:
                        self._type(form, record, change, quarter)

    def lookup(self, quarter: str) -> MemoryLookup:
        """Return the records as rules see them in a quarter."""
        return MemoryLookup(self.records.values(), period=quarter)

    def findings(self, quarter: str) -> Iterator[tuple[str, str, Finding]]:
        """Yield (form, sample id, finding) of all records that a quarter's packet holds."""
        lookup = self.lookup(quarter)
        for (form, name), known in self.records.items():
            if known.period in ("", quarter):
                for found in check(self.catalogue.form(form), known.payload, lookup, record_key=known.key,
                                   period=quarter, subject=known.subject, label=known.label):
                    yield form, name, found

    def _type(self, form_id: str, record: dict[str, Any], part: dict[str, Any], quarter: str) -> None:
        form = self.catalogue.form(form_id)
        key = f"{form_id}/{record['id']}"
        subject = f"{form.subject}/{record['subject']}" if record.get("subject") else ""
        period = quarter if form.kind == "quarterly" else ""
        known = self.records.get((form_id, record["id"]))
        draft = Draft(form, known.payload if known else None, key, quarter, subject, lookup=self.lookup(quarter))
        for name, text in part.get("values", {}).items():
            self._put(draft, name, text)
        for table, columns in part.get("tables", {}).items():
            self._rows(draft, table, columns, fresh=known is None)
        for path, marks in part.get("marks", {}).items():
            table, *rest = path.split("/")
            draft.mark("/".join([table, draft.rows(table)[int(rest[0]) - 1], rest[1]]) if rest else path, **marks)
        payload = draft.payload()
        label = record_label(form, payload, self.lookup(quarter).label, subject=subject, period=quarter)
        self.records[form_id, record["id"]] = Known(form_id, key, payload, label, period, subject)

    def _rows(self, draft: Draft, table: str, columns: dict[str, list[str]], *, fresh: bool) -> None:
        if not fresh and not draft.form.field(table).rows:
            for row in draft.rows(table):
                draft.remove_row(table, row)
        for column, texts in columns.items():
            for place, text in enumerate(texts):
                while len(draft.rows(table)) <= place:
                    draft.add_row(table)
                if text:
                    self._put(draft, f"{table}/{draft.rows(table)[place]}/{column}", text)

    def _put(self, draft: Draft, path: str, text: str) -> None:
        of = draft.form.field(path)
        if of.type == "reference" and text.startswith("@"):
            draft.set(path, f"{of.form}/{text[1:]}")
            return
        understood = draft.type(path, text)
        if isinstance(understood, NotUnderstood):
            self.refused.append(f"{draft.key} {path}: {understood}")


@cache
def quarters() -> dict[str, dict[str, Any]]:
    """Return, per quarter, the records and findings as they stand after it; typed once a run."""
    sample = Sample()
    after: dict[str, dict[str, Any]] = {}
    for quarter in QUARTERS:
        sample.enter(quarter)
        after[quarter] = {"records": dict(sample.records), "findings": list(sample.findings(quarter))}
    assert sample.refused == []
    return after
