"""Made-up records of any form, by field type, always the same: for tests and the benchmark."""

from collections.abc import Callable
from typing import Any

from pairing_desktop.documents.layout import LayoutContext, RecordView
from pairing_desktop.formspec.definition import Field, Form

SENTENCE = "蒸煮与干燥节拍不匹配，干燥窑前平均堆积2.5天的料，换批次时停窑约4小时，建议建立批次看板并联动排产。"


def _text(field: Field, number: int) -> str:
    return f"{field.plain_label}{number:03}"[: field.max_length or 40]


def _words(field: Field, number: int) -> str:
    return SENTENCE[: min(field.max_length or 200, 200)] + f"（{number}）"


def _whole(field: Field, number: int) -> int:
    return 2000 + number % 30 if field.unit == "年" else number * 7 % 900


def _decimal(field: Field, number: int) -> str:  # as the others
    return f"{(number * 37 % 90000) / 100:.2f}".rstrip("0").rstrip(".")


def _choice(field: Field, number: int) -> str:
    return field.choices[number % len(field.choices)].code if field.choices else "C20"


def _file(field: Field, number: int) -> dict[str, Any]:
    return {"sha256": f"{number:064x}", "name": f"照片{number}.jpg", "size": 12345, "travels": number % 2 == 0}


def _rows(field: Field, number: int) -> list[dict[str, Any]]:
    return [row_of(field, number * 10 + n) for n in range(len(field.rows) or 4)]


MAKERS: dict[str, Callable[[Field, int], Any]] = {
    "text": _text, "long_text": _words, "whole": _whole, "decimal": _decimal, "choice": _choice, "attachment": _file,
    "table": _rows, "percent": lambda _, n: str(n % 100), "quarter": lambda _, n: f"2024Q{n % 4 + 1}",
    "date": lambda _, n: f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}", "choices": lambda f, n: [_choice(f, n)],
    "yes_no": lambda _, n: n % 2 == 0, "county": lambda _f, _n: "331123",
    "credit_code": lambda _, n: f"91000000MA{n:07}X", "reference": lambda _, n: f"00000000-0000-0000-0000-{n:012}",
}


def value_of(field: Field, number: int) -> Any:
    """Return a stored value of the field; ``number`` varies it."""
    return MAKERS[field.type](field, number)


def row_of(table: Field, number: int) -> dict[str, Any]:
    """Return a table's row."""
    return {"id": f"r{number}", "values": {c.id: value_of(c, number) for c in table.columns}}


def payload_of(form: Form, number: int) -> dict[str, Any]:
    """Return a whole payload."""
    return {"values": {f.id: value_of(f, number) for f in form.fields}}


def views_of(form: Form, count: int) -> list[RecordView]:
    """Return ``count`` records."""
    earlier = payload_of(form, 3) if form.kind == "quarterly" else None
    return [
        RecordView(key=f"k{n}", form=form.id, label=f"遂昌示例{n:03}竹木制品有限公司", payload=payload_of(form, n),
                   previous=earlier, year_ago=earlier, subject_label=f"示例园区{n}" if form.subject else "")
        for n in range(1, count + 1)
    ]


def context(**other: Any) -> LayoutContext:
    """Return surroundings."""
    return LayoutContext(county="331123", county_name="遂昌县", bureau="遂昌县经济主管部门（示例）", period="2024Q2",
                         partner_name="南湖区", resolve=lambda form, key: f"示例{key[-3:]}竹业有限公司", **other)
