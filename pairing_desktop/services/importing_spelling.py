"""How cells of a county's sheet are spelt otherwise than a clerk types: numbered names, rough figures, other units.

What is taken otherwise than it stands is told by whoever asks here.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from msgspec import structs

from pairing_desktop import errors
from pairing_desktop.formspec.fieldtypes.interface import cell_text as text_of
from pairing_desktop.formspec.fieldtypes.interface import half_width
from pairing_desktop.services.importing_heads import split

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.formspec.values import Understood
    from pairing_desktop.services.importing_plan import Column

SAME_AT_LEFT = "同左"
DITTO = frozenset((SAME_AT_LEFT, "同上", "同 上", "同前", "同上行", "〃", "″", "〞", '"', "”", "“", "''", "’’"))
"""What a cell says that is the same as the one above it, or at its left."""
_FIGURE_END = re.compile(r"[\d０-９.．]$")
_NONE = frozenset(("无", "暂无", "没有", "办理中", "正在办理", "待办理", "未办理"))
"""Say that there is nothing yet; where a field has no 无 of its own it is blank."""
_BREAK = re.compile(r"(?<=[\u4e00-\u9fff）)])[^\S\n]*\n\s*(?=[\u4e00-\u9fff（(])")
LISTED = "顿号"
"""A field's help says that it holds several, and what stands between them."""
_QUOTES = "'‘’＇"
_WHETHER = re.compile("是否(?:为|属于)?(.{1,8})")
_BUILDING = ("在建", "筹建", "建设中", "装修中", "试生产")
"""What a firm is that does not produce yet."""
_SHORTEST = 3
"""Characters that a choice's shortened name has at least."""
_SCALE = re.compile("(?:规模以|规)([上下])(?:工业)?(?:企业)?")
_ROUGH = re.compile(
    r"(大约|大概|约|将近|接近|近|超过|超|逾|不足|不到|至少|最多)?([\d,.]*\d)(余|多|来)?(万亿|亿|千万|百万|万|千)?(余|多)?"
    r"([^\d余多+]{0,6}?)(余|多|以上|以下|左右|上下|\+)?")
"""Figures that say themselves that they are none: 120余人, 近50家, 3000多万元, 约3亿元."""
_AREA = re.compile(r"(?!400|800)(?:10\d{8}|2\d{9}|[3-9]\d{9,10})")
_DAYS = re.compile(r"\s*([\d０-９.．]+)\s*(?:天|日|个工|工)\s*")
_UNIT_AT_END = re.compile(r"[^\d０-９.．,，)）\s]\s*$")
_GROWN = re.compile("(?:同比|较?改[善造进]前)?(?:增长|增加|上升|提高|提升|增|升"
                    r"|(?P<less>下降|减少|降低|缩短|压缩|减|降))了?(?P<rest>[约近]?[\d.]+.*?)(?:个?百分点)?")
_PHONE = re.compile(r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}(?:(?:-|转)\d{1,5})?|\d{7,8})(?!\d)")
_BETWEEN = re.compile(r"[\s,，、;；:：/|()]+|(?:联系)?电话|手机(?:号码?)?|tel", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:\d{1,3}(?:[.．](?!\d)|[、,，])|[(（]\d{1,3}[)）]|[①-⑳])\s*(?=[\u3400-\u9fff])")
_MARKS = "★☆●○▲△◆◇■□※*＊ "
_STATE = re.compile("[(（](?:停产|关停|停业|歇业|注销|倒闭|破产|搬迁|外迁|迁出|退出|在建|筹建|拟建|未投产|原|曾用名"
                    "|更名|改名)[^()（）]*[)）]$")
"""Says of a firm what is no part of its name."""


def unquoted(cell: str) -> str:
    """Return a code or figure without the apostrophe typed before it to keep it text; a name may begin with one."""
    rest = cell[1:]
    typed = cell[:1] in _QUOTES and rest[:1].isalnum() and rest.isascii() and "'" not in rest
    return rest if typed else cell


