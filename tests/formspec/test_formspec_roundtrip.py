"""Whatever a field holds comes back: stored and loaded, edited and typed, written to a cell and read."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pairing_desktop.formspec import reference
from pairing_desktop.formspec.definition import Choice, Field
from pairing_desktop.formspec.fieldtypes import FieldType, field_type
from pairing_desktop.formspec.fieldtypes.numbers import plain, significant
from pairing_desktop.formspec.values import NIL, NotUnderstood

CHOICES = (
    Choice(code="a", label="产业项目合作"),
    Choice(code="b", label="深化产业链协作"),
    Choice(code="c", label="其他"),
)


def make(kind: str, **more: Any) -> FieldType:
    return field_type(Field(id="x", label="某项", type=kind, **more))  # type: ignore[arg-type]


def decimals() -> st.SearchStrategy[Decimal]:
    """Return decimals of at most 15 significant digits."""
    return st.builds(
        lambda digits, places: Decimal(digits).scaleb(-places),
        st.integers(-(10**15) + 1, 10**15 - 1),
        st.integers(0, 6),
    )


def texts(lines: bool) -> st.SearchStrategy[str]:
    alphabet = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"), include_characters="\n" if lines else "")
    return st.text(alphabet, min_size=1).map(str.strip).filter(
        lambda t: t and not set("\u200b\ufeff") & set(t))


VALUES: list[tuple[FieldType, st.SearchStrategy[Any]]] = [
    (make("decimal", unit="万元"), decimals()),
    (make("decimal", unit="万元/亩", scale=4, signed=True), decimals()),
    (make("percent"), decimals()),
    (make("whole", unit="人"), st.integers(-(10**15) + 1, 10**15 - 1)),
    (make("date"), st.dates(date(1949, 1, 1), date(2099, 12, 31))),
    (make("quarter"), st.builds("{}Q{}".format, st.integers(1949, 2099), st.integers(1, 4))),
    (make("choice", choices=CHOICES), st.sampled_from("abc")),
    (make("choices", choices=CHOICES), st.sets(st.sampled_from("abc"), min_size=1).map(lambda s: tuple(sorted(s)))),
    (make("county"), st.sampled_from([c.code for c in reference.counties()])),
    (make("choice", choices_from="industries"), st.sampled_from([i.code for i in reference.industries()])),
    (make("yes_no"), st.booleans()),
    (make("credit_code"), st.just("91350100M000100Y43")),
    (make("text"), texts(lines=False)),
    (make("long_text"), texts(lines=True)),
    (make("reference", form="enterprise"), st.uuids().map(str)),
]


@st.composite
def held(draw: st.DrawFn) -> tuple[FieldType, Any]:
    """Draw a field type and one of its values, blank and 无 among them."""
    kind, values = draw(st.sampled_from(VALUES))
    empty = [None, NIL] if kind.field.type in ("whole", "decimal", "percent") else [None]
    return kind, draw(st.one_of(values, st.sampled_from(empty)))


@given(held())
def test_stored_and_loaded(pair: tuple[FieldType, Any]) -> None:
    kind, value = pair
    assert kind.load(kind.store(value)) == value


@given(held())
def test_edited_and_typed(pair: tuple[FieldType, Any]) -> None:
    kind, value = pair
    assert kind.parse(kind.edit(value)).value == value


@given(held())
def test_shown_and_typed(pair: tuple[FieldType, Any]) -> None:
    kind, value = pair
    assert kind.parse(kind.show(value)).value == value


@given(held())
def test_printed_and_typed(pair: tuple[FieldType, Any]) -> None:
    kind, value = pair
    assert kind.parse(kind.print(value)).value == value


@given(held())
def test_written_to_a_cell_and_read(pair: tuple[FieldType, Any]) -> None:
    kind, value = pair
    cell, _ = kind.to_cell(value)
    assert kind.from_cell(float(cell) if isinstance(cell, Decimal) else cell).value == value


@given(held())
def test_nothing_held_is_refused_by_limits_of_its_own_type(pair: tuple[FieldType, Any]) -> None:
    kind, value = pair
    if kind.field.type not in ("decimal", "percent", "text", "long_text"):
        assert kind.problem(value) == ""
    assert isinstance(kind.sort_key(value), tuple)


@given(decimals())
def test_plain_notation(number: Decimal) -> None:
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not (text.endswith("0") and "." in text)
    assert significant(number) <= 15


@given(st.sampled_from([kind for kind, _ in VALUES]), st.text(max_size=30))
def test_any_text_is_understood_or_refused_in_one_line(kind: FieldType, text: str) -> None:
    try:
        value = kind.parse(text, period="2024Q2").value
    except NotUnderstood as refused:
        words = refused.message
    else:
        assert kind.load(kind.store(value)) == value
        return
    assert words
    assert kind.field.type not in ("text", "long_text")


@given(
    st.sampled_from([kind for kind, _ in VALUES]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10), st.dates(), st.datetimes()),
)
def test_any_cell_is_understood_or_refused(kind: FieldType, cell: object) -> None:
    try:
        value = kind.from_cell(cell).value
    except NotUnderstood:
        return
    assert kind.load(kind.store(value)) == value
