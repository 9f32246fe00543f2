"""What stands around any form's body: head, foot, notes, stamp rooms, code."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from pairing_desktop.documents.code import CODED, code_text, sheet_code
from pairing_desktop.documents.model import Block, Document, Heading, StampCell, StampRow
from pairing_desktop.documents.views import LayoutContext, RecordView
from pairing_desktop.formspec import period as periods
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.reference import county

POSTS = ("单位负责人", "审核人", "填表人", "联系电话")
DATE = "20　　年　　月　　日"
NUMERALS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return 一, 十二, 二十 … for section heads, up to 99."""
    tens, ones = divmod(number, 10)
    front = "" if not tens else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return front + (NUMERALS[ones] if ones or not tens else "")


def section_heading(number: int, title: str) -> Heading:
    """Return 一、基本情况."""
    return Heading(text=f"{chinese_number(number)}、{title}")


def document(
    form: Form, context: LayoutContext, blocks: list[Block], *, record: RecordView | None = None,
    count: int = 0, landscape: bool = False, sheet: str = "", remarks: tuple[str, ...] = (),
) -> Document:
    """Put head, foot and notes around a body; ``record`` for a card, ``count`` for a roster."""
    stamped = form.print.stamped and record is not None
    code = _code(form, record, context) if stamped and record and not context.blank else ("", "")
    period = _period(form, context)
    named = record.label if record else ""
    return Document(
        form=form.id, title=sheet or form.title, blocks=tuple(blocks), label=named, annex=form.head.annex,
        notice=form.head.notice, marks=_marks(form), head_left=_left(form, record, context, stamped=stamped),
        head_centre=_centre(form, context, stamped=stamped), head_right=_right(form, count),
        continued=_continued(form, named, period, stamped=stamped), foot=foot(context),
        notes=(*form.notes, *remarks), landscape=landscape, sheet=sheet, code=code[0], code_text=code[1],
        footer_note=_footer(form, named, context, period, stamped=stamped),
    )


def _period(form: Form, context: LayoutContext) -> str:
    """Return 2024年二季度, or 2024年度 on a yearly sheet."""
    return periods.title(context.period[:4] if form.kind == "yearly" else context.period)


def _marks(form: Form) -> tuple[tuple[str, str], ...]:
    """Return the five marks of a statistical head, or none at all: an empty mark is never printed."""
    marks = form.head.marks
    if form.head.kind != "statistics" or not marks.complete:
        return ()
    return (("表　　号", marks.number), ("制定机关", marks.maker), ("批准/备案机关", marks.approver),
            ("文　　号", marks.document), ("有效期至", marks.valid_until))


def subject_in_head(form: Form) -> bool:
    """Tell whether the head line says whom a sheet is about: its rooms to stamp name the bureaus.

    A statistical head says who reports, whatever stands below.
    """
    return bool(form.subject and form.print.stamped and not _marks(form))


def names_subject(form: Form) -> bool:
    """Tell whether a sheet says whom it is about before its first value."""
    return bool(form.subject) and (form.print.layout == "statistical" or subject_in_head(form))


def _left(form: Form, record: RecordView | None, context: LayoutContext, *, stamped: bool) -> str:
    if record and subject_in_head(form):
        return f"{form.print.about}：{record.subject_label}"
    return f"填报单位：{context.bureau}" if stamped else f"填报单位（盖章）：{context.bureau}"


def _centre(form: Form, context: LayoutContext, *, stamped: bool) -> str:
    """Return the period; a stamped register names none, because it stays valid while its data does."""
    period = _period(form, context)
    if form.kind == "register":
        return "" if stamped else f"{period}末"
    return period


def _continued(form: Form, named: str, period: str, *, stamped: bool) -> str:
    """Return the middle of a later page's head line; a stamped register's names no period either."""
    when = "" if stamped and form.kind == "register" else period
    return "　".join(word for word in (named, "" if when in named else when) if word)


def _right(form: Form, count: int) -> str:
    unit = f"计量单位：{form.head.unit}" if form.head.unit else ""
    return "　".join(word for word in (unit, f"共{count}{form.print.measure}" if count else "") if word)


def _footer(form: Form, named: str, context: LayoutContext, period: str, *, stamped: bool) -> str:
    """Return the grey note of a page's foot; a stamped sheet's changes with its data only. A long name is cut last."""
    if stamped:
        when = "" if form.kind == "register" else period
        return " · ".join(word for word in (form.title, "" if when in named else when, named) if word)
    times = f" 第{context.submission}次报送" if context.submission else ""
    return f"{context.county_name} {period}{times} · {form.title}"