def unwrapped(cell: str, known: Field) -> str:
    """Return a text without the breaks that only make it fit its cell; of a field that lists, each line is one."""
    if "\n" not in cell or LISTED not in known.help:
        return _BREAK.sub("", cell)
    return "、".join(part for line in cell.splitlines() if (part := line.strip().rstrip("、，,；;")))


def bare_name(cell: str) -> str:
    """Return a name without the sheet's own number and marks: 遂昌一厂 for 1.遂昌一厂 and ★遂昌一厂*."""
    return _NUMBERED.sub("", cell.strip().strip(_MARKS).strip()) or cell


def person(cell: str) -> tuple[str, str]:
    """Return the name and the telephones of a cell that says both; "" for what it does not say."""
    text = unicodedata.normalize("NFKC", cell)
    phones = _PHONE.findall(text)
    return "、".join(filter(None, _BETWEEN.split(_PHONE.sub(" ", text)))), "、".join(phones)


def described(cell: str, found: Understood) -> Understood | None:
    """Return a name with a word on what it says in brackets of the firm, as 停产; None where it says nothing."""
    told = _STATE.search(cell.strip().strip(_MARKS))
    return structs.replace(found, note=errors.problem("importing.described", text=told[0]).message) if told else None


def answered(head: str, field: Field, cell: object) -> Understood | None:
    """Return what a cell means whose words are none of the field's own; None where only a person knows."""
    return (_whether(head, field, cell) or _nothing(field, cell) or _placed(field, cell) or _worded(field, cell)
            or _shortened(field, cell) or _grown(field, cell))


def _placed(field: Field, cell: object) -> Understood | None:
    """Return the counties that are written with their own city, or its province: 嘉兴市南湖区."""
    if field.type != "county" and field.choices_from != "counties":
        return None
    from pairing_desktop.formspec import reference
    from pairing_desktop.formspec.fieldtypes.choices import SEPARATORS

    parts = ["".join(part.split()).removeprefix("浙江省") for part in SEPARATORS.split(text_of(cell)) if part.strip()]
    called = {f"{city}{one.name}": one.name for one in reference.counties()
              for city in ("", one.city, one.city.removesuffix("市"))}
    known = [called.get(part, "") for part in parts]
    return field.converter.parse("、".join(known)) if known and all(known) else None


def _nothing(field: Field, cell: object) -> Understood | None:
    """Return blank for 无, 办理中 and their like where the field has no 无."""
    from pairing_desktop.formspec.values import Understood

    blank = not field.converter.takes_nil and text_of(cell).strip() in _NONE
    return Understood(None, "空白") if blank else None


def _worded(field: Field, cell: object) -> Understood | None:
    """Return the choices that a cell's words hold: 省级专精特新中小企业 says 专精特新; every part must say one."""
    from pairing_desktop.formspec.fieldtypes.choices import SEPARATORS

    if field.type not in ("choice", "choices"):
        return None
    parts = [part for part in SEPARATORS.split(text_of(cell)) if part.strip()]
    held = [[choice.label for choice in field.choices if len(choice.label) > 1 and choice.label in part]
            for part in parts]
    if not all(held) or (field.type == "choice" and [len(labels) for labels in held] != [1]):
        return None
    return field.converter.parse("、".join(dict.fromkeys(label for labels in held for label in labels)))


def _shortened(field: Field, cell: object) -> Understood | None:
    """Return the only choice that has a cell's characters in their order: 招商统筹 is 招商信息统筹机制."""
    text = "".join(text_of(cell).split())
    if field.type != "choice" or len(text) < _SHORTEST:
        return None
    rest = {choice.label: iter(choice.label) for choice in field.choices}
    found = [label for label, letters in rest.items() if all(letter in letters for letter in text)]
    return field.converter.parse(found[0]) if len(found) == 1 else None


def _grown(field: Field, cell: object) -> Understood | None:
    """Return how much something grew, where a signed figure is told in words: 下降1.8个百分点 is -1.8."""
    from pairing_desktop.formspec.values import NotUnderstood

    found = _GROWN.fullmatch("".join(text_of(cell).split())) if field.is_number and field.signed else None
    try:
        return field.converter.parse(f"{'-' if found['less'] else ''}{found['rest']}") if found else None
    except NotUnderstood:
        return None


