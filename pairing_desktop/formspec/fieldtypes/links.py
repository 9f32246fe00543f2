"""Fields that point elsewhere: another record, a file, rows of their own."""

import re
from typing import Any

from pairing_desktop.formspec.fieldtypes.interface import FieldType, not_understood
from pairing_desktop.formspec.values import Attachment, Understood, Value

_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Reference(FieldType):
    """Another form's record, held as its key. Its label is asked of whoever knows records (``Draft``, services)."""

    nil_refusal = "nil.choice"

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002
        if _KEY.fullmatch(text):
            return Understood(text, text)
        raise not_understood("reference.text", text=text, label=self.field.label)


def size_text(size: int) -> str:
    """Return a file's size in words: 1.2 MB."""
    for limit, unit in ((1 << 20, "MB"), (1 << 10, "KB")):
        if size >= limit:
            return f"{size / limit:.1f} {unit}"
    return f"{size} 字节"


class AttachmentType(FieldType):
    """A file, held by digest; it is added with a button, not typed."""

    takes_nil = True
    written = True

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002
        raise not_understood("attachment.text")

    def _load(self, stored: Any) -> Value:  # noqa: ANN401
        shape = {"sha256": str, "name": str, "size": int, "travels": bool, "pages": int}
        if not isinstance(stored, dict) or stored.keys() | {"pages"} != shape.keys():
            raise self.wrong(stored)
        typed = all(type(stored[name]) is kind for name, kind in shape.items() if name in stored)
        if not typed or not _DIGEST.fullmatch(stored["sha256"]):
            raise self.wrong(stored)
        return Attachment(**stored)

    def _store(self, value: Any) -> Any:  # noqa: ANN401
        pages = {"pages": value.pages} if value.pages else {}
        return {"sha256": value.sha256, "name": value.name, "size": value.size, "travels": value.travels, **pages}

    def _show(self, value: Any) -> str:  # noqa: ANN401
        if value is None:
            return ""
        pages = f"{value.pages} 页，" if value.pages else ""
        return f"{value.name}（{pages}{size_text(value.size)}，{'上报' if value.travels else '仅留本县'}）"


class Table(FieldType):
    """Rows of their own: only cells are typed, never the table."""

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002
        raise not_understood("table.text")

    def _load(self, stored: Any) -> Value:  # noqa: ANN401
        raise self.wrong(stored)
