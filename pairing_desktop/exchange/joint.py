"""The joint part (联合体共有表): made by one county, answered by the other, countersigned (会签) by both heads.

Unsigned it is the 核对稿. The partner answers each field, 确认 or 有异议; then the heads sign, in any order, each with
the certificate of the own county, unless something is disputed. The second signature seals it. It never changes again
and is carried in packets.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from pairing_desktop.errors import BadContent, Problem, all_or_raise, problem, trouble
from pairing_desktop.exchange import joint_parts
from pairing_desktop.exchange import packet_parts as parts
from pairing_desktop.exchange.atomic import replace_container
from pairing_desktop.exchange.coordinates import COORDINATES
from pairing_desktop.exchange.joint_parts import (
    ANSWER,
    ANSWER_FORMAT,
    CONFIRMED,
    DISPUTED,
    FORMAT,
    HEAD,
    JOINT,
    records_digest,
)
from pairing_desktop.exchange.packet_parts import DATA, PDF
from pairing_desktop.exchange.signatory import Signatory, county_called, signatory
from pairing_desktop.signing import cades, container, identity, keys, manifest
from pairing_desktop.signing.keys import Signer

__all__ = [
    "ANSWER", "CONFIRMED", "DISPUTED", "FORMAT", "JOINT", "Dispute", "JointPart", "answer", "build", "is_joint_file",
    "open_joint", "records_digest", "sign",
]  # fmt: skip


class Dispute(Struct, frozen=True):
    """A field that the partner does not agree with; ``path`` "" means the record as a whole."""

    form: str
    key: str
    path: str
    words: str


class JointPart(Struct, frozen=True):
    """An opened joint part: its form is strict and its data canonical; signatures are not judged yet."""

    name: str
    identity: str
    """SHA-256 of data.json, hex."""
    data: Mapping[str, Any]
    answer: Mapping[str, Any] | None
    files: Mapping[str, bytes]
    signed: tuple[Signatory, ...]
    """In the order of signing."""

    @property
    def counties(self) -> tuple[str, str]:
        """The county that made it, and its partner."""
        return self.data["county"], self.data["partner"]

    @property
    def waiting(self) -> tuple[str, ...]:
        """The counties whose head has not signed yet."""
        done = {s.county for s in self.signed}
        return tuple(c for c in self.counties if c not in done)

    @property
    def complete(self) -> bool:
        """Whether both heads have signed."""
        return not self.waiting

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        """What the partner does not agree with."""
        said = self.answer["disputes"] if self.answer else ()
        return tuple(Dispute(d["form"], d["key"], d["path"], d["words"]) for d in said)

    @property
    def about_answer(self) -> tuple[Problem, ...]:
        """What is not good about the partner's answer, or its absence while nobody has signed."""
        return tuple(joint_parts.about_answer(self.answer, partner=self.data["partner"], signed=bool(self.signed)))

    @property
    def records(self) -> str:
        """One digest over what counts of its records."""
        return records_digest(self.data["records"])


def build(data: bytes, pdf: bytes, places: bytes) -> bytes:
    """Return the unsigned joint part of canonical ``data``, the PDF of its sheets and ``coordinates.json`` of that.

    Raises ``Trouble``.
    """
    joint_parts.parse(data)
    return container.pack({DATA: data, PDF: pdf, COORDINATES: places})


def is_joint_file(path: Path) -> bool:
    """Tell whether a file is a joint part (not whether a good one). Raises ``Trouble`` when it is no container."""
    return joint_parts.is_joint(container.read(path).files)


def open_joint(source: Path | bytes, *, name: str = JOINT) -> JointPart:
    """Open a joint part. Raises ``BadContent`` when it was tampered with, else ``Trouble``."""
    found = container.read(source, name=name if isinstance(source, bytes) else source.name)
    return opened(found, source.name if isinstance(source, Path) else name)


def opened(found: container.Container, name: str) -> JointPart:
    """Return the joint part that a container holds. Raises ``BadContent``."""
    problems = list(found.problems)
    if not joint_parts.is_joint(found.files):
        raise BadContent(*problems, problem("exchange.not_joint", file=name))
    data = joint_parts.parse(found.files[DATA])
    identity_ = hashlib.sha256(found.files[DATA]).hexdigest()
    said = joint_parts.parse_answer(found.files[ANSWER], identity_, data["records"]) if ANSWER in found.files else None
    signed = parts.signed_manifests(found.files)
    if PDF not in found.files:
        problems.append(problem("exchange.file_absent", name=PDF))
    known = joint_parts.known_names(len(signed))
    problems += [problem("exchange.joint_extra", name=n) for n in found.files if n not in known]
    for each in signed:
        if each.manifest is None:
            problems.append(problem("signing.manifest_form", name=each.names[0]))
        if each.cms is None:
            problems.append(problem("signing.signature_form", name=each.names[1]))
    if problems:
        raise BadContent(*problems)
    return JointPart(name, identity_, data, said, found.files, tuple(signatory(s.cms) for s in signed if s.cms))