def _whether(head: str, field: Field, cell: object) -> Understood | None:
    """Return the answer to a head that asks 是否….

    是否推荐: 否 is 不推荐. 企业是否认可: 认可 is 是. 是否规上: 规下 is 否, whatever the head is.
    """
    from pairing_desktop.services.importing_within import ticked

    asked = _WHETHER.search(split(head)[1]) or (_WHETHER.search(field.plain_label) if field.type == "yes_no" else None)
    text = "".join(text_of(cell).split())
    scale = _SCALE.fullmatch(text) if field.type == "yes_no" and _SCALE.search(field.plain_label) else None
    if scale is not None:
        return field.converter.parse("是" if scale[1] == "上" else "否")
    if asked is None or not text:
        return None
    if field.type == "yes_no":
        said = {f"{no}{asked[1]}": "否" for no in ("不", "未", "非", "没有", "尚未")}
        said |= dict.fromkeys(_BUILDING if asked[1] == "投产" else (), "否")
        said |= {asked[1]: "是", f"已{asked[1]}": "是"}
        answer = said.get(text, "")
    else:
        labels = [choice.label for choice in field.choices]
        pairs = [(yes, no) for yes in labels for no in (f"不{yes}", f"未{yes}") if no in labels]
        ticks = ticked(text) if field.type == "choice" and len(pairs) == 1 else None
        answer = "" if ticks is None else pairs[0][not ticks]
    return field.converter.parse(answer) if answer else None


def figure(column: Column, known: Field, cell: Any, *, percent: bool) -> Understood:  # noqa: ANN401
    """Understand a figure in the unit that its head names; of days below a head of 人天 it is 人天."""
    from pairing_desktop.formspec.fieldtypes.numbers import plain

    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    unit = column.unit
    if number and percent:  # a rate is meant as shown
        return known.converter.parse(plain(Decimal(f"{cell * 100:.12g}")) + "%")
    if unit and number:
        return known.converter.parse(plain(Decimal(f"{cell:.15g}")) + unit)
    if unit and isinstance(cell, str) and _FIGURE_END.search(cell.strip()):
        return known.converter.parse(cell.strip() + unit)
    if known.unit == "人天" and isinstance(cell, str) and "人" in column.head and (days := _DAYS.fullmatch(cell)):
        found = known.converter.parse(f"{days[1]}人天")
        return structs.replace(found, note=f"按 {found.shown} 人天记")
    return known.converter.from_cell(cell)


def rough(text: str) -> str:
    """Return the figure of an approximate one without what makes it so: 120人 of 120余人; "" for any other text."""
    found = _ROUGH.fullmatch(half_width(text))
    if found is None or not any(found[n] for n in (1, 3, 5, 7)):
        return ""
    return "".join(found[n] or "" for n in (2, 4, 6))


def rounded(column: Column, known: Field, cell: object, found: Understood) -> Understood | None:
    """Return a figure with as many decimals as its field keeps and a word on both; None where nothing is to be rounded.

    Only what was given in another unit: of 万元 typed with five decimals the sheet's owner knows what they are.
    """
    from pairing_desktop.formspec.fieldtypes.numbers import decimals

    value, scale = found.value, known.scale
    other = column.unit or (isinstance(cell, str) and _UNIT_AT_END.search(cell) and found.note)
    if not other or not isinstance(value, Decimal) or decimals(value) <= scale:
        return None
    kept = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP).normalize()
    shown = known.converter.show(kept)
    said = errors.problem("importing.rounded", given=f"{text_of(cell).strip()}{column.unit}", exact=f"{value:f}",
                          kept=shown, unit=known.unit, scale=scale).message
    return structs.replace(found, value=Decimal(f"{kept:f}"), shown=shown, note=said)


def lost() -> Exception:
    """Return the refusal of a code that the sheet keeps as a number."""
    from pairing_desktop.formspec.values import NotUnderstood

    return NotUnderstood(errors.problem("importing.digits_lost").message)





def phone(cell: object) -> str:
    """Return a telephone number kept as a number with the nought of its area that a cell eats; "" for any other."""
    text = text_of(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else ""
    return f"0{text}" if _AREA.fullmatch(text) else ""
