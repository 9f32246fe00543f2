"""Where a packet's or a joint part's data has not its one form, or contradicts itself: the first place of each kind."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.data_shape import (
    JOINT_SAYS,
    Joint,
    PacketData,
    Payload,
    Replaced,
    Row,
    Said,
    Surroundings,
)
from pairing_desktop.formspec.period import Quarter

YEARS = range(1900, 9999)
"""Those that quarters lie in; the end of the last year that there is comes in no zone further east."""

_Named = TypeVar("_Named")


def problems(data: Mapping[str, Any], shape: type[Said]) -> Iterator[Problem]:
    """Yield where data has not its form; the first place tells, for what is misread there tells nothing of the rest."""
    try:
        found = msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        yield problem("exchange.data_malformed", reason=_place(str(error)))
        return
    except RecursionError:
        yield problem("exchange.data_malformed", reason="层次过深")
        return
    yield from _twice(found)
    yield from _about_rows(found)
    yield from _about_times(found)
    if isinstance(found, PacketData):
        yield from _about_number(found)
        yield from _about_replaced(found)
        yield from _about_joint(found.joint)


def _twice(data: Said) -> Iterator[Problem]:
    """Yield the first of each kind that is written twice: whoever looks it up would see only one of them."""
    records, around = data.records or (), data.surroundings or Surroundings()
    for record in _again((record.key, record) for record in records):
        yield problem("exchange.record_twice", record=record.label[:40])
    for form in _again((form.id, form) for form in data.forms or ()):
        yield problem("exchange.form_twice", form=form.title or form.id)
    travel = {record.key for record in records}
    others = around.others or ()
    named = {
        "不随包的记录": [(other.key, other.label) for other in others],
        "上期数": [(each.record, each.record) for each in around.earlier or ()],
        "要填的表式": [(form, form) for form in around.forms or ()],
        "表码": [(code, code) for code in around.codes or ()],
        "汇总表": [(sheet.id, sheet.id) for sheet in getattr(data, "sheets", UNSET) or ()],
    }
    for what, each in named.items():
        for name in _again((key, name) for key, name in each):
            yield problem("exchange.member_twice", what=what, name=name[:40])
    for other in others:
        if other.key in travel:
            yield problem("exchange.member_twice", what="随包和不随包的记录", name=other.label[:40])


def _again(named: Iterable[tuple[str, _Named]]) -> list[_Named]:
    """Return the first whose name stood before, alone; nothing where each has its own."""
    met: set[str] = set()
    for name, each in named:
        if name in met:
            return [each]
        met.add(name)
    return []


def _about_rows(data: Said) -> Iterator[Problem]:
    """Yield the first table with a row that is none, or that stands twice: its paths would name two."""
    around = data.surroundings or Surroundings()
    held: list[tuple[str, Payload | UnsetType]] = [(each.label, each.payload) for each in data.records or ()]
    held += [(other.label, payload) for other in around.others or () for payload in (other.payload, other.aside)]
    held += [(each.record, payload) for each in around.earlier or () for payload in (each.previous, each.year_ago)]
    for label, payload in held:
        for name, value in (payload.values or {}).items() if isinstance(payload, Payload) else ():
            if isinstance(value, list) and any(isinstance(each, dict) for each in value):
                fault = _of_rows(value)
                if fault:
                    yield problem("exchange.data_malformed", reason=f"“{label[:40]}”的表 {name[:40]} {fault}")
                    return


def _of_rows(table: list[Any]) -> str:
    """Return what is wrong with a table's rows; "" for nothing."""
    try:
        rows = msgspec.convert(table, list[Row])
    except msgspec.ValidationError:
        return "有一行的写法不对"
    return "有一行写了两次" if _again((row.id, row) for row in rows) else ""


def _about_times(data: Said) -> Iterator[Problem]:
    """Yield a period that is no quarter, and a moment of finalising that not every time zone has."""
    try:
        Quarter.parse(data.period)
    except ValueError:
        yield problem("exchange.data_malformed", reason="period 的写法不对")
    at = getattr(data, "finalised_at", UNSET)
    if at is not UNSET and at.year not in YEARS:
        yield problem("exchange.data_malformed", reason="finalised_at 的写法不对")


def _about_number(data: PacketData) -> Iterator[Problem]:
    """Yield a submission that is not the one after what it replaces."""
    if data.submission is UNSET:
        return
    before = data.replaces.submission if isinstance(data.replaces, Replaced) else 0
    if data.submission != before + 1:
        named = f"第{before}次" if before else "空的"
        yield problem("exchange.submission_number", number=data.submission, before=named)


def _about_replaced(data: PacketData) -> Iterator[Problem]:
    """Yield what a submission that replaces none says of the one replaced: no page shows it."""
    around = data.surroundings
    if isinstance(data.replaces, Replaced) or not isinstance(around, Surroundings):
        return
    for name in ("changes", "codes"):
        if getattr(around, name):
            yield problem("exchange.data_malformed", reason=f"没有取代哪一次报送，surroundings.{name} 却不是空的")


def _about_joint(said: Joint | UnsetType) -> Iterator[Problem]:
    """Yield what a packet says of its joint part besides what its state leaves to be said: nothing looks at that."""
    for name, states in JOINT_SAYS.items():
        if isinstance(said, Joint) and getattr(said, name) is not UNSET and said.state not in states:
            yield problem("exchange.data_malformed", reason=f"joint 里有不该有的内容 {name}")


_RECORD = re.compile(r"^records\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `([^`]{1,60})`")
_LACKING = re.compile(r"missing required field `([^`]{1,60})`")


def _place(message: str) -> str:
    """Return in words where the library found data of another form: records[3].payload."""
    at = message.replace(" - at `key` in `$", " - at `$").rsplit(" - at `$", 1)
    where = at[1].rstrip("`").lstrip(".")[:80] if len(at) > 1 else ""
    where = _RECORD.sub(lambda found: f"第 {int(found[1]) + 1} 条记录", where)
    inside = f"{where} 里" if where else ""
    if unknown := _UNKNOWN.search(message):
        return f"{inside}有不认识的内容 {unknown[1]}"
    if lacking := _LACKING.search(message):
        return f"{inside}缺少 {lacking[1]}"
    return f"{where or '内容'} 的写法不对"
