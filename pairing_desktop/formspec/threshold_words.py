"""Thresholds in a form's words: ``{limit.growth}`` in notes, help, messages and remedies reads as the province set it.

They are put in when the forms are loaded, so that screen, paper, workbook and findings say what the rules do.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from pairing_desktop.formspec.compiling import guess
from pairing_desktop.formspec.definition import Field, Form, Limit, Rule

Tell = Callable[..., None]
PLACE = re.compile(r"\{limit\.(\w*)\}")
UNKNOWN = "？"


def worded(form: Form, limits: Mapping[str, Limit], tell: Tell) -> Form:
    """Return the form with its thresholds in words; report names of none, and braces where only thresholds may stand.

    A rule's message has other places too: what is left in it is the linter's.
    """
    wording = _Wording(limits, tell)
    sections = tuple(
        msgspec.structs.replace(section, fields=tuple(wording.field(f, f"fields.{f.id}") for f in section.fields))
        for section in form.sections
    )
    return msgspec.structs.replace(
        form, sections=sections, rules=tuple(wording.rule(rule) for rule in form.rules),
        notes=tuple(wording.plain(note, "notes") for note in form.notes), help=wording.plain(form.help, "help"))


class _Wording:
    def __init__(self, limits: Mapping[str, Limit], tell: Tell) -> None:
        self.limits = limits
        self.tell = tell

    def filled(self, text: str, path: str) -> str:
        def value(place: re.Match[str]) -> str:
            name = place[1]
            if name in self.limits:
                return self.limits[name].value
            self.tell(path, "no_limit", name=name, guess=guess(name, self.limits))
            return UNKNOWN

        return PLACE.sub(value, text) if "{" in text else text

    def plain(self, text: str, path: str) -> str:
        """Fill a text that is printed as it stands."""
        filled = self.filled(text, path)
        if "{" in filled or "}" in filled:
            self.tell(path, "brace", text=filled)
        return filled

    def field(self, field: Field, path: str) -> Field:
        columns = tuple(self.field(column, f"{path}.{column.id}") for column in field.columns)
        return msgspec.structs.replace(field, help=self.plain(field.help, path), columns=columns)

    def rule(self, rule: Rule) -> Rule:
        path = f"rules.{rule.id}"
        return msgspec.structs.replace(
            rule, message=self.filled(rule.message, path), remedy=self.plain(rule.remedy, path))
