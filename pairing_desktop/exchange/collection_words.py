"""What a collection workbook's cell says of itself and stops: in Excel's words, not in the program's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field

_MOST = 250
"""Characters of an input message that Excel takes."""
_TYPED = re.compile(r"[；，]可写[^；。]*|可写[^；。]*[；。]?")
"""What a help says of typing in the program, where initials and codes are understood; Excel's list stops them."""


def limits(field: Field | None, cell: str) -> tuple[str, str]:
    """Return a cell's own limits as a formula and in words; a word in a figure's cell (约18, 无) passes."""
    if field is None:
        return "", ""
    if field.type == "credit_code":
        return f"LEN({cell})=18", "统一社会信用代码是 18 位"
    if field.type == "date":
        return f"OR(ISTEXT({cell}),AND({cell}>=17899,{cell}<73051))", "请填日期，如 2024-5-13"
    if field.is_number:
        parts = [f"{cell}{sign}{limit}" for sign, limit in ((">=", field.min_), ("<=", field.max_)) if limit]
        parts += [f"{cell}=INT({cell})"] if field.type == "whole" else []
        words = [f"不小于 {field.min_}" if field.min_ else "", f"不大于 {field.max_}" if field.max_ else "",
                 "填整数" if field.type == "whole" else ""]
        return (f"OR(ISTEXT({cell}),AND({','.join(parts)}))" if parts else ""), "、".join(filter(None, words))
    if field.type in ("text", "long_text"):
        limit = field.max_length or getattr(field.converter, "limit", 200)
        return f"LEN({cell})<={limit}", f"最多 {limit} 个字"
    return "", ""


def prompt(field: Field | None, choices: Sequence[str]) -> str:
    """Return what a cell says when it is entered; ``choices`` drop down, and nothing else may be typed there."""
    if field is None:
        return "从下拉列表中选，或写全称。"
    need = "必填。" if field.required else ""
    said = _TYPED.sub("", field.help) if choices else field.help
    if field.type == "choices":
        said += "可选多项，用顿号分开：" + "、".join(choices) + "。"
    elif choices:
        said += "从下拉列表中选" + ("，列表里没有的写全称。" if field.type == "reference" else "。")
    text = f"{need}{said}"
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"