def _code(form: Form, record: RecordView, context: LayoutContext) -> tuple[str, str]:
    """Return a stamped sheet's code and its QR's text: the same data and names give the same code, whoever reports."""
    period = {"register": "", "yearly": context.period[:4]}.get(form.kind, context.period)
    frozen: list[Any] = [form.id, form.digest or str(form.version), context.county, period, record.key, record.payload]
    frozen += [record.previous, record.year_ago] if form.kind in ("quarterly", "yearly") else []
    frozen += [_beside(form, record, context)] if form.print.beside else []
    if context.coded == CODED:
        frozen += [CODED, record.subject_label, list(_names(form.fields, record.payload.get("values", {}), context))]
    content = json.dumps(frozen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    code = sheet_code(content.encode())
    return code, code_text(form=form.id, county=context.county, period=period or "0", code=code)


def _names(fields: Iterable[Field], values: Mapping[str, Any], context: LayoutContext) -> Iterator[str]:
    """Yield what a sheet calls the records that it refers to: under another name it is another sheet."""
    for field in fields:
        held = values.get(field.id)
        if field.type == "reference" and isinstance(held, str):
            yield context.resolve(field.form, held)
        elif field.type == "table" and isinstance(held, list):
            for row in held:
                yield from _names(field.columns, row.get("values", {}), context)


def _beside(form: Form, record: RecordView, context: LayoutContext) -> list[Any]:
    """Return what a card prints of the records that it refers to."""
    values = record.payload.get("values", {})
    found = [(b, context.target(form.by_id[b.after].form, values.get(b.after, ""))) for b in form.print.beside]
    return [target[1].get("values", {}).get(b.field) if target else None for b, target in found]


def foot(context: LayoutContext) -> tuple[str, ...]:
    """Return the foot's words, with the names that are known."""
    return (*(_post(post, context) for post in POSTS), f"报出日期：{DATE}")


def _post(post: str, context: LayoutContext) -> str:
    return f"{post}：{context.people.get(post, '')}"


def stamp_blocks(form: Form, record: RecordView, context: LayoutContext, *, heading: Heading | None) -> list[Block]:
    """Return a stamped form's rooms: those the form names, on a joint one beside both counties'."""
    if not form.print.stamped:
        return []
    if form.joint:
        rooms = {title: _room(title, form, record, context) for title in form.print.stamps}
        others = (replace(room, head=title, title="单位（盖章）") for title, room in rooms.items())
        cells = (*_joint(context), *others)
    else:
        titles = form.print.stamps or ("填报单位（盖章）",)
        cells = tuple(_room(title, form, record, context) for title in titles)
    return [*([heading] if heading else []), StampRow(cells=cells)]


def _joint(context: LayoutContext) -> tuple[StampCell, ...]:
    place = county(context.county)
    mountain = bool(place and (place.mountain26 or place.left_list))
    own, other = ("山区县", "工业大县") if mountain else ("工业大县", "山区县")
    ours = StampCell(head=f"{own}确认", name=context.bureau, lines=_own_lines(context))
    blank = (("单位负责人：", "审核人："), ("填表人：", "联系电话："), (f"会签日期：{DATE}",))
    return ours, StampCell(head=f"{other}会签", name=context.partner_bureau or context.partner_name, lines=blank)


def _own_lines(context: LayoutContext) -> tuple[tuple[str, ...], ...]:
    a, b, c, d = (_post(post, context) for post in POSTS)
    return ((a, b), (c, d), (f"报出日期：{DATE}",))


def _room(title: str, form: Form, record: RecordView, context: LayoutContext) -> StampCell:
    if title.startswith("填报单位"):
        return StampCell(title=f"{title}：", name=context.bureau, lines=_own_lines(context))
    lines = (("负责人或授权人（签字）：",), ("联系电话：",), (f"日期：{DATE}",))
    name = record.label if title.startswith("企业") else ""
    return StampCell(title=f"{title}：", name=name, options=_options(title, form), lines=lines)


def _options(title: str, form: Form) -> tuple[str, ...]:
    """Return answers to tick by hand: those of the choice field named like the room (验收意见, 验收结果)."""
    field = next((f for f in form.fields if f.type == "choice" and f.label[:2] == title[:2]), None)
    return tuple(c.label for c in field.choices) if field and len(field.choices) <= 4 else ()
