"""The sample data file: 遂昌县 with 南湖区, 2024 Q1 and Q2, from the article's figures; the rest is marked 示例.

The other counties of the article have small ones (``others``), made when they are asked for.

Its content is typed text in ``resources/sample`` (see FORMAT.md there) and goes in as a clerk would type it, quarter by
quarter: rules count records, so the first quarter is entered and checked before anything of the second is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop import paths
from pairing_desktop.errors import trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import checking, entering, workspace
from pairing_desktop.services.workspace import Clock, Person, Workspace, system_clock

if TYPE_CHECKING:
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.rules import Finding

QUARTERS = ("2024Q1", "2024Q2")
ORDER = ("bureau", "pairing", "park", "enterprise", "diagnosis", "lean_project", "lean_progress", "park_progress",
         "cooperation_project", "cooperation_progress", "chain_link", "investment_lead", "digital_service",
         "factor_exchange", "exchange_activity", "financing", "fund_use", "county_indicators", "quarter_summary")

Words = Mapping[str, Any]
OTHERS_QUARTER = "2024Q2"
"""Where the other counties' few figures stand: the article names no quarter."""


def make_sample(path: Path, *, now: datetime, clock: Clock = system_clock, through: str = "2024Q2",
                progress: Progress = silent) -> Workspace:
    """Write the sample to ``path`` (never over a file) and return it open; ``through`` leaves later quarters out."""
    ws = begin(path, now=now, clock=clock)
    try:
        writer = Writer(ws)
        for quarter in QUARTERS:
            if quarter <= through:
                writer.enter(quarter, progress)
                writer.explain(quarter, progress)
    except BaseException:
        ws.close()
        with suppress(OSError):
            path.unlink()
        raise
    return ws


def begin(path: Path, *, now: datetime, clock: Clock = system_clock) -> Workspace:
    """Make the sample's data file, without records."""
    about = _read("about")
    posts = people()
    return workspace.create(path, county=about["county"], partner=about["partner"], bureau=about["bureau"],
                            partner_bureau=about["partner_bureau"], people=posts, now=now, sample=True,
                            who=posts[0].name, clock=clock)


class Other(Struct, frozen=True):
    """Another county of the article that has a small sample of its own; ``article`` is what the article says of it."""

    name: str
    county: str
    partner: str
    article: str


def others() -> tuple[Other, ...]:
    """Return the counties beside 遂昌 that have a sample."""
    found = _read("others")["counties"]
    return tuple(Other(name, one["county"], one["partner"], one["article"]) for name, one in found.items())


def make_other(path: Path, name: str, *, now: datetime, clock: Clock = system_clock,
               progress: Progress = silent) -> Workspace:
    """Write another county's sample to ``path`` (never over a file) and return it open.

    It holds what the article says of the county and no more, so its quarter is unfinished. Trouble: no such sample.
    """
    found = _read("others")["counties"]
    if name not in found:
        raise trouble("services.no_other_sample", name=name, names="、".join(found))
    about = found[name]
    posts = [Person(role, label, f"{label}（示例）") for role, label in workspace.ROLE_LABELS.items()]
    ws = workspace.create(path, county=about["county"], partner=about["partner"], bureau=about["bureau"],
                          partner_bureau=about["partner_bureau"], people=posts, now=now, sample=True,
                          who=posts[0].name, clock=clock)
    try:
        records = {form: [{**record, "quarter": OTHERS_QUARTER} for record in about["records"].get(form, ())]
                   for form in ORDER}
        Writer(ws, {form: {"records": own} for form, own in records.items()}).enter(OTHERS_QUARTER, progress)
    except BaseException:
        ws.close()
        with suppress(OSError):
            path.unlink()
        raise
    return ws


def people() -> list[Person]:
    """Return the sample's posts."""
    return [Person(**person) for person in _read("about")["people"]]


def bureau() -> str:
    """Return the sample's bureau."""
    return str(_read("about")["bureau"])


def partner() -> str:
    """Return the code of the sample's partner."""
    return str(_read("about")["partner"])


def partner_bureau() -> str:
    """Return the bureau of the sample's partner."""
    return str(_read("about")["partner_bureau"])


def partner_name() -> str:
    """Return what the sample's partner is called."""
    return workspace.county_name(partner())


