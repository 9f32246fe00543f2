"""A quarter's records as computed sheets read them, and the place in them where an expression is evaluated."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from pairing_desktop.formspec.expressions import Evaluate, Expression, evaluator
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.natures import ACTUAL
from pairing_desktop.formspec.scope import Identity, Scope, Source, Stored
from pairing_desktop.formspec.summary_compiling import Sheets
from pairing_desktop.formspec.summary_shown import Behind


class Records:
    """A quarter's records as sheets read them: registers and events whole, sheets of the quarter (or its year)."""

    def __init__(self, known: Iterable[Known], sheets: Sheets, quarter: str) -> None:
        self.quarter = quarter
        self.forms = sheets.forms
        self._of: dict[str, list[Known]] = {}
        found = list(known)
        for record in found:
            if record.period in ("", quarter, quarter[:4]):
                self._of.setdefault(record.form, []).append(record)
        self.lookup = MemoryLookup(found, period=quarter)
        self._scopes: dict[str, tuple[Scope, Evaluate]] = {}
        self._hits: dict[tuple[str, str, str], list[tuple[Known, Source | None]]] = {}

    def of(self, form: str) -> Sequence[Known]:
        """Return a form's records."""
        return self._of.get(form, ())

    def scope(self, record: Known) -> tuple[Scope, Evaluate]:
        """Return a record's scope, made once."""
        if record.key not in self._scopes:
            form = self.forms[record.form]
            who = Identity(record.key, self.quarter, record.subject)
            scope = Scope(form, Stored(form.by_id, record.payload), self.lookup, who)
            self._scopes[record.key] = scope, evaluator(scope)
        return self._scopes[record.key]

    def lines(self, form: str, table: str, where: Expression | None) -> Iterator["At"]:
        """Yield the records, or rows of their table, where an expression holds; asked again, it is not tried again."""
        asked = (form, table, where.source if where else "")
        if asked not in self._hits:
            self._hits[asked] = list(self._found(form, table, where))
        for record, row in self._hits[asked]:
            scope, evaluate = self.scope(record)
            if row is None:
                yield At(record, scope, evaluate)
                continue
            scope.enter(table, row)
            try:
                yield At(record, scope, evaluate, table, row)
            finally:
                scope.leave()

    def _found(self, form: str, table: str, where: Expression | None) -> Iterator[tuple[Known, Source | None]]:
        for record in self.of(form):
            scope, evaluate = self.scope(record)
            if not table:
                if where is None or evaluate(where.tree) is True:
                    yield record, None
                continue
            for row in scope.rows(table):
                scope.enter(table, row)
                if where is None or evaluate(where.tree) is True:
                    yield record, row
            scope.leave()


class At(Struct, frozen=True):
    """Where an expression is evaluated: a record, or a row of it (only while its iteration stands there)."""

    record: Known
    scope: Scope
    evaluate: Evaluate
    table: str = ""
    row: Source | None = None

    @property
    def row_id(self) -> str:
        """Return the row's id, "" for a record."""
        return str(self.row.payload.get("id", "")) if isinstance(self.row, Stored) else ""

    def behind(self, text: str, uses: Iterable[str] = ()) -> Behind:
        """Return this place as something to go to; ``uses`` names the field there."""
        column = next((u.partition(".")[2] for u in sorted(uses) if u.startswith(f"{self.table}.")), "")
        own = next((u for u in sorted(uses) if "." not in u), "")
        path = "/".join(p for p in (self.table, self.row_id, column) if p) if self.table and column else own
        return Behind(self.record.form, self.record.key, self.record.label, path, text)

    def natures(self, expression: Expression) -> set[str]:
        """Return the natures of the figures that an expression reads here."""
        found = set()
        for name in expression.uses:
            one = self.scope.form.field(name)
            table, _, column = name.partition(".")
            source = self.row if column and table == self.table else self.scope.source
            if one.is_number and source is not None and source.value(one.id) is not None:
                found.add(source.marks(one.id).get("nature") or one.nature or ACTUAL)
        return found
