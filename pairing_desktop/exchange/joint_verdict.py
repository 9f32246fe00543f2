"""The verdict on a joint part: by itself, and as it stands in a packet.

By itself: the container in its one form, every file covered by both signatures, one by the head of each county. In a
packet: its records are the packet's own joint records, word for word; where it is missing, the packet says why.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from pairing_desktop.errors import Problem, Trouble, problem
from pairing_desktop.exchange import joint_parts
from pairing_desktop.exchange import packet_parts as parts
from pairing_desktop.exchange.joint_parts import HEAD, JOINT
from pairing_desktop.exchange.packet_parts import DATA, PDF, SignedManifest
from pairing_desktop.exchange.signatory import county_called
from pairing_desktop.exchange.verdict import Verdict, all_problems, revocation, summed, unreadable
from pairing_desktop.signing import cades, container, identity
from pairing_desktop.signing import trust as trusting
from pairing_desktop.signing.container import Container
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.trust import Trust
from pairing_desktop.signing.verdict import CertificateVerdict, SignatureVerdict

SIGNED, MISSING, NONE = "signed", "missing", "none"
"""What a packet's data says of its joint part: carried with both signatures; not there, with a reason; not needed."""


class Carried(Struct, frozen=True):
    """What is said of the joint part of a packet. ``good`` None: the packet needs none, or says why it has none."""

    good: bool | None
    verdict: Verdict | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def of_joint(found: Container, trust: Trust, *, name: str) -> Verdict:
    """Answer for a joint part that could be read as a container. Never raises on what it holds."""
    try:
        data: Mapping[str, Any] = joint_parts.parse(found.files.get(DATA, b""))
        about_data = list(_about_files(found.files))
    except Trouble as error:
        data, about_data = {}, list(error.problems)
    signed = parts.signed_manifests(found.files)
    answer, about_answer = _answer(found.files, data, signed=bool(signed))
    bare = answer is None and not about_answer and bool(signed) and bool(data)
    counties = tuple(data[n] for n in ("county", "partner")) if data else ()
    signatures = tuple(_signature(each, found.files, signed, counties, trust) for each in signed)
    about_heads = list(_about_heads(signatures, counties))
    known = joint_parts.known_names(len(signed))
    extra = [problem("exchange.joint_extra", name=n) for n in found.files if n not in known]
    broken = any(p.code in _BROKEN for p in all_problems(signatures))
    answers = {
        "integrity": not found.problems and not broken,
        "coverage": not extra and bool(signatures)
        and not any(p.code == "exchange.covers_too_little" for p in all_problems(signatures)),
        "signatures": bool(signatures) and all(s.good for s in signatures),
        "roles": not about_heads,
        "county": bool(signatures) and all(s.county in counties for s in signatures),
        "data": not about_data,
        "confirmed": None if bare else answer is not None and not about_answer,
        "confirmed_by": answer["name"] if answer and not about_answer else None,
        "revocation": revocation(signatures),
        "identity": parts.digests({DATA: found.files[DATA]})[DATA].hex() if DATA in found.files else None,
    }
    problems = [*found.problems, *about_data, *about_answer, *all_problems(signatures), *extra, *about_heads]
    missing = (HEAD,) if any(p.code == "exchange.joint_unsigned" for p in about_heads) else ()
    remarks = (problem("exchange.joint_unconfirmed", partner=county_called(data["partner"])),) \
        if bare and not missing else ()
    return summed("joint", name=name, signatures=signatures, missing=missing, problems=problems, answers=answers,
                  warnings=remarks)


_BROKEN = {
    "exchange.file_changed", "exchange.file_removed", "signing.content_changed",
    "signing.manifest_form", "signing.signature_form",
}  # fmt: skip


def _about_files(files: Mapping[str, bytes]) -> Iterator[Problem]:
    if PDF not in files:
        yield problem("exchange.file_absent", name=PDF)


