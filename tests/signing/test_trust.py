"""Certificates judged: every reason to refuse one, and what a revocation list says and does not say."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from pairing_desktop.errors import Trouble
from pairing_desktop.signing import authority, identity, trust
from pairing_desktop.signing.keys import Key
from pairing_desktop.signing.trust import Trust
from tests.signing import people
from tests.signing.people import World

Builder = x509.CertificateBuilder


def crafted(world: World, change: Callable[[x509.ExtensionType], x509.ExtensionType | None],
            digest: hashes.HashAlgorithm | None = None) -> x509.Certificate:
    """Return the head's certificate issued again with one extension changed or left out."""
    old = world.keys["head"].certificate
    builder = (Builder().subject_name(old.subject).issuer_name(old.issuer).public_key(old.public_key())
               .serial_number(99).not_valid_before(old.not_valid_before_utc).not_valid_after(old.not_valid_after_utc))
    for extension in old.extensions:
        value = change(extension.value)
        if value is not None:
            builder = builder.add_extension(value, critical=extension.critical)
    return builder.sign(world.authority.key.private, digest or hashes.SHA256())


def problems(certificate: x509.Certificate, judging: Trust) -> list[str]:
    return [p.code for p in trust.judge(certificate, judging).problems]


def test_a_good_certificate(world: World) -> None:
    for key in world.keys.values():
        verdict = trust.judge(key.certificate, world.trust)
        assert (verdict.trusted, verdict.revoked, verdict.problems, verdict.warnings) == (True, False, (), ())


@pytest.mark.parametrize(("days", "expected"), [(-1, ["signing.early", "signing.root_expired"]), (0, []), (1095, []),
                                                (1096, ["signing.expired"]),
                                                (3651, ["signing.expired", "signing.root_expired"])])
def test_validity_is_asked_of_one_moment(world: World, days: int, expected: list[str]) -> None:
    judging = replace(world.trust, at=world.now + timedelta(days=days))
    assert problems(world.keys["head"].certificate, judging) == expected


def test_another_root_of_the_same_name_is_another_root(world: World) -> None:
    other = authority.create(now=world.now)
    assert other.root.subject == world.authority.root.subject
    assert problems(world.keys["head"].certificate, Trust((other.root,), (), world.now)) == ["signing.untrusted"]
    both = Trust((other.root, world.authority.root), (world.authority.crl(now=world.now),), world.now)
    assert problems(world.keys["head"].certificate, both) == []


def test_a_longer_chain_is_not_trusted(world: World) -> None:
    """A person's certificate issues nothing, whatever it signs."""
    head, now = world.keys["head"], world.now
    by_head = authority.Authority(head.certificate, head)
    sham = by_head.issue(people.person("reviewer"), now=now, algorithm="ecdsa")
    assert problems(sham.certificate, world.trust) == ["signing.untrusted"]
    as_root = Trust((head.certificate,), (), now)
    assert problems(sham.certificate, as_root) == ["signing.root_no_authority"]


def without(kind: type) -> Callable[[x509.ExtensionType], x509.ExtensionType | None]:
    return lambda value: None if isinstance(value, kind) else value


def swap(new: x509.ExtensionType) -> Callable[[x509.ExtensionType], x509.ExtensionType]:
    return lambda value: new if type(value) is type(new) else value


USAGE = x509.KeyUsage(
    digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


@pytest.mark.parametrize("change", [
    without(x509.KeyUsage),
    without(x509.ExtendedKeyUsage),
    swap(USAGE),
    swap(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])),
    swap(x509.BasicConstraints(ca=True, path_length=0)),
])
def test_a_certificate_for_another_use(
    world: World, change: Callable[[x509.ExtensionType], x509.ExtensionType]
) -> None:
    assert problems(crafted(world, change), world.trust) == ["signing.wrong_use"]


def test_a_critical_extension_that_nobody_understands(world: World) -> None:
    old = world.keys["head"].certificate
    builder = (Builder().subject_name(old.subject).issuer_name(old.issuer).public_key(old.public_key()).serial_number(9)
               .not_valid_before(old.not_valid_before_utc).not_valid_after(old.not_valid_after_utc))
    for extension in old.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    certificate = builder.add_extension(strange, critical=True).sign(world.authority.key.private, hashes.SHA256())
    assert problems(certificate, world.trust) == ["signing.wrong_use"]


