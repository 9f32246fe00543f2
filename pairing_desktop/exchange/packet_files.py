"""The files that a packet has to hold, and no others: its own, and the attachments that its records hold.

The data's list of attachments is worked out again from the records, whose sheets show each with its digest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.coordinates import COORDINATES
from pairing_desktop.exchange.packet_parts import (
    ATTACHMENTS,
    BASE,
    DATA,
    JOINT,
    PAPER,
    PDF,
    WORKBOOK,
    about_file,
    attachment_path,
)
from pairing_desktop.signing.container import META

NEEDED = (DATA, PDF, WORKBOOK, BASE)
_OWN = frozenset({*NEEDED, JOINT, COORDINATES})
_OF_FILE = frozenset({"sha256", "name", "size", "travels", "pages"})
"""What a payload says of a file."""
_NESTED = {dict, list}


class Attached(Struct, frozen=True):
    """A file that a record holds; only those that travel go into the packet with their content."""

    sha256: str
    name: str
    size: int
    travels: bool
    record: str
    pages: int = 0
    """Of a PDF; 0 where nobody counted."""


def attached(payload: Mapping[str, Any], record: str) -> Iterator[Attached]:
    """Yield the files that a record's payload holds, wherever in it."""
    stack: list[Any] = [payload.get("values", {})]
    while stack:
        found = stack.pop()
        if type(found) is dict and "sha256" in found and found.keys() | {"pages"} == _OF_FILE and _plain(found):
            yield Attached(record=record, **found)
            continue
        inside = found.values() if type(found) is dict else found
        stack += [each for each in inside if type(each) in _NESTED][::-1]


def _plain(found: Mapping[str, Any]) -> bool:
    """Tell whether an object holds no others: who writes other data could write anything."""
    return all(isinstance(each, str | int) for each in found.values())


def about_files(data: Mapping[str, Any], files: Mapping[str, bytes],
                by_digest: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield which files are missing, and where attachments, the data's list of them and its records differ."""
    for name in NEEDED:
        if name not in by_digest:
            yield about_file("exchange.file_absent", name=name)
    listed = [Attached(**entry) for entry in data.get("attachments", ())]
    travelling = {attachment_path(entry.sha256, entry.name): entry for entry in listed if entry.travels}
    for path, entry in travelling.items():
        if by_digest.get(path, b"").hex() != entry.sha256:
            yield problem("exchange.attachment_missing", name=entry.name)
        elif len(files[path]) != entry.size:
            yield problem("exchange.attachment_size", name=entry.name, shown=len(files[path]), wanted=entry.size)
    for name, digest in by_digest.items():
        if name.startswith(ATTACHMENTS) and (name not in travelling or travelling[name].sha256 != digest.hex()):
            yield problem("exchange.attachment_unlisted", name=name)
    yield from _about_list(data, listed)


def _about_list(data: Mapping[str, Any], listed: Iterable[Attached]) -> Iterator[Problem]:
    """Yield where the data's list of attachments is not what its records hold."""
    records = data.get("records", ())
    said = Counter(map(astuple, listed))
    held = Counter(astuple(each) for record in records for each in attached(record["payload"], record["key"]))
    if said == held:
        return
    labels = {record["key"]: record["label"] for record in records}
    differing = {"exchange.attachment_left_out": held - said, "exchange.attachment_nowhere": said - held}
    for code, more in differing.items():
        for _, name, _, _, record, _ in more:
            yield problem(code, name=name[:60], record=labels.get(record, record)[:40])


def strange(names: Iterable[str]) -> list[str]:
    """Return the files that no packet holds; attachments, signatures and scans are asked for by themselves."""
    return [name for name in names if name not in _OWN and not name.startswith((ATTACHMENTS, META, PAPER))]
