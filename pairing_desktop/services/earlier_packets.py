"""What a packet says of earlier ones, compared with those at hand: 上期, 上年同期, and what is called 未变.

These stand on paper, and rules use the figures; whoever has the earlier packet need not believe them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.errors import Problem, problem
from pairing_desktop.services import strange_data, surroundings

if TYPE_CHECKING:
    from pairing_desktop.exchange.history_answer import Earlier
    from pairing_desktop.formspec.catalogue import Catalogue

SIDES = {"previous": "上期", "year_ago": "上年同期"}
Place = tuple[str, str, str]
"""Form; subject of a sheet, or key of an event; the period whose figures they are."""


class Sent(Struct, frozen=True):
    """Figures as a packet carried them."""

    payload: Mapping[str, Any]
    packet: str


def differing(data: Mapping[str, Any], catalogue: Catalogue, others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield figures that no packet at hand of their period carried; of a period without one nothing is said.

    A correction that is not at hand explains it, so that it is a notice.
    """
    from pairing_desktop.formspec import period as periods

    others = [e for e in others if e.data["county"] == data["county"]]
    went = _sent(others, catalogue)
    records = {r["key"]: r for r in data["records"]}
    for each in data["surroundings"]["earlier"]:
        record = records.get(each["record"])
        if record is None:
            continue  # told by ``data_fields``
        form = catalogue.form(record["form"])
        now = record["period"] or data["period"]
        for side, at in (("previous", periods.previous(now)), ("year_ago", periods.year_ago(now))):
            held = went.get((form.id, record["key"] if form.kind == "event" else record["subject"], at), [])
            said = each.get(side)
            if said is None or not held or any(one.payload == said for one in held):
                continue
            yield problem("agreement.earlier_differs", form=form.short, record=record["label"][:40], side=SIDES[side],
                          fields=_fields(form.by_id, said, held[-1].payload), name=held[-1].packet)


