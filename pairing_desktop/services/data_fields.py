"""What a packet's or a joint part's data holds that no page shows, and records that it calls otherwise than the forms.

Equal values are proved from what the forms lay out; a value under a name that no form knows would be signed unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.services import freezing, naming, scope
from pairing_desktop.services.surroundings import pointers
from pairing_desktop.services.workspace import ROLE_LABELS

if TYPE_CHECKING:
    from pairing_desktop.formspec.catalogue import Catalogue

SIDES = ("payload", "aside", "previous", "year_ago")


def against(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield all that speaks against a packet's data by themselves."""
    if data["replaces"] is not None and not data["reason"].strip():
        yield problem("agreement.no_reason")
    yield from strange(data, catalogue)
    yield from misnamed(data, catalogue)
    yield from sheets_twice(data, catalogue)
    yield from about_forms(data, catalogue)
    yield from about_people(data)
    yield from late_otherwise(data, catalogue)
    yield from registers_aside(data, catalogue)
    yield from about_joint(data, catalogue)


def strange(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield each value that no field of its form holds, or that stays in the county."""
    around = data["surroundings"]
    forms = {r["key"]: (r["form"], r["label"]) for r in (*data["records"], *around["others"])}
    holders = [(r["key"], r) for r in (*data["records"], *around["others"])]
    holders += [(e["record"], e) for e in around["earlier"]]
    for key, holder in holders:
        if key not in forms:
            yield problem("agreement.data_malformed", what="上期数所说的那条记录")
            continue
        form_id, label = forms[key]
        form = catalogue.form(form_id)
        for side in SIDES:
            for path in freezing.hidden(form.fields, holder.get(side, {})):
                yield problem("agreement.unknown_field", form=form.short, record=label[:40], field=path[:60])


def misnamed(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield records that are called otherwise than what was entered in them says, or stand for another period."""
    labels = {r["key"]: (r["form"], r["label"]) for r in (*data["surroundings"]["others"], *data["records"])}

    def resolve(form_id: str, key: str) -> str:
        form, label = labels.get(key, ("", ""))
        return label if form == form_id else ""

    for record in data["records"]:
        form = catalogue.form(record["form"])
        period = naming.stored_period(form, data["period"])
        wanted = naming.label(form, record["payload"], subject=record["subject"], period=period, resolve=resolve)
        natural = naming.natural_key(form, record["payload"], subject=record["subject"], period=period)
        for name, held, own in (("名称", record["label"], wanted), ("期别", record["period"], period),
                                ("判断重复登记的依据", record["natural_key"], natural)):
            if held != own:
                yield problem("agreement.misnamed", form=form.short, name=name, shown=held[:40] or "（空）",
                              wanted=own[:40] or "（空）")


def sheets_twice(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield sheets of one form and subject that stand twice: a quarter has one, and figures would be counted twice."""
    met: set[tuple[str, str]] = set()
    for record in data["records"]:
        form, which = catalogue.form(record["form"]), (record["form"], record["subject"])
        if form.kind in scope.SHEETS and which in met:
            yield problem("agreement.sheet_twice", form=form.short, record=record["label"][:40])
        met.add(which)


def about_forms(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield where the data's list of forms is not that of its records, each called as this catalogue calls it."""
    used = {record["form"] for record in data["records"]}
    said = {each["id"]: each for each in data["forms"]}
    for form in catalogue.forms:
        own = {name: getattr(form, name) for name in ("version", "digest", "title", "short", "kind")}
        if (form.id in used) != (form.id in said) or not own.items() <= said.get(form.id, own).items():
            yield problem("agreement.form_list", form=form.short)


def about_people(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield posts on the cover that no signature stands for, or that are called otherwise."""
    for person in data["surroundings"]["people"]:
        wanted = ROLE_LABELS.get(person["role"], "")
        if person["label"] not in ("", wanted) or not wanted:
            yield problem("agreement.person", label=(person["label"] or person["role"])[:20], name=person["name"][:40])


def late_otherwise(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield records called 补报 that no earlier quarter should have held: only an event of before this one is."""
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.formspec import records

    begins = periods.Quarter.parse(data["period"]).start
    for record in (each for each in data["records"] if each.get("late")):
        form = catalogue.form(record["form"])
        day = records.event_date(form, record["payload"]) if form.kind == "event" else None
        if day is None or day >= begins:
            yield problem("agreement.late", form=form.short, record=record["label"][:40])


def registers_aside(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield registers' records that are said not to travel: those always do, all of them."""
    for each in data["surroundings"]["others"]:
        form = catalogue.form(each["form"])
        if form.kind == "register":
            yield problem("agreement.register_aside", form=form.short, record=each["label"][:40])


def pointing_nowhere(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield records that refer to what is neither in the packet nor named in it.

    A notice: a quarter that is sent again may refer to what was entered after it.
    """
    there = {(each["form"], each["key"]) for each in (*data["records"], *data["surroundings"]["others"])}
    for record in data["records"]:
        form = catalogue.form(record["form"])
        to = [(field.form, key, field.plain_label) for field, key in pointers(form.fields, record["payload"])]
        to += [(form.subject, record["subject"], "所属")] if form.subject and record["subject"] else []
        for target, key, label in to:
            if (target, key) not in there:
                yield problem("agreement.nowhere", form=form.short, record=record["label"][:40], field=label)


def about_joint(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield forms that a packet calls joint otherwise than this catalogue, and joint records of which it says nothing.

    A county without a partner has nobody to agree with: see ``without_partner``.
    """
    from pairing_desktop.exchange.joint_verdict import NONE

    said = {f["id"]: f.get("joint") is True for f in data["forms"]}
    for form in catalogue.forms:
        if said.get(form.id, form.joint) != form.joint:
            yield problem("agreement.joint_form", form=form.short)
    count = _joint_records(data, catalogue)
    if count and data["partner"] and data["joint"]["state"] == NONE:
        yield problem("agreement.joint_unsaid", count=count)


def without_partner(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield that records of two counties were agreed on by nobody, where the data names no partner. A notice."""
    count = _joint_records(data, catalogue)
    if count and not data["partner"]:
        yield problem("agreement.no_partner", count=count)


def _joint_records(data: Mapping[str, Any], catalogue: Catalogue) -> int:
    joint = {f.id for f in catalogue.forms if f.joint}
    return sum(r["form"] in joint for r in data["records"])


def not_joint(data: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield records of a joint part whose form both counties do not share."""
    for record in data["records"]:
        form = catalogue.form(record["form"])
        if not form.joint:
            yield problem("agreement.joint_stranger", form=form.short, record=record["label"][:40])
