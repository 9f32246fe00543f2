"""Choices: one, several, yes or no, a county. Typed by code, label, part of the label or pinyin initials."""

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

from pairing_desktop.formspec import reference
from pairing_desktop.formspec.definition import Choice as Option
from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.fieldtypes.interface import FieldType, folded, named, not_understood, said
from pairing_desktop.formspec.pinyin import initials
from pairing_desktop.formspec.values import NIL_WORD, Understood, Value

SEPARATORS = re.compile(r"[、,，;；\n]+")


@cache
def _counties() -> tuple[Option, ...]:
    return tuple(Option(code=c.code, label=c.name) for c in reference.counties())


@cache
def counties(first: tuple[str, ...] = ()) -> tuple[Option, ...]:
    """Return the counties as they are offered: ``first`` (one's own, the partner), then the mountain counties.

    Those are the ones that report.
    """
    mountain = {c.code for c in reference.counties() if c.mountain26}

    def place(option: Option) -> tuple[int, bool]:
        return (first.index(option.code) if option.code in first else len(first), option.code not in mountain)

    return tuple(sorted(_counties(), key=place))


@cache
def _industries() -> tuple[Option, ...]:
    return tuple(Option(code=i.code, label=f"{i.code} {i.name}") for i in reference.industries())


def options(field: Field) -> tuple[Option, ...]:
    """Return what can be chosen in a field, in order."""
    if field.type == "county" or field.choices_from == "counties":
        return _counties()
    return _industries() if field.choices_from == "industries" else field.choices


def _initials(option: Option) -> str:
    return option.initials or initials(option.label)


Test = Callable[[Option, str], bool]
_TIERS: tuple[Test, ...] = (
    lambda option, text: folded(option.code) == text,
    lambda option, text: folded(option.label) == text,
    lambda option, text: _initials(option) == text,
    lambda option, text: folded(option.label).startswith(text),
    lambda option, text: text in folded(option.label),
    lambda option, text: text.isascii() and _initials(option).startswith(text),
    lambda option, text: text.isascii() and len(text) > 1 and text in _initials(option),
)


def find(choices: tuple[Option, ...], typed: str) -> list[Option]:
    """Return the options the typed text may mean: the first way of matching that finds any."""
    text = folded(typed)
    for tier in _TIERS:
        found = [option for option in choices if tier(option, text)]
        if found:
            return found
    return []


def matching(choices: tuple[Option, ...], typed: str) -> list[Option]:
    """Return every option that matches in any way, best first: what a drop-down shows while typing."""
    text = folded(typed)
    found = [option for tier in _TIERS for option in choices if tier(option, text)]
    return list(dict.fromkeys(found)) if text else list(choices)


def _labels(choices: Sequence[Option]) -> list[str]:
    return [option.label for option in choices]


class Choice(FieldType):
    """One of the choices, held as its code."""

    nil_refusal = "nil.choice"

    def __init__(self, field: Field) -> None:
        super().__init__(field)

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """Return what can be chosen."""
        return options(self.field)

    @cached_property
    def _by_code(self) -> dict[str, tuple[int, Option]]:
        return {option.code: (place, option) for place, option in enumerate(self.options)}

    def _own_nil(self) -> bool:
        """Tell whether 无 is offered; another form's choice is known without its options."""
        return not self.options or any(NIL_WORD in (option.code, option.label) for option in self.options)

    def _one(self, text: str) -> Option:
        if text.strip() == NIL_WORD and not self._own_nil():
            raise not_understood(self.nil_refusal)
        found = find(self.options, text)
        if len(found) == 1:
            return found[0]
        if found:
            raise not_understood("choice.many", text=text, choices=named(_labels(found)))
        raise not_understood("choice.none", text=text, choices=named(_labels(self.options)))

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002
        option = self._one(text)
        exact = folded(text) in (folded(option.code), folded(option.label))
        return Understood(option.code, option.label, "" if exact else said("taken", shown=option.label))

    def label(self, code: str) -> str:
        """Return a code's label; a code that is not offered (any more) is shown itself."""
        found = self._by_code.get(code)
        return found[1].label if found else code

    def _show(self, value: Any) -> str:  # noqa: ANN401
        return "" if value is None else self.label(value)

    def _sort_key(self, value: Any) -> tuple[float | None, str]:  # noqa: ANN401
        found = self._by_code.get(value)
        return (float(found[0]), "") if found else (None, value)

    def _problem(self, value: Any) -> str:  # noqa: ANN401
        return "" if value in self._by_code else said("choice.code", given=value)


class County(Choice):
    """A county of Zhejiang, held as its six-digit code."""


class Choices(Choice):
    """Several of the choices, held as codes in the order offered."""

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002
        codes = {self._one(part).code for part in SEPARATORS.split(text) if part.strip()}
        value = self._ordered(codes)
        return Understood(value, self.show(value))

    def _ordered(self, codes: set[str]) -> Value:
        unknown = len(self._by_code)
        return tuple(sorted(codes, key=lambda code: (self._by_code.get(code, (unknown,))[0], code))) or None

    def _load(self, stored: Any) -> Value:  # noqa: ANN401
        if not isinstance(stored, list) or not all(isinstance(code, str) for code in stored):
            raise self.wrong(stored)
        return tuple(stored) or None

    def _store(self, value: Any) -> Any:  # noqa: ANN401
        return list(value)

    def _show(self, value: Any) -> str:  # noqa: ANN401
        return "、".join(map(self.label, value or ()))

    def _sort_key(self, value: Any) -> tuple[float | None, str]:  # noqa: ANN401
        """Return the first choice's place; those with further ones follow it, each combination at its own."""
        places = sorted(found[0] for code in value if (found := self._by_code.get(code)))
        if len(places) < len(value):
            return None, self._show(value)
        return places[0] + sum(2.0 ** (places[0] - place) for place in places[1:]), ""

    def _problem(self, value: Any) -> str:  # noqa: ANN401
        return next(filter(None, map(super()._problem, value)), "")


class YesNo(FieldType):
    """是 or 否."""

    nil_refusal = "nil.yes_no"
    _YES = frozenset(["是", "有", "对", "y", "yes", "true", "t", "1", "√", "✓", "✔", "☑", "s"])
    _NO = frozenset(["否", "不是", "没有", "错", "n", "no", "false", "f", "0", "×", "x", "☐", "□"])

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002
        word = folded(text)
        if word in self._YES:
            return Understood(True, "是")
        if word in self._NO:
            return Understood(False, "否")
        raise not_understood("yes_no.text", text=text)

    def _load(self, stored: Any) -> Value:  # noqa: ANN401
        if not isinstance(stored, bool):
            raise self.wrong(stored)
        return stored

    def _show(self, value: Any) -> str:  # noqa: ANN401
        return "" if value is None else "是" if value else "否"

    def _sort_key(self, value: Any) -> tuple[float | None, str]:  # noqa: ANN401
        return float(value), ""