def test_a_weak_digest_in_the_certificate(world: World) -> None:
    certificate = crafted(world, lambda value: value, hashes.SHA224())
    assert problems(certificate, world.trust) == ["signing.weak_key"]


def test_revoked_from_its_day_on(world: World) -> None:
    certificate = world.keys["head"].certificate
    at = world.now + timedelta(days=10)
    crl = world.authority.revoke(certificate, at=at).crl(now=at)
    before = trust.judge(certificate, Trust((world.authority.root,), (crl,), at - timedelta(seconds=1)))
    after = trust.judge(certificate, Trust((world.authority.root,), (crl,), at))
    assert (before.trusted, before.revoked) == (True, False)
    assert (after.trusted, after.revoked, after.problems[0].code) == (False, True, "signing.revoked")


def test_no_list_is_a_warning(world: World) -> None:
    other = authority.create(now=world.now, name="另一个根")
    for crls in ((), (other.crl(now=world.now),)):
        verdict = trust.judge(world.keys["head"].certificate, Trust((world.authority.root,), crls, world.now))
        assert (verdict.trusted, verdict.revoked) == (True, None)
        assert [w.code for w in verdict.warnings] == ["signing.revocation_unchecked"]


def test_an_old_list_is_a_warning_and_still_revokes(world: World) -> None:
    certificate = world.keys["head"].certificate
    later = world.now + timedelta(days=200)
    old = world.authority.crl(now=world.now)
    verdict = trust.judge(certificate, Trust((world.authority.root,), (old,), later))
    assert (verdict.trusted, verdict.revoked) == (True, False)
    assert [w.code for w in verdict.warnings] == ["signing.crl_stale"]
    revoked = world.authority.revoke(certificate, at=world.now).crl(now=world.now)
    assert trust.judge(certificate, Trust((world.authority.root,), (revoked,), later)).revoked


def test_the_newest_list_counts(world: World) -> None:
    certificate = world.keys["head"].certificate
    newer = world.authority.revoke(certificate, at=world.now).crl(now=world.now + timedelta(days=1))
    both = (newer, world.authority.crl(now=world.now))
    verdict = trust.judge(certificate, Trust((world.authority.root,), both, world.now + timedelta(days=2)))
    assert verdict.revoked


ListBuilder = x509.CertificateRevocationListBuilder
Entry = x509.RevokedCertificateBuilder


def listed(world: World, entry: Callable[[Entry], Entry] = lambda entry: entry,
           lists: Callable[[ListBuilder], ListBuilder] = lambda lists: lists,
           at: datetime | None = None) -> x509.CertificateRevocationList:
    """Return a list of the root's that revoked the head an hour ago, or ``at`` a moment."""
    own = world.authority.crl(now=world.now)
    revoked = entry(Entry().serial_number(world.keys["head"].certificate.serial_number)
                    .revocation_date(at or world.now - timedelta(hours=1)))
    made = lists(ListBuilder().issuer_name(own.issuer).last_update(own.last_update_utc)
                 .next_update(world.now + timedelta(days=9)).add_revoked_certificate(revoked.build()))
    return made.sign(world.authority.key.private, hashes.SHA256())


def test_a_list_from_the_future_does_not_hide_the_present_one(world: World) -> None:
    future = world.authority.crl(now=world.now + timedelta(days=3))
    verdict = trust.judge(world.keys["head"].certificate, Trust((world.authority.root,), (listed(world), future),
                                                                world.now))
    assert verdict.revoked
    assert [w.code for w in verdict.warnings] == ["signing.crl_future"]


def test_a_revocation_for_a_day_to_come_counts(world: World) -> None:
    ahead = listed(world, at=world.now + timedelta(days=3))
    assert problems(world.keys["head"].certificate, Trust((world.authority.root,), (ahead,), world.now)) == [
        "signing.revoked"]


UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")


