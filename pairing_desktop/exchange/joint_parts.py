"""What a joint part (联合体共有表) consists of, and when two of them say the same.

``joint.asice`` is a container of its own: ``data.json`` with the joint sheets' records and nothing else of the county,
``report.pdf`` of those sheets, ``coordinates.json`` as in a packet (those made before have none), ``answer.json`` once
the partner has answered, and up to two manifests with their signatures, by the heads of both counties, each over every
file. It is carried unchanged inside packets.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from pairing_desktop.errors import BadContent, Problem, problem
from pairing_desktop.exchange import data_faults, data_shape
from pairing_desktop.exchange import packet_parts as parts
from pairing_desktop.exchange.coordinates import COORDINATES
from pairing_desktop.exchange.packet_parts import DATA, PDF
from pairing_desktop.exchange.signatory import county_called

FORMAT = "pairing-desktop/joint/1"
ANSWER_FORMAT = "pairing-desktop/joint-answer/1"
JOINT, ANSWER = parts.JOINT, "answer.json"
HEAD = "head"
CONFIRMED, DISPUTED = "confirmed", "disputed"


class Difference(Struct, frozen=True):
    """One place at which two sets of joint records differ; ``path`` is "" when a whole record came or went."""

    form: str
    key: str
    label: str
    path: str = ""


def parse(content: bytes) -> dict[str, Any]:
    """Return the data of a joint part. Raises ``BadContent`` unless it is canonical JSON of our format."""
    data = parts.parse_object(content)
    problems = tuple(_about_data(data))
    if problems:
        raise BadContent(*problems)
    return data


def _about_data(data: Mapping[str, Any]) -> Iterator[Problem]:
    said = str(data.get("format", ""))
    if said != FORMAT:
        newer = said.startswith("pairing-desktop/joint/")
        code = "newer_format" if newer else "data_malformed"
        yield problem(f"exchange.{code}", format=said[:60], reason="格式标识不对")
        return
    yield from data_faults.problems(data, data_shape.JointData)
    if data.get("county") == data.get("partner"):
        yield problem("exchange.data_malformed", reason="两县（市、区）代码相同")


def parse_answer(content: bytes, identity: str, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the partner's answer. Raises ``BadContent`` unless it is one, by somebody, to this very joint part.

    What it disputes is one of the joint part's ``records``, no place twice.
    """
    answer = parts.parse_object(content)
    disputes = answer.get("disputes")
    good = (answer.get("format") == ANSWER_FORMAT and answer.get("identity") == identity
            and answer.get("answer") in (CONFIRMED, DISPUTED) and isinstance(disputes, list)
            and bool(disputes) == (answer.get("answer") == DISPUTED)
            and all(isinstance(answer.get(name), str) for name in ("name", "at"))
            and bool(answer["name"].strip()) and all(_is_dispute(d) for d in disputes))
    if not good or not _of_records(answer["disputes"], records):
        raise BadContent(problem("exchange.joint_answer_malformed"))
    return answer


def _of_records(disputes: Iterable[Mapping[str, str]], records: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether disputes are each about one of the records, and no place is disputed twice."""
    places = [(d["form"], d["key"], d["path"]) for d in disputes]
    there = {(r["form"], r["key"]) for r in records}
    return len(set(places)) == len(places) and all(place[:2] in there for place in places)


def about_answer(answer: Mapping[str, Any] | None, *, partner: str, signed: bool) -> Iterator[Problem]:
    """Yield what is not good about the partner's answer: there is none while nobody has signed, or it is 有异议.

    Signed by both heads without an answer of its own, the partner's head has consented by signing: a remark says so.
    """
    if answer is None and not signed:
        yield problem("exchange.joint_unanswered", partner=county_called(partner))
    elif answer is not None and answer["disputes"]:
        yield problem("exchange.joint_disputed", count=len(answer["disputes"]))


def _is_dispute(dispute: object) -> bool:
    return isinstance(dispute, dict) and all(isinstance(dispute.get(n), str) for n in ("form", "key", "path", "words"))


def content_of(records: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what counts of joint records, by form and key: not which revision it is, nor when it was typed."""
    return {(r["form"], r["key"]): {name: r.get(name, "") for name in ("label", "period", "subject", "payload")}
            for r in records}


def records_digest(records: Iterable[Mapping[str, Any]]) -> str:
    """Return one SHA-256, hex, over what counts of joint records; the order in which they come does not."""
    found = content_of(records)
    listed = [{"form": form, "key": key, **found[form, key]} for form, key in sorted(found)]
    return hashlib.sha256(parts.canonical({"records": listed})).hexdigest()


def differences(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """Return where two sets of joint records differ, by record and field."""
    old, new = content_of(before), content_of(after)
    found = []
    for form, key in sorted(old.keys() | new.keys()):
        was, now = old.get((form, key)), new.get((form, key))
        label = str((now or was or {}).get("label", ""))
        if was is None or now is None:
            found.append(Difference(form, key, label))
        elif was != now:
            paths = sorted(_paths(was["payload"], now["payload"])) or [""]
            found += [Difference(form, key, label, path) for path in paths]
    return found


def _paths(was: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """Return the paths at which two payloads differ, a table's by row and column where rows are the same ones."""
    found: set[str] = set()
    for member in was.keys() | now.keys():
        a, b = was.get(member), now.get(member)
        if a == b:
            continue
        if not isinstance(a, dict | None) or not isinstance(b, dict | None):
            continue
        a, b = a or {}, b or {}
        for name in a.keys() | b.keys():
            if a.get(name) != b.get(name):
                found |= _inside(name, a.get(name), b.get(name))
    return found


def _inside(name: str, was: object, now: object) -> set[str]:
    """Return the paths of a field: itself, or the cells of a table whose rows are the same ones."""
    if not _is_table(was) or not _is_table(now):
        return {name}
    old = {row["id"]: row for row in was if isinstance(row, dict)}  # type: ignore[attr-defined]
    new = {row["id"]: row for row in now if isinstance(row, dict)}  # type: ignore[attr-defined]
    if old.keys() != new.keys():
        return {name}
    return {f"{name}/{row}/{path}" for row in old for path in _paths(old[row], new[row])} or {name}


def _is_table(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in value)


def is_joint(files: Mapping[str, bytes]) -> bool:
    """Tell by its data whether a container is a joint part; never raises.

    Data that cannot be read (compressed again by another program) tells nothing; then a packet's further files do.
    """
    data = files.get(DATA, b"")
    if data.startswith(b"{"):
        return b'"format":"pairing-desktop/joint/' in data
    return PDF in files and not files.keys() & {parts.WORKBOOK, parts.BASE}


def known_names(count: int) -> set[str]:
    """Return the names that may stand in a joint part with that many signatures."""
    from pairing_desktop.signing import manifest

    return {DATA, PDF, COORDINATES, ANSWER, *(name for n in range(1, count + 1) for name in manifest.names(n))}