def _answer(files: Mapping[str, bytes], data: Mapping[str, Any], *, signed: bool,
            ) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """Return the partner's answer and what is wrong with it; of data that says nothing, nothing is asked."""
    if not data:
        return None, ()
    answer = None
    if joint_parts.ANSWER in files:
        try:
            identity_ = parts.digests({DATA: files[DATA]})[DATA].hex()
            answer = joint_parts.parse_answer(files[joint_parts.ANSWER], identity_, data["records"])
        except Trouble as error:
            return None, error.problems
    return answer, tuple(joint_parts.about_answer(answer, partner=data["partner"], signed=signed))


def _signature(signed: SignedManifest, files: Mapping[str, bytes], all_signed: list[SignedManifest],
               counties: tuple[str, ...], trust: Trust) -> SignatureVerdict:
    who, judged = Identity("", "", ""), CertificateVerdict(False, None)
    matches = valid = False
    if signed.cms:
        who, judged = identity.of(signed.cms.certificate), trusting.judge(signed.cms.certificate, trust)
        matches, valid = cades.check(signed.cms, signed.digest)
    said = list(_about_signature(signed, who, matches=matches, valid=valid))
    said += _about_content(signed, who, files, count=len(all_signed))
    if counties and who.county and who.county not in counties:
        said.append(problem("exchange.joint_other_county", county=county_called(who.county),
                            counties="、".join(map(county_called, counties))))
    return SignatureVerdict(
        role=who.role, name=who.name, title=who.title, county=who.county,
        intact=not any(p.code in _BROKEN for p in said), valid=valid, trusted=judged.trusted, revoked=judged.revoked,
        signed_at=signed.cms.signed_at if signed.cms else None,
        fingerprint=identity.fingerprint(signed.cms.certificate) if signed.cms else "",
        key_fingerprint=identity.key_fingerprint(signed.cms.certificate) if signed.cms else "",
        covers=tuple(signed.manifest.digests) if signed.manifest else (),
        problems=(*said, *judged.problems), warnings=judged.warnings, where=signed.names[1],
    )


def _about_signature(signed: SignedManifest, who: Identity, *, matches: bool, valid: bool) -> Iterator[Problem]:
    manifest_name, signature_name = signed.names
    if signed.manifest is None:
        yield problem("signing.manifest_form", name=manifest_name)
    if signed.cms is None:
        yield problem("signing.signature_form", name=signature_name)
        return
    if not matches:
        yield problem("signing.content_changed", role=who.role_name, name=manifest_name)
    if not valid:
        yield problem("signing.signature_wrong", role=who.role_name, name=signature_name)
    if not who.role or not who.county:
        yield problem("signing.no_role", name=signature_name)


def _about_content(signed: SignedManifest, who: Identity, files: Mapping[str, bytes], *, count: int,
                   ) -> Iterator[Problem]:
    if signed.manifest is None:
        return
    digests, listed = parts.digests(files), signed.manifest.digests
    for name, digest in listed.items():
        if name not in digests:
            yield problem("exchange.file_removed", role=who.role_name, name=name)
        elif digests[name] != digest:
            yield problem("exchange.file_changed", role=who.role_name, name=name)
    for name in sorted(parts.to_cover(files, signed.number, count=count, seal=True) - set(listed)):
        yield problem("exchange.covers_too_little", role=who.role_name, name=name)


def _about_heads(signatures: tuple[SignatureVerdict, ...], counties: tuple[str, ...]) -> Iterator[Problem]:
    """Yield counties whose head did not sign, signatures of other roles, too many, and keys that signed for both."""
    for county in counties:
        if not any(s.county == county and s.role == HEAD for s in signatures):
            yield problem("exchange.joint_unsigned", county=county_called(county))
    seen: set[str] = set()
    for number, each in enumerate(signatures):
        again = any(each.county == earlier.county for earlier in signatures[:number])
        if counties and (number >= len(counties) or again):
            yield problem("exchange.stray_signature", name=each.where)
        if each.role and each.role != HEAD:
            yield problem("exchange.joint_not_head", role=parts.shown(each.role))
        if each.key_fingerprint and each.key_fingerprint in seen and not again:
            yield problem("signing.same_key", name=each.name)
        seen.add(each.key_fingerprint)


