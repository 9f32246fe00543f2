"""What stands in form files but could not be read: a fault that only follows from it is not told beside it."""

import re
from collections.abc import Mapping

from msgspec import Struct, field

ALWAYS_TOLD = ("expression.long", "expression.syntax", "expression.function", "expression.pattern")
"""Faults of an expression's own writing, whatever its names mean."""
OF_THE_KIND = ("needs", "no_use")


class Lost(Struct):
    """Names that exist and mean nothing yet: forms, fields and columns by form, thresholds."""

    forms: set[str] = field(default_factory=set)
    fields: dict[str, set[str]] = field(default_factory=dict)
    limits: set[str] = field(default_factory=set)
    all_limits: bool = False
    """The file of thresholds could not be read at all."""
    kinds: set[str] = field(default_factory=set)
    """Forms whose ``kind`` could not be read."""

    def explains(self, form_id: str, path: str, code: str, place: Mapping[str, object]) -> bool:
        """Tell whether a fault found in a form only follows from what was lost."""
        name = str(place.get("name", ""))
        if code in OF_THE_KIND:
            return form_id in self.kinds and path in ("kind", "name", "subject")
        if code in ("form", "expression.form"):
            return str(place.get("form", name)) in self.forms
        if code in ("expression.limit", "no_limit"):
            return self.all_limits or name in self.limits
        if code == "expression.foreign" or (code == "no_field" and "form" in place):
            return name in self.fields.get(str(place.get("form")), ())
        if code in ALWAYS_TOLD or not (code == "no_field" or code.startswith("expression.")):
            return False
        words = re.findall(r"\w+", f"{name} {place.get('text', '')}")
        return not self.fields.get(form_id, set()).isdisjoint(words)
