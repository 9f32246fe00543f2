"""What kind of value an expression has: enough to refuse, when a form loads, what could only fail later."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.formspec.definition import Field

Base = Literal["number", "text", "date", "flag", "codes", "file", "rows", "unknown"]

_OF_TYPE: dict[str, Base] = {
    "text": "text", "long_text": "text", "credit_code": "text", "reference": "text", "county": "text",
    "choice": "text", "quarter": "text", "whole": "number", "decimal": "number", "percent": "number",
    "date": "date", "yes_no": "flag", "choices": "codes", "attachment": "file", "table": "rows",
}
BASE_NAMES: dict[str, str] = {
    "number": "数字", "text": "文字", "date": "日期", "flag": "是否", "codes": "多选", "file": "附件", "rows": "表格",
    "unknown": "值",
}


class Kind(Struct, frozen=True):
    """A base, whether there are many of it, and the field whose type shows it (None: plainly)."""

    base: Base
    many: bool = False
    field: Field | None = None

    def one(self) -> "Kind":
        """Return the kind of a single element."""
        return replace(self, many=False)

    def fits(self, base: str) -> bool:
        """Tell whether a value of this kind may stand where ``base`` is wanted."""
        return "unknown" in (base, self.base) or (self.base == base and not self.many)

    @property
    def name(self) -> str:
        """Return the kind in Chinese."""
        return f"一列{BASE_NAMES[self.base]}" if self.many else BASE_NAMES[self.base]


def of_field(field: Field) -> Kind:
    """Return the kind of a field's value."""
    return Kind(_OF_TYPE[field.type], field=field)


NUMBER, TEXT, DATE, FLAG, UNKNOWN = Kind("number"), Kind("text"), Kind("date"), Kind("flag"), Kind("unknown")