def unchanged(data: Mapping[str, Any], catalogue: Catalogue, others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield what the cover says is as it was in the submission that is replaced, and is not in its packet at hand."""
    before = _replaced(data, catalogue, others)
    if before is None:
        return
    numbers = {r["key"]: r["number"] for r in before["records"]}
    for form in catalogue.forms:
        now = {r["key"]: r["number"] for r in data["records"] if r["form"] == form.id}
        told, wanted = data["surroundings"]["changes"].get(form.id, "未变"), surroundings.changed(now, numbers)
        if told != wanted:
            yield problem("agreement.changes_differ", form=form.short, number=before["submission"], said=told[:20],
                          wanted=wanted)


def codes_otherwise(data: Mapping[str, Any], catalogue: Catalogue, others: Iterable[Earlier], *,
                    alike: bool) -> Iterator[Problem]:
    """Yield that stamped sheets are called those of the submission replaced, and are not in its packet at hand.

    ``alike``: the packet was drawn as this program draws. By another version, sheets may have other codes: a notice.
    """
    from pairing_desktop.services import sheet_codes

    said = set(data["surroundings"]["codes"])
    before = _replaced(data, catalogue, others) if said else None
    codes = said - {sheet.code for sheet in sheet_codes.of_data(before, catalogue)} if before else ()
    if before and codes:
        yield problem("agreement.codes_differ" if alike else "agreement.codes_unasked", count=len(codes),
                      number=before["submission"], first=min(codes)[:20])


def _replaced(data: Mapping[str, Any], catalogue: Catalogue, others: Iterable[Earlier]) -> Mapping[str, Any] | None:
    """Return what the packet says that is replaced; None when it is not at hand, or of other forms."""
    said = data["replaces"] or {"identity": ""}
    before = next((e.data for e in others if e.identity == said["identity"]), None)
    return before if before is not None and strange_data.forms(before, catalogue) is None else None


def counted_otherwise(data: Mapping[str, Any], catalogue: Catalogue,
                      others: Sequence[Earlier]) -> tuple[list[Problem], list[Problem]]:
    """Return contradictions, and notices, about events that rules count without their travelling again.

    Each stands as it was last sent. A correction that is not at hand would explain a difference, so that only packets
    without a gap contradict.
    """
    from pairing_desktop.exchange import history_way

    way = history_way.way(data["history"], others)
    went = _events(way.packets if way.alone else others, catalogue, data)
    proved: list[Problem] = []
    perhaps: list[Problem] = []
    for each in data["surroundings"]["others"]:
        said, held = each.get("payload"), went.get(each["key"], [])
        if said is None or any(one.payload in ({}, said) for one in held):
            continue
        place = {"form": catalogue.form(each["form"]).short, "record": each["label"][:40]}
        if held:
            fields = _fields(catalogue.form(each["form"]).by_id, said, held[0].payload)
            code = "agreement.sent_otherwise" if way.alone else "agreement.other_differs"
            told = problem(code, **place, fields=fields, name=held[0].packet)
            (proved if way.alone else perhaps).append(told)
        elif way.alone and way.whole:
            proved.append(problem("agreement.sent_nowhere", **place))
    return proved, perhaps


def gone(data: Mapping[str, Any], catalogue: Catalogue, others: Sequence[Earlier]) -> Iterator[Problem]:
    """Yield events that the packet before carried or counted, and that this one neither carries nor counts.

    A notice: one entered by mistake may have been taken out, which the history holds.
    """
    from pairing_desktop.exchange import history_way

    before = history_way.way(data["history"], others).packets[:1]
    now = {each["key"] for each in (*data["records"], *data["surroundings"]["others"])}
    for one in (each for each in before if each.data["period"] <= data["period"]):
        counted = [each for each in one.data["surroundings"]["others"] if "payload" in each]
        for record in (*one.data["records"], *counted):
            form = catalogue.form(record["form"]) if record["form"] in catalogue else None
            if form and form.kind == "event" and record["key"] not in now:
                yield problem("agreement.event_gone", form=form.short, record=record["label"][:40], name=one.name)


def _events(packets: Iterable[Earlier], catalogue: Catalogue, data: Mapping[str, Any]) -> dict[str, list[Sent]]:
    """Return how packets of earlier quarters carried each record; nothing of what another version of its form held."""
    found: dict[str, list[Sent]] = {}
    for one in packets:
        if one.data["county"] != data["county"] or one.data["period"] >= data["period"]:
            continue
        same = {f["id"] for f in one.data["forms"]
                if f["id"] in catalogue and catalogue.form(f["id"]).digest == f["digest"]}
        for record in one.data["records"]:
            payload = record["payload"] if record["form"] in same else {}
            found.setdefault(record["key"], []).append(Sent(payload, one.name))
    return found


def _sent(others: Iterable[Earlier], catalogue: Catalogue) -> dict[Place, list[Sent]]:
    """Return what each packet of the county carried, by place; the last submission of a period last."""
    found: dict[Place, list[Sent]] = {}
    for one in sorted(others, key=lambda e: (e.data["period"], e.data["submission"])):
        for record in one.data["records"]:
            if record["form"] not in catalogue:
                continue
            event = catalogue.form(record["form"]).kind == "event"
            place = (record["form"], record["key"] if event else record["subject"],
                     one.data["period"] if event else record["period"])
            found.setdefault(place, []).append(Sent(record["payload"], one.name))
    return found


def _fields(fields: Mapping[str, Any], said: Mapping[str, Any], sent: Mapping[str, Any]) -> str:
    """Return the fields that differ, by name: the first three."""
    names = [field.plain_label for name, field in fields.items()
             if any(said.get(m, {}).get(name) != sent.get(m, {}).get(name) for m in ("values", "raw", "marks"))]
    return "、".join(names[:3]) + (f" 等 {len(names)} 项" if len(names) > 3 else "")
