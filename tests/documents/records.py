"""Made-up records of any form, by field type, always the same: for tests and the benchmark."""

from typing import Any

from pairing_desktop.documents.layout import LayoutContext, RecordView
from pairing_desktop.formspec.definition import Field, Form

SENTENCE = "蒸煮与干燥节拍不匹配，干燥窑前平均堆积2.5天的料，换批次时停窑约4小时，建议建立批次看板并联动排产。"


def value_of(field: Field, number: int) -> Any:
    """Return a stored value of the field; ``number`` varies it."""
    match field.type:
        case "text":
            return f"{field.plain_label}{number:03}"[: field.max_length or 40]
        case "long_text":
            return SENTENCE[: min(field.max_length or 200, 200)] + f"（{number}）"
        case "whole":
            return 2000 + number % 30 if field.unit == "年" else number * 7 % 900
        case "decimal":
            return f"{(number * 37 % 90000) / 100:.2f}".rstrip("0").rstrip(".")
        case "percent":
            return str(number % 100)
        case "date":
            return f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
        case "quarter":
            return "2024Q2"
        case "choice":
            return field.choices[number % len(field.choices)].code if field.choices else "C20"
        case "choices":
            return [field.choices[number % len(field.choices)].code]
        case "yes_no":
            return number % 2 == 0
        case "county":
            return "331123"
        case "credit_code":
            return f"91000000MA{number:07}X"
        case "reference":
            return f"00000000-0000-0000-0000-{number:012}"
        case "attachment":
            return {"sha256": f"{number:064x}", "name": f"照片{number}.jpg", "size": 12345, "travels": number % 2 == 0}
        case "table":
            return [row_of(field, number * 10 + n) for n in range(len(field.rows) or 4)]


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
        RecordView(key=f"k{n}", form=form.id, label=f"遂昌示例{n:03}竹木制品有限公司", payload=payload_of(form, n), previous=earlier,
                   year_ago=earlier, subject_label=f"示例园区{n}" if form.subject else "")
        for n in range(1, count + 1)
    ]


def context(**other: Any) -> LayoutContext:
    """Return surroundings."""
    return LayoutContext(county="331123", county_name="遂昌县", bureau="遂昌县经济主管部门（示例）", period="2024Q2",
                         partner_name="南湖区", resolve=lambda form, key: f"示例{key[-3:]}竹业有限公司", **other)
