"""Field types: each owns every conversion of its values (typed, stored, shown, printed, Excel cell)."""

from collections.abc import Callable

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.fieldtypes import choices, codes, dates, links, numbers, text
from pairing_desktop.formspec.fieldtypes.codes import credit_code_problem
from pairing_desktop.formspec.fieldtypes.interface import FieldType

__all__ = ["FieldType", "credit_code_problem", "field_type", "make"]

_TYPES: dict[str, Callable[[Field], FieldType]] = {
    "text": text.Text, "long_text": text.LongText,
    "whole": numbers.Whole, "decimal": numbers.Number, "percent": numbers.Percent,
    "date": dates.Date, "quarter": dates.QuarterType,
    "choice": choices.Choice, "choices": choices.Choices, "yes_no": choices.YesNo, "county": choices.County,
    "reference": links.Reference, "credit_code": codes.CreditCode,
    "attachment": links.AttachmentType, "table": links.Table,
}


def make(field: Field) -> FieldType:
    """Return a new converter for a field; ``field_type`` is what callers want."""
    return _TYPES[field.type](field)


def field_type(field: Field) -> FieldType:
    """Return the field's converter (made once)."""
    return field.converter