@pytest.mark.parametrize("bad", [
    lambda world: listed(world, entry=lambda entry: entry.add_extension(UNKNOWN, critical=True)),
    lambda world: listed(world, lists=lambda made: made.add_extension(x509.DeltaCRLIndicator(1), critical=False)),
    lambda world: listed(world, lists=lambda made: made.add_extension(
        x509.IssuingDistributionPoint(None, None, False, True, None, False, False), critical=False)),
])
def test_a_list_that_is_not_a_whole_one_takes_the_trust(
        world: World, bad: Callable[[World], x509.CertificateRevocationList]) -> None:
    judging = Trust((world.authority.root,), (bad(world),), world.now)
    assert problems(world.keys["preparer"].certificate, judging) == ["signing.crl_bad"]


def rooted(world: World, *more: x509.ExtensionType, days: int = 3650) -> x509.Certificate:
    """Return the root issued again over its own key."""
    old = world.authority.root
    builder = (Builder().subject_name(old.subject).issuer_name(old.issuer).public_key(old.public_key())
               .serial_number(7).not_valid_before(old.not_valid_before_utc)
               .not_valid_after(old.not_valid_before_utc + timedelta(days=days)))
    for value, critical in (*((e.value, e.critical) for e in old.extensions), *((each, True) for each in more)):
        builder = builder.add_extension(value, critical=critical)
    return builder.sign(world.authority.key.private, hashes.SHA256())


def test_of_two_roots_of_one_key_the_one_in_force_counts(world: World) -> None:
    ended, own = rooted(world, days=1), world.authority.root
    judging = Trust((ended, own), (), world.now + timedelta(days=2))
    for roots in ((ended, own), (own, ended)):
        assert problems(world.keys["head"].certificate, replace(judging, roots=roots)) == []
    assert problems(world.keys["head"].certificate, replace(judging, roots=(ended,))) == ["signing.root_expired"]


@pytest.mark.parametrize("more", [UNKNOWN, x509.NameConstraints(None, [x509.DNSName("a")])])
def test_a_root_that_asks_more_than_is_looked_at_is_none(world: World, more: x509.ExtensionType) -> None:
    judging = Trust((rooted(world, more),), (), world.now)
    assert problems(world.keys["head"].certificate, judging) == ["signing.root_no_authority"]


def test_a_list_that_says_it_is_the_root_s_and_is_not_takes_the_trust(world: World) -> None:
    """With the root's key named in it, or no key at all."""
    key, own = authority.create(now=world.now).key, world.authority.crl(now=world.now)
    ids = own.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    plain = (x509.CertificateRevocationListBuilder().issuer_name(own.issuer).last_update(own.last_update_utc)
             .next_update(world.now + timedelta(days=9)))
    for builder in (plain, plain.add_extension(ids.value, critical=False)):
        sham = builder.sign(key.private, hashes.SHA256())
        verdict = trust.judge(world.keys["head"].certificate, Trust((world.authority.root,), (sham,), world.now))
        assert (verdict.trusted, [p.code for p in verdict.problems]) == (False, ["signing.crl_bad"])


def test_with_a_renewed_root_of_the_same_name_each_list_counts_for_its_own_people(world: World) -> None:
    """The other root's people are not checked, and never told to be bad by a list that is not theirs."""
    renewed = authority.create(now=world.now)
    assert renewed.root.subject == world.authority.root.subject
    old, new = world.keys["head"], renewed.issue(people.person("head"), now=world.now, algorithm="ecdsa")
    revoked = [a.revoke(key.certificate, at=world.now).crl(now=world.now)
               for a, key in ((world.authority, old), (renewed, new))]
    roots = (world.authority.root, renewed.root)

    def told(key: Key, *crls: x509.CertificateRevocationList) -> tuple[bool, bool | None, list[str]]:
        found = trust.judge(key.certificate, Trust(roots, crls, world.now))
        return found.trusted, found.revoked, [p.code for p in (*found.problems, *found.warnings)]

    by_own, unchecked = (False, True, ["signing.revoked"]), (True, None, ["signing.revocation_unchecked"])
    assert (told(old, revoked[0]), told(new, revoked[0])) == (by_own, unchecked)
    assert (told(old, revoked[1]), told(new, revoked[1])) == (unchecked, by_own)
    assert (told(old, *revoked), told(new, *revoked)) == (by_own, by_own)
    alone = Trust((world.authority.root,), (revoked[1],), world.now)
    assert trust.judge(old.certificate, alone).revoked is None