def answer(path: Path, *, name: str, now: datetime, disputes: tuple[Dispute, ...] = ()) -> JointPart:
    """Write the partner's answer into the file in place: 确认, or 有异议 at the fields of ``disputes``.

    Raises ``Trouble`` and changes nothing when somebody has signed already, nobody answers, words are missing, or a
    dispute is about a record that is not in it.
    """
    part = open_joint(path)
    all_or_raise(_about_answer(part, name, disputes))
    said = [{"form": d.form, "key": d.key, "path": d.path, "words": d.words.strip()} for d in disputes]
    content = {
        "format": ANSWER_FORMAT, "identity": part.identity, "answer": DISPUTED if said else CONFIRMED,
        "name": name.strip(), "at": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "disputes": said,
    }
    replace_container(path, {**part.files, ANSWER: parts.canonical(content)})
    return open_joint(path)


def _about_answer(part: JointPart, name: str, disputes: tuple[Dispute, ...]) -> list[Problem]:
    if part.signed:
        return [problem("exchange.joint_signed_already", name=part.signed[0].name)]
    there = {(r["form"], r["key"]): r["label"] for r in part.data["records"]}
    problems = [] if name.strip() else [problem("exchange.joint_no_name")]
    problems += [problem("exchange.joint_no_record", record=d.key) for d in disputes if (d.form, d.key) not in there]
    problems += [problem("exchange.joint_no_words", record=there[d.form, d.key]) for d in disputes
                 if (d.form, d.key) in there and not d.words.strip()]
    return problems


def sign(path: Path, key: Signer, *, now: datetime) -> JointPart:
    """Add a head's countersignature in place: old or new, never a mixture; return the joint part as it is then.

    Raises ``Trouble`` and changes nothing when the key has expired, is no head's, is of neither county, the county has
    signed already, the partner disputes something, or an earlier signature is broken.
    """
    part = allowed(path, key, now=now)
    number = len(part.signed) + 1
    manifest_name, signature_name = manifest.names(number)
    content = manifest.make(number, parts.digests(part.files)).to_xml()
    signature = cades.make(hashlib.sha256(content).digest(), key, signed_at=now)
    replace_container(path, {**part.files, manifest_name: content, signature_name: signature})
    return open_joint(path)


def allowed(path: Path, key: Signer, *, now: datetime) -> JointPart:
    """Return the joint part that the key may sign now. Trouble, as ``sign`` raises it, where it may not."""
    part = open_joint(path)
    keys.require_role(key, place=path.name)
    keys.require_usable(key, now)
    all_or_raise(_about_signer(part, key))
    _check_earlier(part)
    return part


def _about_signer(part: JointPart, key: Signer) -> list[Problem]:
    who = identity.of(key.certificate)
    if part.complete:
        return [problem("exchange.joint_complete")]
    problems = []
    if who.role != HEAD:
        problems.append(problem("exchange.joint_not_head", role=who.role_name))
    if who.county not in part.counties:
        problems.append(problem("exchange.joint_other_county", county=county_called(who.county),
                                counties="、".join(map(county_called, part.counties))))
    elif who.county not in part.waiting:
        done = next(s for s in part.signed if s.county == who.county)
        return [problem("exchange.role_done", role=who.role_name, name=done.name)]
    if part.disputes:
        problems.append(problem("exchange.joint_disputed", count=len(part.disputes)))
    own = identity.key_fingerprint(key.certificate)
    if any(s.key_fingerprint == own for s in part.signed):
        problems.append(problem("exchange.same_key", role=who.role_name))
    return problems


def _check_earlier(part: JointPart) -> None:
    """Refuse to sign on top of a signature that does not hold, or covers too little."""
    digests = parts.digests(part.files)
    signed = parts.signed_manifests(part.files)
    for each in signed:
        if each.cms is None or each.manifest is None:
            raise trouble("exchange.broken_before", role="")
        listed = each.manifest.digests
        wanted = parts.to_cover(part.files, each.number, count=len(signed), seal=True)
        whole = all(digests.get(name) == digest for name, digest in listed.items()) and wanted <= set(listed)
        if cades.check(each.cms, each.digest) != (True, True) or not whole:
            raise trouble("exchange.broken_before", role=identity.of(each.cms.certificate).role_name)
