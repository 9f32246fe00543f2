"""Requests, check codes, bundles, what falls due, the register: pure, without a folder."""

import base64
import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from pairing_desktop.errors import Problem, Trouble
from pairing_desktop.signing import algorithms, authority, enrolment, identity, keys, register, requests, trust
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.keys import BareKey
from pairing_desktop.signing.register import Register
from pairing_desktop.signing.trust import Trust
from tests.signing import people
from tests.signing.people import World


def codes(error: pytest.ExceptionInfo[Trouble]) -> list[str]:
    assert all(str(p).endswith("。") and "{" not in str(p) for p in error.value.problems)
    return [p.code for p in error.value.problems]


# --- requests and codes --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", algorithms.KINDS)
def test_a_request_proves_its_key_and_only_claims_a_name(kind: str) -> None:
    key = BareKey(algorithms.new_private(kind))
    content = requests.make(key, people.person("head"))
    found = x509.load_pem_x509_csr(content)
    assert found.is_signature_valid
    assert list(found.extensions) == []
    read = requests.read(content, name="a.csr")
    assert read.claimed == people.person("head")
    assert algorithms.spki(read.public) == algorithms.spki(key.public)
    assert requests.read(found.public_bytes(Encoding.DER), name="a.csr") == read


@pytest.mark.filterwarnings("ignore:Attribute's length must be")  # the program's own filter is put aside by pytest
def test_names_as_long_as_a_certificate_takes(world: World) -> None:
    """Sixty-four characters, not the bytes of twenty-one Chinese ones: some bureaus' names are longer than that."""
    who = Identity("长" * identity.MOST, "head", people.COUNTY, "职" * identity.MOST, "局" * identity.MOST)
    key = BareKey(algorithms.new_private("ecdsa"))
    assert requests.read(requests.make(key, who), name="a.csr").claimed == who
    root = authority.begin(key, now=world.now, name="根" * identity.MOST)
    certificate = root.issue(who, now=world.now, algorithm="ecdsa").certificate
    assert identity.of(certificate) == who
    assert trust.judge(certificate, Trust((root.root,), (root.crl(now=world.now),), world.now)).problems == ()


def built(private: object, *, digest: object = None) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(private, digest or hashes.SHA256())  # type: ignore[arg-type]
    return request.public_bytes(Encoding.PEM)


def test_requests_that_are_none() -> None:
    good = requests.make(BareKey(algorithms.new_private("ecdsa")), people.person("head"))
    der = bytearray(x509.load_pem_x509_csr(good).public_bytes(Encoding.DER))
    der[-3] ^= 1
    cases = {
        b"": "enrolment.no_request", b"hello": "enrolment.no_request", good[:100]: "enrolment.no_request",
        good.replace(b"REQUEST", b"THING"): "enrolment.no_request", bytes(der): "enrolment.request_broken",
        built(rsa.generate_private_key(65537, 1024)): "signing.key_kind",  # noqa: S505  # weak on purpose
        built(ec.generate_private_key(ec.SECP384R1())): "signing.key_kind",
    }
    for content, code in cases.items():
        with pytest.raises(Trouble) as error:
            requests.read(content, name="a.csr")
        assert codes(error) == [code], content[:40]


