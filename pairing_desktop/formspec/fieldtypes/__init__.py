"""Field types: each owns every conversion of its values (typed, stored, shown, printed, Excel cell)."""

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.fieldtypes.interface import FieldType


def make(field: Field) -> FieldType:
    """Return a new converter for a field."""
    raise NotImplementedError


def field_type(field: Field) -> FieldType:
    """Return the field's converter (made once)."""
    return field.converter


def credit_code_problem(text: str) -> str:
    """Return what is wrong with a unified social credit code, "" if nothing is."""
    raise NotImplementedError