def test_a_list_that_names_no_key_is_that_root_s_which_signed_it(world: World) -> None:
    renewed = authority.create(now=world.now)
    own = world.authority.crl(now=world.now)
    plain = (x509.CertificateRevocationListBuilder().issuer_name(own.issuer).last_update(own.last_update_utc)
             .next_update(world.now + timedelta(days=9)).sign(renewed.key.private, hashes.SHA256()))
    judging = Trust((world.authority.root, renewed.root), (plain,), world.now)
    verdict = trust.judge(world.keys["head"].certificate, judging)
    assert (verdict.trusted, verdict.revoked) == (True, None)


def test_every_list_in_a_file_is_read(world: World, tmp_path: Path, now: datetime) -> None:
    other = authority.create(now=now)
    lists = [world.authority.crl_pem(now=now), other.crl_pem(now=now)]
    (tmp_path / "crls.pem").write_bytes(b"\n".join([world.authority.root_pem, *lists]))
    (tmp_path / "roots.pem").write_bytes(world.authority.root_pem + other.root_pem)
    found = trust.load([tmp_path / "roots.pem"], [tmp_path / "crls.pem"], at=now)
    assert [c.public_bytes(Encoding.PEM) for c in found.crls] == lists
    (tmp_path / "crls.pem").write_bytes(lists[0] + lists[1].replace(b"-----END", b"-----ENT"))
    with pytest.raises(Trouble) as error:
        trust.load([], [tmp_path / "crls.pem"], at=now)
    assert [p.code for p in error.value.problems] == ["signing.crl_unreadable"]


def test_loading_reports_every_bad_file(world: World, tmp_path: Path, now: datetime) -> None:
    (tmp_path / "root.pem").write_bytes(world.authority.root_pem)
    (tmp_path / "root.der").write_bytes(world.authority.root.public_bytes(Encoding.DER))
    (tmp_path / "crl.pem").write_bytes(world.authority.crl_pem(now=now))
    (tmp_path / "crl.der").write_bytes(world.authority.crl(now=now).public_bytes(Encoding.DER))
    crls = [tmp_path / "crl.pem", tmp_path / "crl.der"]
    good = trust.load([tmp_path / "root.pem", tmp_path / "root.der"], crls, at=now)
    assert (len(good.roots), len(good.crls)) == (2, 2)
    (tmp_path / "bad").write_bytes(b"-----BEGIN nonsense")
    with pytest.raises(Trouble) as error:
        trust.load([tmp_path / "bad", tmp_path / "none"], [tmp_path / "root.pem", tmp_path / "bad"], at=now)
    assert [p.code for p in error.value.problems] == [
        "signing.root_unreadable", "signing.trust_missing", "signing.crl_unreadable", "signing.crl_unreadable"]


def test_a_persons_certificate_is_no_root_file(world: World, tmp_path: Path, now: datetime) -> None:
    """Else every signer would be told to be unknown, and the remedy would speak of them."""
    (tmp_path / "head.pem").write_bytes(world.keys["head"].certificate.public_bytes(Encoding.PEM))
    with pytest.raises(Trouble) as error:
        trust.load([tmp_path / "head.pem"], at=now)
    assert [p.code for p in error.value.problems] == ["signing.root_of_none"]


def test_purposes_are_what_outside_tools_want(world: World) -> None:
    extensions = world.keys["head"].certificate.extensions
    assert set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == set(identity.ISSUED_PURPOSES)
    assert extensions.get_extension_for_class(x509.KeyUsage).critical


def test_all_that_judging_says_is_listed() -> None:
    """Whoever asks whether signatures are whole, and not whose, leaves out exactly these."""
    source = Path(trust.__file__).read_text()
    body = source[source.index("def judge"):]
    assert set(re.findall(r'"(signing\.\w+)"', body)) == trust.JUDGEMENTS