def test_a_missing_request(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csr", tmp_path):
        with pytest.raises(Trouble) as error:
            requests.load(path)
        assert codes(error) == ["enrolment.unreadable"]


CODE = "0A1B2-C3D4E-5F6G7-H8J9K-MNPQR"


@pytest.mark.parametrize("typed", [
    CODE, CODE.lower(), CODE.replace("-", " "), CODE.replace("-", ""), CODE.replace("0", "O").replace("1", "l"),
    "０Ａ１Ｂ２－Ｃ３Ｄ４Ｅ－５Ｆ６Ｇ７－Ｈ８Ｊ９Ｋ－ＭＮＰＱＲ", f"  {CODE}\n", CODE.replace("-", "—"),
    "ab" * 32, "AB " * 32,
])
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    requests.require_code(typed, CODE, digest="ab" * 32)


@pytest.mark.parametrize(("typed", "code", "group"), [
    (CODE.replace("0A1B2", "0A1B3"), "enrolment.code_differs", "1"),
    (CODE.replace("MNPQR", "MNPRQ"), "enrolment.code_differs", "5"),
    ("C3D4E-0A1B2-5F6G7-H8J9K-MNPQR", "enrolment.code_differs", "1"),
    *((typed, "enrolment.code_length", None) for typed in ("", CODE[:-1], CODE + "A", "AB" * 31 + "AC")),
])
def test_a_wrong_code_names_the_group(typed: str, code: str, group: str | None) -> None:
    with pytest.raises(Trouble) as error:
        requests.require_code(typed, CODE, digest="ab" * 32)
    assert codes(error) == [code]
    assert error.value.problems[0].place.get("group") == group


def test_codes_of_keys_are_five_groups_and_differ(world: World) -> None:
    found = {requests.check_code(k.public) for k in world.keys.values()}
    assert len(found) == 3
    for code in found:
        assert [len(g) for g in code.split("-")] == [5] * 5
        assert set(code) <= set(requests.ALPHABET + "-")


# --- what an authority writes --------------------------------------------------------------------------------------

def test_subject_and_extensions_are_the_authority_s_own(world: World) -> None:
    """Of a greedy request only the key is taken."""
    private = ec.generate_private_key(ec.SECP256R1())
    greedy = (x509.CertificateSigningRequestBuilder()
              .subject_name(identity.to_name(Identity("冒名", "head", "330402")))
              .add_extension(x509.BasicConstraints(ca=True, path_length=5), critical=True)
              .add_extension(x509.SubjectAlternativeName([x509.DNSName("example.cn")]), critical=False)
              .sign(private, hashes.SHA256()))
    request = requests.read(greedy.public_bytes(Encoding.PEM), name="a.csr")
    certificate = world.authority.certify(people.person("preparer"), request.public, now=world.now)
    assert identity.of(certificate) == people.person("preparer")
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [p.dotted_string for p in purposes] == [
        "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12"]
    assert trust.judge(certificate, world.trust).trusted


def test_no_certificate_outlives_the_root(world: World) -> None:
    late = world.authority.root.not_valid_after_utc - timedelta(days=5)
    certificate = world.authority.certify(people.person("head"), world.keys["head"].public, now=late)
    assert certificate.not_valid_after_utc == world.authority.root.not_valid_after_utc


@pytest.mark.parametrize("reason", authority.REASONS)
def test_the_list_says_when_and_why(world: World, reason: str) -> None:
    certificate = world.keys["head"].certificate
    at = world.now - timedelta(days=3)
    crl = world.authority.revoke(certificate, at=at, reason=reason).crl(now=world.now)
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    assert entry is not None
    assert entry.revocation_date_utc == at.replace(microsecond=0)
    if reason == "unspecified":
        assert list(entry.extensions) == []
    else:
        assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is authority.REASONS[reason][0]


# --- bundles -------------------------------------------------------------------------------------------------------

def bundle(world: World, *roles: str) -> bytes:
    certificates = [world.keys[r].certificate for r in roles]
    return enrolment.write(world.authority.root, world.authority.crl(now=world.now), certificates)


def test_a_bundle_comes_back(world: World) -> None:
    found = enrolment.read(bundle(world, "preparer", "head"), name="b.pem")
    assert found.root == world.authority.root
    assert found.crl is not None
    assert found.over(world.keys["head"].public) == (world.keys["head"].certificate,)
    assert found.over(world.keys["reviewer"].public) == ()
    assert trust.judge(found.certificates[0], found.trust(world.now)).trusted
    assert found.root_code not in bundle(world, "head").decode(), "the code has to come from paper"


def test_bundles_that_are_not_whole(world: World) -> None:
    good, root = bundle(world, "head"), world.authority.root_pem
    other = authority.create(now=world.now, algorithm="ecdsa", name="另一个根")
    crl = world.authority.crl_pem(now=world.now)
    strange = other.issue(people.person("head"), now=world.now, algorithm="ecdsa").certificate
    foreign, head = (c.public_bytes(Encoding.PEM) for c in (strange, world.keys["head"].certificate))
    cases: list[tuple[bytes, str]] = [
        (b"", "enrolment.no_bundle"), (b"hello", "enrolment.no_bundle"), (good[:-60], "enrolment.no_bundle"),
        (crl, "enrolment.no_bundle"), (head, "enrolment.no_bundle"),
        (root + other.root_pem, "enrolment.no_bundle"), (good + crl, "enrolment.no_bundle"),
        (good + b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "enrolment.no_bundle"),
        (good.replace(b"MII", b"MIX"), "enrolment.no_bundle"),
        (root + foreign, "enrolment.foreign"),
        (root + other.crl_pem(now=world.now), "signing.crl_bad"),
    ]
    for content, code in cases:
        with pytest.raises(Trouble) as error:
            enrolment.read(content, name="b.pem")
        assert codes(error) == [code], content[:60]


def signed(found: enrolment.Bundle) -> list[bytes]:
    """Return what the root signed in a bundle."""
    lists = [found.crl.tbs_certlist_bytes] if found.crl is not None else []
    return [c.tbs_certificate_bytes for c in (found.root, *found.certificates)] + lists


@pytest.mark.parametrize("label", ["CERTIFICATE", "X509 CRL"])
def test_a_bundle_with_a_changed_byte_says_nothing_else_and_raises_nothing_else(
    world: World, tmp_path: Path, label: str
) -> None:
    """``cryptography`` looks at names, extensions and dates only when they are asked for, and raises then."""
    good = bundle(world, "head")
    whole = enrolment.read(good, name="b.pem")
    begin, end = f"-----BEGIN {label}-----\n".encode(), f"-----END {label}-----\n".encode()
    block = good[good.index(begin):good.index(end) + len(end)]
    der = base64.b64decode(block.removeprefix(begin).removesuffix(end))
    for place in range(len(der)):
        changed = der[:place] + bytes([der[place] ^ 1 << place % 8]) + der[place + 1:]
        pem = begin + base64.encodebytes(changed) + end
        with contextlib.suppress(Trouble):  # a signature's unused bits may be counted otherwise
            assert signed(enrolment.read(good.replace(block, pem), name="b.pem")) == signed(whole)
        (tmp_path / "x.pem").write_bytes(pem)
        read = trust.read_roots if label == "CERTIFICATE" else trust.read_crls
        with contextlib.suppress(Trouble):  # a signature that does not hold is for the verdict to tell
            read(tmp_path / "x.pem")


# --- what falls due ------------------------------------------------------------------------------------------------

def told(problem: Problem | None) -> str:
    return problem.code if problem else ""


@pytest.mark.parametrize(("left", "code"), [
    (91, ""), (90, "enrolment.expires_90"), (31, "enrolment.expires_90"), (30, "enrolment.expires_30"),
    (8, "enrolment.expires_30"), (7, "enrolment.expires_7"), (0, "enrolment.expires_7"), (-1, "signing.key_expired"),
    (1200, "signing.key_early"),
])
def test_expiry_is_told_90_30_and_7_days_ahead(world: World, left: int, code: str) -> None:
    certificate = world.keys["head"].certificate
    at = certificate.not_valid_after_utc - timedelta(days=left)
    said = enrolment.due(certificate, at)
    assert told(said) == code
    if said and code.startswith("enrolment"):
        assert f"{left} 天" in str(said)


@pytest.mark.parametrize(("days", "code"), [
    (0, ""), (119, ""), (121, "signing.crl_stale"), (-1, "signing.crl_future"),
])
def test_a_list_gets_old_and_a_clock_can_be_set_back(world: World, days: int, code: str) -> None:
    crl = world.authority.crl(now=world.now)
    at = world.now + timedelta(days=days)
    assert told(enrolment.about_list((crl,), at)) == code
    assert enrolment.about_list((), at) is not None
    judged = trust.judge(world.keys["head"].certificate, Trust((world.authority.root,), (crl,), at))
    assert [w.code for w in judged.warnings] == ([code] if code else [])


def test_a_list_later_than_a_receipt_is_no_clock_set_back(world: World) -> None:
    crl = world.authority.crl(now=world.now + timedelta(days=40))
    past = Trust((world.authority.root,), (crl,), world.now + timedelta(days=1), clock=world.now + timedelta(days=50))
    assert trust.judge(world.keys["head"].certificate, past).warnings == ()


def test_renewal_overlaps_and_the_longest_that_holds_is_used(world: World) -> None:
    old = world.keys["head"].certificate
    soon = old.not_valid_after_utc - timedelta(days=20)
    new = world.authority.certify(people.person("head"), world.keys["head"].public, now=soon)
    both = (old, new)
    assert keys.in_use(both, soon - timedelta(days=1)) == old
    assert keys.in_use(both, soon + timedelta(days=1)) == new
    for each in both:
        assert trust.judge(each, Trust((world.authority.root,), (), soon + timedelta(days=1))).trusted
    assert keys.in_use((), soon) is None


# --- the register --------------------------------------------------------------------------------------------------

def test_a_register_comes_back_and_nobody_edits_it(world: World) -> None:
    root = world.authority
    kept = Register().issue(world.keys["head"].certificate).revoke(
        world.keys["head"].certificate, at=world.now, reason="affiliation")
    content = register.write(kept, root.key)
    assert register.read(content, root.root, name="register.json") == kept
    edited = [content.replace(b'"affiliation"', b'"superseded"'),
              content.replace(b'"revoked":[{', b'"revoked":[],"x":[{'),
              content.replace(b'"crl_number":0', b'"crl_number":1'), content[:-10], b"", b"{}"]
    other = authority.create(now=world.now, algorithm="ecdsa")
    for bad in (*edited, register.write(kept, other.key)):
        assert bad != content
        with pytest.raises(Trouble) as error:
            register.read(bad, root.root, name="register.json")
        assert codes(error) == ["enrolment.register_bad"]


@pytest.mark.parametrize(("who", "code"), [
    (people.person("head"), ""),
    (people.person("reviewer"), "enrolment.key_taken"),
    (people.person("head", "330402"), "enrolment.key_taken"),
    (Identity("别人", "head", "331123"), "enrolment.key_taken"),
])
def test_one_key_is_one_person_in_one_role_of_one_county(world: World, who: Identity, code: str) -> None:
    head = world.keys["head"]
    kept = Register().issue(head.certificate)
    if not code:
        kept.check_new(who, head.key_fingerprint, str)
        return
    with pytest.raises(Trouble) as error:
        kept.check_new(who, head.key_fingerprint, str)
    assert codes(error) == [code]


def test_a_lost_key_gets_no_new_certificate(world: World) -> None:
    head = world.keys["head"]
    lost = Register().issue(head.certificate).revoke(head.certificate, at=world.now, reason="key-compromise")
    with pytest.raises(Trouble) as error:
        lost.check_new(people.person("head"), head.key_fingerprint, str)
    assert codes(error) == ["enrolment.key_lost"]


def test_finding_and_revoking(world: World) -> None:
    certificates = [world.keys[r].certificate for r in ("preparer", "reviewer", "head")]
    kept = Register(tuple(certificates))
    for each in certificates:
        serial = f"{each.serial_number:x}"
        assert kept.find(serial) == kept.find(serial[:12].upper()) == kept.find(identity.fingerprint(each)) == each
    cases = (("", "enrolment.not_issued"), ("zz", "enrolment.not_issued"), ("ffffffffffff", "enrolment.not_issued"))
    for text, code in cases:
        with pytest.raises(Trouble) as error:
            kept.find(text)
        assert codes(error) == [code]
    with pytest.raises(Trouble) as error:
        kept.revoke(certificates[0], at=world.now, reason="bored")
    assert codes(error) == ["enrolment.reason"]
    with pytest.raises(Trouble) as error:
        kept.revoke(certificates[0], at=world.now, reason="cessation").revoke(
            certificates[0], at=world.now, reason="cessation")
    assert codes(error) == ["enrolment.already_revoked"]