def in_packet(data: Mapping[str, Any], files: Mapping[str, bytes], trust: Trust) -> Carried:
    """Answer for the joint part of a packet whose data could be used. Never raises on what the files hold."""
    said = data.get("joint")
    if said is None or said["state"] == NONE:
        stray = [problem("exchange.joint_unasked")] if JOINT in files else []
        stray += [problem("exchange.joint_unsaid")] if data.get("partner") and records_of(data) else []
        return Carried(False if stray else None, problems=tuple(stray))
    if said["state"] == MISSING:
        if JOINT in files:
            return Carried(False, problems=(problem("exchange.joint_unasked"),))
        why = " ".join(said.get("reason", "").split()) or "未写原因"
        count = f" {said['disputes']} 处" if said.get("disputes") else ""
        disputed = f"，对方有异议{count}" if count or said.get("answer") == joint_parts.DISPUTED else ""
        held = len(records_of(data))
        counted = (problem("exchange.joint_sheets", shown=said["sheets"], wanted=held),) \
            if said.get("sheets", held) != held else ()
        return Carried(False if counted else None, problems=counted,
                       warnings=(problem("exchange.joint_missing", disputed=disputed, reason=why),))
    if JOINT not in files:
        return Carried(False, problems=(parts.about_file("exchange.file_absent", name=JOINT),))
    try:
        found = container.read(files[JOINT], name="会签件")
        verdict = of_joint(found, trust, name=JOINT)
    except Trouble as error:
        verdict = unreadable("joint", name=JOINT, problems=error.problems)
        return Carried(False, verdict, tuple(map(inside, error.problems)))
    problems = [inside(p) for p in verdict.problems]
    if verdict.answers.get("data") is True:
        problems += about_agreement(data, joint_parts.parse(found.files[DATA]), str(verdict.answers["identity"]))
    return Carried(verdict.valid and not problems, verdict, tuple(problems),
                   tuple(inside(w) for w in verdict.warnings))


def inside(found: Problem) -> Problem:
    """Return a problem of the joint part as one of the packet: the sentence says where."""
    message, remedy = (text.replace("报送包", "会签件") for text in (found.message, found.remedy))
    message = message if message.startswith("会签件") else f"会签件：{message}"
    return structs.replace(found, message=message, remedy=remedy, place={**found.place, "inside": JOINT})


def about_agreement(data: Mapping[str, Any], joint: Mapping[str, Any], identity_: str) -> Iterator[Problem]:
    """Yield where the joint part is another pair's or another one, or its records are not the packet's."""
    if (joint["county"], joint["partner"]) not in {(data["county"], data.get("partner")),
                                                   (data.get("partner"), data["county"])}:
        yield problem("exchange.joint_other_pair",
                      counties="、".join(county_called(joint[side]) for side in ("county", "partner")))
    if joint["period"] != data["period"]:
        yield problem("exchange.joint_other_period", period=joint["period"])
    if joint.get("sample", False) != data.get("sample", False):
        yield problem("exchange.joint_sample")
    own, said = records_of(data), data.get("joint", {})
    if (joint_parts.records_digest(joint["records"]), identity_) != (said.get("records"), said.get("identity")):
        yield problem("exchange.joint_digest")
    labels = [each.label or each.key for each in joint_parts.differences(joint["records"], own)]
    for label in list(dict.fromkeys(labels))[:20]:
        yield problem("exchange.joint_differs", record=label)


def records_of(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the packet's records of the forms that it marks as joint."""
    forms = {f["id"] for f in data.get("forms", ()) if f.get("joint")}
    return [r for r in data.get("records", ()) if r["form"] in forms]
