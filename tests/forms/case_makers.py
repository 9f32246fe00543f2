"""Makers of rule cases: pairs of changes to a form's base record, one that a rule passes and one that breaks it."""

from typing import Any, TypeAlias

Values: TypeAlias = dict[str, Any]
Case: TypeAlias = tuple[Values, Values]


def at_most(field: str, value: object, limit: str, less: object, more: object) -> Case:
    """Return a case of two fields of which one limits the other."""
    return {field: less, limit: value}, {field: more, limit: value}


def given(field: str, value: object, **when: object) -> Case:
    """Return a case of a field that must be there."""
    return {**when, field: value}, {**when, field: None}


def rises(field: str, low: object, high: object) -> Case:
    """Return a case of a figure that does not fall against the last sheet."""
    return {field: high, "previous": {field: low}}, {field: low, "previous": {field: high}}


def alone(form: str, **values: object) -> Case:
    """Return a case of a record that must stay the only one of its values."""
    return {**values}, {**values, "also": {form: [dict(values)]}}


def growth(field: str) -> Case:
    """Return a case of a whole figure beside its year before."""
    return {field: 120, "year_ago": {field: 100}}, {field: 160, "year_ago": {field: 100}}


def texts(case: Case) -> Case:
    """Turn figures of a case into stored decimals."""
    def stored(values: Values) -> Values:
        return {k: stored(v) if isinstance(v, dict) else str(v) for k, v in values.items()}

    return stored(case[0]), stored(case[1])


def ratio(field: str) -> Case:
    """Return a case of a whole figure beside the last quarter's."""
    return {field: 200, "previous": {field: 100}}, {field: 2001, "previous": {field: 100}}


def before(early: str, late: str) -> Case:
    """Return a case of two dates in order."""
    return {early: "2024-03-06", late: "2024-03-06"}, {early: "2024-03-06", late: "2024-03-05"}


def happened(field: str) -> Case:
    """Return a case of a date that must not lie after the quarter."""
    return {field: "2024-06-30"}, {field: "2024-07-01"}


def row(table: str, good: Values, bad: Values, **around: object) -> Case:
    """Return a case of one row."""
    return {**around, table: [good]}, {**around, table: [bad]}


def forward(field: str, early: str, late: str) -> Case:
    """Return a case of a stage that does not go back."""
    return {field: late, "previous": {field: early}}, {field: early, "previous": {field: late}}


def grows(field: str) -> Case:
    """Return a case of a figure beside its year before, as decimals."""
    return texts(growth(field))


def unit_slip(field: str) -> Case:
    """Return a case of a figure beside the last quarter's, as decimals."""
    return texts(ratio(field))