class Writer:
    """Types the sample into a data file; knows which record is which."""

    def __init__(self, ws: Workspace, files: Mapping[str, Words] | None = None) -> None:
        """Take the files of 遂昌, or others of the same shape by form."""
        self.ws = ws
        self._keys: dict[tuple[str, str], str] = {}
        self._files = files or {form: _read(form) for form in ORDER}

    def enter(self, quarter: str, progress: Progress = silent) -> int:
        """Type what belongs to a quarter: new records, then what changes; return how many records were touched."""
        work = [*self._new(quarter), *self._changed(quarter)]
        for number, step in enumerate(work):
            progress("写入示例", number, len(work))
            step()
        return len(work)

    def explain(self, quarter: str, progress: Progress = silent) -> int:
        """Give the sample's words to the queries that the quarter's check finds; return how many."""
        said = [e for e in _read("explanations")["explanations"] if e["quarter"] == quarter]
        report = checking.check_quarter(self.ws, quarter, progress)
        count = 0
        for finding in report.findings:
            words = next((e for e in said if self._meant(e, finding)), None)
            if words and finding.level == "query" and not finding.explanation:
                checking.explain(self.ws, finding, words["text"])
                count += 1
        return count

    def _meant(self, words: Words, finding: Finding) -> bool:
        path = ".".join(p for n, p in enumerate(finding.path.split("/")) if n != 1)
        record = words["record"] and self._keys.get((words["form"], words["record"]))
        place = (words["form"], record, words["rule"])
        return place == (finding.form, finding.record, finding.rule) and words.get("path", path) == path

    def _new(self, quarter: str) -> Iterator[Callable[[], None]]:
        for form in ORDER:
            for record in self._files[form]["records"]:
                if record["quarter"] == quarter:
                    yield lambda form=form, record=record: self._enter(form, record, quarter)  # type: ignore[misc]

    def _changed(self, quarter: str) -> Iterator[Callable[[], None]]:
        for form in ORDER:
            for record in self._files[form]["records"]:
                for change in record.get("changes") or ():
                    if change["quarter"] == quarter:
                        yield lambda f=form, r=record, c=change: self._change(f, r, c)  # type: ignore[misc]

    def _enter(self, form: str, record: Words, quarter: str) -> None:
        over = self.ws.catalogue.form(form).subject
        subject = self._keys[over, record["subject"]] if over else ""
        opened = entering.open_record(self.ws, form=form, quarter=quarter, subject=subject)
        with opened.draft.batch("写入示例"):
            self._type(opened.draft, record)
        self._keys[form, record["id"]] = entering.save(self.ws, opened.draft).key

    def _change(self, form: str, record: Words, change: Words) -> None:
        key = self._keys[form, record["id"]]
        opened = entering.open_record(self.ws, form=form, key=key, quarter=change["quarter"])
        with opened.draft.batch("写入示例"):
            self._clear(opened.draft, change)
            self._type(opened.draft, change)
        entering.save(self.ws, opened.draft, why=change["why"])

    @staticmethod
    def _clear(draft: Draft, change: Words) -> None:
        for table in change.get("tables") or ():
            if not draft.form.by_id[table].rows:
                for row in draft.rows(table):
                    draft.remove_row(table, row)

    def _type(self, draft: Draft, record: Words) -> None:
        for name, text in (record.get("values") or {}).items():
            self._take(draft, name, text)
        for table, columns in (record.get("tables") or {}).items():
            for place in range(max(map(len, columns.values()), default=0)):
                rows = draft.rows(table)
                row = rows[place] if place < len(rows) else draft.add_row(table)
                for column, texts in columns.items():
                    if place < len(texts) and texts[place] != "":
                        self._take(draft, f"{table}/{row}/{column}", texts[place])
        for path, marks in (record.get("marks") or {}).items():
            draft.mark(self._path(draft, path), **marks)

    @staticmethod
    def _path(draft: Draft, path: str) -> str:
        table, _, rest = path.partition("/")
        place, _, column = rest.partition("/")
        return f"{table}/{draft.rows(table)[int(place) - 1]}/{column}" if rest else path

    def _take(self, draft: Draft, path: str, text: str) -> None:
        from pairing_desktop.formspec.values import NotUnderstood

        field = draft.form.field(path)
        if field.type == "reference" and text.startswith("@"):
            draft.set(path, self._keys[field.form, text[1:]])
            return
        understood = draft.type(path, text)
        if isinstance(understood, NotUnderstood):
            raise trouble("services.no_sample", file=draft.form.id, why=f"{path}: {understood.message}")


def _read(name: str) -> Any:  # noqa: ANN401  # YAML
    """Return a sample file; every scalar is typed text."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    path = paths.resource("sample", f"{name}.yaml")
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=loader)  # noqa: S506  # BaseLoader makes text, lists and dictionaries only
    except (OSError, yaml.YAMLError) as error:
        raise trouble("services.no_sample", file=path.name, why=type(error).__name__) from error
