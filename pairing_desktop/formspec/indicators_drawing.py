"""An indicator's figure drawn from records: the value, its qualifier, and the records behind it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, Protocol

from msgspec import Struct

from pairing_desktop.formspec.computing import final
from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.expressions import Evaluate, evaluator
from pairing_desktop.formspec.functions import CONTEXT
from pairing_desktop.formspec.indicators import Draw
from pairing_desktop.formspec.indicators_loading import Bound, BoundDraw
from pairing_desktop.formspec.inheritance import inherited
from pairing_desktop.formspec.scope import Around, Identity, Scope, Source, Stored
from pairing_desktop.formspec.values import Payload, Value

ACTUAL = Field(id="actual", label="完成值", type="decimal", as_given=True)


class Candidate(Protocol):
    """A record that a draw may take."""

    @property
    def key(self) -> str:
        """Its key."""

    @property
    def period(self) -> str:
        """Its period, "" for what is no sheet."""

    @property
    def subject(self) -> str:
        """The record that a sheet hangs on."""

    @property
    def payload(self) -> Payload:
        """What it holds."""


class Taken(Struct, frozen=True):
    """A record that a figure rests on; ``left_out`` says why it does not count after all."""

    form: str
    record: Candidate
    value: Value
    left_out: str = ""


class Figure(Struct, frozen=True):
    """An indicator's figure: None where no record gives one."""

    value: Decimal | None
    qualifier: str
    taken: tuple[Taken, ...]


class _Row:
    """A record of a draw as ``actual`` reads it."""

    def __init__(self, value: Value, marks: Mapping[str, str]) -> None:
        self._value, self._marks = value, marks

    def value(self, field_id: str) -> Value:  # noqa: ARG002  # a draw has one column
        return self._value

    def rows(self, table: str) -> Sequence[Source]:  # noqa: ARG002  # and no tables
        return ()

    def marks(self, field_id: str) -> Mapping[str, str]:  # noqa: ARG002
        return self._marks


class _Draws:
    """All draws of an indicator as a record with tables."""

    def __init__(self, rows: Mapping[str, Sequence[Source]]) -> None:
        self._rows = rows

    def value(self, field_id: str) -> Value:  # noqa: ARG002
        return None

    def rows(self, table: str) -> Sequence[Source]:
        return self._rows[table]

    def marks(self, field_id: str) -> Mapping[str, str]:  # noqa: ARG002
        return {}


def draw(bound: Bound, candidates: Callable[[Draw], Sequence[Candidate]], around: Around, *, quarter: str,
         today: date | None = None) -> Figure:
    """Return an indicator's figure as of a quarter. ``candidates`` gives the records that a draw chooses from.

    What is marked as another nature than its field's (预计 among 实际) is shown and not counted: expected and actual
    figures are never added.
    """
    with localcontext(CONTEXT):
        taken: list[Taken] = []
        rows: dict[str, list[Source]] = {}
        for one in bound.draws:
            rows[one.draw.name] = []
            for candidate in candidates(one.draw):
                who = Identity(candidate.key, candidate.period or quarter, candidate.subject, today)
                found = _take(one, candidate, around, who)
                if found is None:
                    continue
                taken.append(found[0])
                if not found[0].left_out:
                    rows[one.draw.name].append(found[1])
        if bound.actual is None:
            return Figure(None, "", tuple(taken))
        scope = Scope(bound.form, _Draws(rows), around, Identity(period=quarter, today=today))
        evaluate = evaluator(scope)
        value = final(ACTUAL, evaluate(bound.actual.tree))
        words = inherited(bound.actual.tree, scope, evaluate) if value is not None else ""
    return Figure(value if isinstance(value, Decimal) else None, words, tuple(taken))


def _take(one: BoundDraw, candidate: Candidate, around: Around, identity: Identity) -> tuple[Taken, _Row] | None:
    """Return a record as it is taken and as ``actual`` reads it, None when the draw does not want it."""
    own = Stored(one.form.by_id, candidate.payload)
    evaluate = evaluator(Scope(one.form, own, around, identity))
    if one.where is not None and evaluate(one.where.tree) is not True:
        return None
    value, marks = _value(one, own, evaluate, candidate)
    nature = marks.get("nature", "")
    kept = one.form.by_id[one.field].nature or "实际" if one.field else ""
    left_out = f"标注为“{nature}”，不计入" if one.field and nature and nature != kept else ""
    return Taken(one.draw.form, candidate, value, left_out), _Row(value, marks)


def _value(one: BoundDraw, own: Stored, evaluate: Evaluate, candidate: Candidate) -> tuple[Any, Mapping[str, str]]:
    if one.value is None:
        return candidate.key, {}
    return evaluate(one.value.tree), own.marks(one.field) if one.field else {}
