"""Enrolment between two folders and a PC: made, requested, issued, imported, renewed, revoked; bad input in tables."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec import Struct

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import packet
from pairing_desktop.services import enrolling, issuing, key_keeping, key_ring, trusting
from pairing_desktop.services.key_keeping import KeyCard
from pairing_desktop.settings import Settings
from pairing_desktop.signing import authority, enrolment, identity, keys, wrapper
from pairing_desktop.signing.identity import Identity
from tests.conftest import NOW
from tests.signing import people

QUICK = 14
PASS, ROOT_PASS, OTHER_PASS = "竹林 shanlu 42 lantern", "gaoshan 流水 copper 8", "tea-umbrella-river-9"
HEAD = Identity("局长（示例）", "head", "331123", "局长", "遂昌县经济主管部门（示例）")


class Place(Struct):
    """A county's PC and the province's folder."""

    folder: Path
    settings: Settings
    now: datetime = NOW

    @property
    def key(self) -> Path:
        return self.folder / "head.pairkey"

    @property
    def desk(self) -> Path:
        return self.folder / "authority"

    def look(self) -> issuing.Desk:
        return issuing.look(self.desk, now=self.now)

    def make(self, who: Identity = HEAD, name: str = "head.pairkey") -> KeyCard:
        return key_keeping.make(self.folder / name, who, PASS, now=self.now, cost=QUICK)

    def request(self, path: Path | None = None) -> enrolling.Requested:
        return enrolling.request(path or self.key, PASS, self.folder / "申请", now=self.now)

    def issue(self, asked: enrolling.Requested, who: Identity = HEAD, **words: int) -> Path:
        path, _ = issuing.issue(self.desk, ROOT_PASS, asked.request, who, asked.code, now=self.now, **words)
        return path

    def bundle(self) -> Path:
        return issuing.bundle(self.desk, self.folder / "bundle.pem", now=self.now)[0]

    def take(self, bundle: Path, *, code: str | None = None, path: Path | None = None) -> enrolling.Imported:
        return enrolling.import_bundle(bundle, settings=self.settings, now=self.now, place=path or self.key,
                                       secret=PASS, root_code=code, cost=QUICK)


def at(folder: Path) -> Place:
    return Place(folder, Settings(folder / "config" / "settings.json"))


def begun(folder: Path) -> Place:
    made = at(folder)
    issuing.begin(made.desk, ROOT_PASS, name="省级根（示例）", organisation="示例", now=NOW, cost=QUICK)
    return made


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return begun(tmp_path)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of both desks after the whole way, for every test to copy."""
    made = begun(tmp_path_factory.mktemp("taken"))
    made.make()
    made.issue(made.request())
    made.take(made.bundle(), code=made.look().root_code)
    return made.folder


@pytest.fixture
def enrolled(taken: Path, tmp_path: Path) -> Place:
    shutil.copytree(taken, tmp_path, dirs_exist_ok=True)
    kept = at(tmp_path).settings.path
    kept.write_text(kept.read_text(encoding="utf-8").replace(str(taken), str(tmp_path)), encoding="utf-8")
    return at(tmp_path)


def codes(error: pytest.ExceptionInfo[Trouble]) -> list[str]:
    assert all(str(p).endswith("。") and "{" not in str(p) for p in error.value.problems)
    return [p.code for p in error.value.problems]


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_whole_way(place: Place, tmp_path: Path) -> None:
    card = place.make()
    assert (card.state, card.label, card.county_name) == ("requested", "单位负责人", "遂昌县")
    asked = place.request()
    assert asked.code == card.code
    assert not asked.renewal
    assert asked.form.read_bytes().startswith(b"%PDF")
    view = issuing.look_at_request(asked.request)
    assert (view.name, view.role, view.county) == (HEAD.name, "head", "331123")
    place.issue(asked)
    done = place.take(place.bundle(), code=place.look().root_code)
    assert done.card is not None
    assert done.card.state == "valid"
    assert done.new == 1
    assert done.remarks == ()
    path = tmp_path / "a.asice"
    path.write_bytes(people.built(roles=["head"]))
    with key_keeping.opened(place.key, PASS, now=NOW) as key:
        assert packet.sign(path, key, now=NOW, stamp=people.small_stamp()).sealed
    known = trusting.on_this_pc(place.settings)
    assert known is not None
    trust = trusting.from_files(done.root, trusting.list_beside(done.root), at=NOW)
    assert packet.verify(path, trust, roles=("head",)).verdict == "valid"


def test_nothing_is_signed_without_a_certificate(place: Place) -> None:
    place.make()
    with pytest.raises(Trouble) as error, key_keeping.opened(place.key, PASS, now=NOW):
        pass
    assert codes(error) == ["keys.no_certificate"]


def test_a_key_file_is_never_written_over(place: Place) -> None:
    place.make()
    before = files(place.folder)
    with pytest.raises(Trouble) as error:
        place.make()
    assert codes(error) == ["keys.there"]
    assert files(place.folder) == before


@pytest.mark.parametrize(("who", "expected"), [
    (Identity("", "", ""), ["keys.no_holder"]),
    (Identity("张", "mayor", "331123"), ["keys.role"]),
    (Identity("张", "head", "999999"), ["keys.county"]),
    (Identity("张", "mayor", "99"), ["keys.role", "keys.county"]),
    (Identity("长" * 65, "head", "331123"), ["keys.too_long"]),
    (Identity("甲ł", "head", "331123", title="✈"), ["documents.glyph", "documents.glyph"]),  # the form is printed
])
def test_whom_a_key_is_for_is_told_whole(place: Place, who: Identity, expected: list[str]) -> None:
    before = files(place.folder)
    with pytest.raises(Trouble) as error:
        place.make(who)
    assert codes(error) == expected
    assert files(place.folder) == before


def test_a_weak_passphrase_is_refused_everywhere(enrolled: Place) -> None:
    before, other = files(enrolled.folder), enrolled.folder / "x"
    for act in (lambda: key_keeping.make(other, HEAD, "12345678", now=NOW),
                lambda: key_keeping.change_passphrase(enrolled.key, PASS, "suichang2024"),
                lambda: key_keeping.export_p12(enrolled.key, PASS, other, "password1", now=NOW)):
        with pytest.raises(Trouble) as error:
            act()
        assert codes(error) == ["keys.weak_passphrase"]
    with pytest.raises(Trouble) as error:
        issuing.begin(enrolled.folder / "desk", "123", name="根", now=NOW)
    assert codes(error) == ["keys.weak_passphrase"]
    assert {k: v for k, v in files(enrolled.folder).items() if k in before} == before


def test_another_passphrase_and_the_way_through_pkcs12(enrolled: Place) -> None:
    key_keeping.change_passphrase(enrolled.key, PASS, OTHER_PASS, cost=QUICK)
    with pytest.raises(Trouble) as error:
        keys.load(enrolled.key, PASS, now=NOW)
    assert codes(error) == ["keys.wrong_passphrase"]
    p12 = key_keeping.export_p12(enrolled.key, OTHER_PASS, enrolled.folder / "head", ROOT_PASS, now=NOW)
    assert p12.suffix == ".p12"
    assert keys.load(p12, ROOT_PASS, now=NOW).identity == HEAD
    again = key_keeping.import_p12(p12, ROOT_PASS, enrolled.folder / "again", PASS, now=NOW, cost=QUICK)
    assert again.state == "valid"
    assert again.code == key_keeping.look(enrolled.key, now=NOW).code
    assert keys.load(enrolled.folder / "again.pairkey", PASS, now=NOW).identity == HEAD


def test_renewal_overlaps(enrolled: Place) -> None:
    """Two months before the end a new certificate comes over the same key; both hold, the longer one signs."""
    enrolled.now = NOW + timedelta(days=1040)
    assert key_keeping.look(enrolled.key, now=enrolled.now).state == "expiring"
    asked = enrolled.request()
    assert asked.renewal
    enrolled.issue(asked)
    done = enrolled.take(enrolled.bundle())
    assert done.card is not None
    assert (done.new, done.card.state, len(done.card.certificates)) == (1, "valid", 2)
    assert done.card.in_use == done.card.certificates[1]
    with key_keeping.opened(enrolled.key, PASS, now=NOW + timedelta(days=1030)) as key:
        assert identity.fingerprint(key.certificate) == done.card.certificates[0].fingerprint
    again = enrolled.take(enrolled.bundle())
    assert again.new == 0


def test_a_revoked_certificate_is_told_by_the_next_bundle(enrolled: Place) -> None:
    serial = enrolled.look().issued[0].certificate.serial
    line = issuing.revoke(enrolled.desk, ROOT_PASS, serial, reason="affiliation", at=NOW, now=NOW + timedelta(hours=1))
    assert line.name == HEAD.name
    (issued,) = enrolled.look().issued
    assert (issued.state, issued.reason) == ("revoked", "人员调离或换岗")
    enrolled.now = NOW + timedelta(days=1)
    enrolling.import_bundle(enrolled.bundle(), settings=enrolled.settings, now=enrolled.now)
    card = key_keeping.look(enrolled.key, now=enrolled.now)
    said = enrolling.warnings(enrolled.settings, (card,), now=enrolled.now)
    assert [p.code for p in said] == ["enrolment.own_revoked"]
    assert (card.state, enrolling.judged(enrolled.settings, card).state) == ("valid", "revoked")
    key_ring.remember(enrolled.settings, card)
    [kept] = key_ring.entries(enrolled.settings, now=enrolled.now)
    assert kept.card is not None
    assert kept.card.state == "revoked"
    assert [p.code for p in key_ring.warnings(enrolled.settings, now=enrolled.now)] == ["enrolment.own_revoked"]


def test_a_list_gets_stale_and_a_clock_set_back_is_told(enrolled: Place) -> None:
    card = key_keeping.look(enrolled.key, now=NOW)
    for days, code in ((121, "signing.crl_stale"), (-1, "signing.crl_future")):
        said = enrolling.warnings(enrolled.settings, (card,), now=NOW + timedelta(days=days))
        assert [p.code for p in said] == [code]
    assert key_keeping.look(enrolled.key, now=NOW - timedelta(days=1)).state == "early"


def test_an_older_list_never_takes_a_newer_one_s_place(enrolled: Place) -> None:
    old = enrolled.bundle().read_bytes()
    enrolled.now = NOW + timedelta(days=10)
    issuing.renew_list(enrolled.desk, ROOT_PASS, now=enrolled.now)
    enrolled.take(enrolled.bundle())
    (enrolled.folder / "old.pem").write_bytes(old)
    done = enrolled.take(enrolled.folder / "old.pem")
    assert [p.code for p in done.remarks] == ["enrolment.old_list"]
    known = trusting.on_this_pc(enrolled.settings)
    assert known is not None
    assert known.crls[0].last_update_utc == enrolled.now.replace(microsecond=0)


# --- the root ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("typed", "code"), [
    (None, "enrolment.unknown_root"), ("", "enrolment.root_code"), ("AAAAA-" * 4 + "AAAAA", "enrolment.root_code"),
])
def test_an_unknown_root_needs_its_code_from_paper(place: Place, typed: str | None, code: str) -> None:
    place.make()
    place.issue(place.request())
    bundle, before = place.bundle(), files(place.folder)
    with pytest.raises(Trouble) as error:
        place.take(bundle, code=typed)
    assert codes(error) == [code]
    assert files(place.folder) == before


def test_another_root_is_said_to_be_another(enrolled: Place) -> None:
    other = authority.create(now=NOW, algorithm="ecdsa", name="冒充的根")
    bundle = enrolled.folder / "sham.pem"
    bundle.write_bytes(enrolment.write(other.root, other.crl(now=NOW), []))
    with pytest.raises(Trouble) as error:
        enrolled.take(bundle)
    assert codes(error) == ["enrolment.other_root", "enrolment.unknown_root"]
    view = enrolling.look_at_bundle(bundle, enrolled.settings)
    assert (view.known, view.replaces) == (False, True)


# --- what a bundle brings ------------------------------------------------------------------------------------------

def certificate(place: Place, who: Identity, *, since: int = 0, days: int = 100, purposes: object = None,
                usage: bool = True) -> x509.Certificate:
    """Return a certificate over the county's key as a careless authority would issue it."""
    private, _ = wrapper.unwrap((place.desk / "root.pairkey").read_bytes(), ROOT_PASS, name="root")
    root = x509.load_pem_x509_certificate((place.desk / "root.pem").read_bytes())
    start = NOW + timedelta(days=since)
    signs = x509.KeyUsage(usage, usage, not usage, False, False, False, False, False, False)
    return (x509.CertificateBuilder().subject_name(identity.to_name(who)).issuer_name(root.subject)
            .public_key(key_keeping.wrapped(place.key).public).serial_number(x509.random_serial_number())
            .not_valid_before(start).not_valid_after(start + timedelta(days=days))
            .add_extension(x509.BasicConstraints(False, None), True).add_extension(signs, True)
            .add_extension(x509.ExtendedKeyUsage(purposes or list(identity.ISSUED_PURPOSES)), False)  # type: ignore[call-overload]
            .sign(private, hashes.SHA256()))


@pytest.mark.parametrize(("words", "expected"), [
    ({"who": Identity("王", "reviewer", "331123")}, ["enrolment.other_role"]),
    ({"who": Identity("王", "head", "330402")}, ["enrolment.other_role"]),
    ({"who": Identity("王", "", "331123")}, ["signing.key_no_role"]),
    ({"who": Identity("王", "head", "")}, ["signing.key_no_county"]),
    ({"who": HEAD, "since": -200}, ["signing.expired"]),
    ({"who": HEAD, "purposes": [ExtendedKeyUsageOID.CLIENT_AUTH]}, ["signing.wrong_use"]),
    ({"who": HEAD, "usage": False}, ["signing.wrong_use"]),
])
def test_a_bad_certificate_is_not_taken(enrolled: Place, words: dict[str, object], expected: list[str]) -> None:
    bad = certificate(enrolled, **words)  # type: ignore[arg-type]
    root = x509.load_pem_x509_certificate((enrolled.desk / "root.pem").read_bytes())
    crl = x509.load_pem_x509_crl((enrolled.desk / "root.crl.pem").read_bytes())
    bundle = enrolled.folder / "bad.pem"
    bundle.write_bytes(enrolment.write(root, crl, [bad]))
    before = files(enrolled.folder)
    with pytest.raises(Trouble) as error:
        enrolled.take(bundle)
    assert codes(error) == expected
    assert files(enrolled.folder) == before


def test_a_revoked_certificate_is_not_taken(place: Place) -> None:
    place.make()
    issued = place.issue(place.request())
    line = place.look().issued[0].certificate
    issuing.revoke(place.desk, ROOT_PASS, line.serial, reason="superseded", at=NOW, now=NOW)
    bundle = place.bundle()
    with pytest.raises(Trouble) as error:
        place.take(bundle, code=place.look().root_code)
    assert codes(error) == ["enrolment.nothing_for"]
    bundle.write_bytes(bundle.read_bytes() + issued.read_bytes())
    with pytest.raises(Trouble) as error:
        place.take(bundle, code=place.look().root_code)
    assert codes(error) == ["signing.revoked"]


def test_one_that_begins_later_waits_beside_the_old_one(enrolled: Place) -> None:
    later = certificate(enrolled, HEAD, since=30, days=2000)
    root = x509.load_pem_x509_certificate((enrolled.desk / "root.pem").read_bytes())
    crl = x509.load_pem_x509_crl((enrolled.desk / "root.crl.pem").read_bytes())
    bundle = enrolled.folder / "later.pem"
    bundle.write_bytes(enrolment.write(root, crl, [later]))
    done = enrolled.take(bundle)
    assert done.card is not None
    assert len(done.card.certificates) == 2
    assert done.card.in_use == done.card.certificates[0]


def test_what_differs_from_the_request_is_said(place: Place) -> None:
    place.make()
    place.issue(place.request(), Identity("王局长", "head", "331123", "局长", "遂昌县经信局"))
    done = place.take(place.bundle(), code=place.look().root_code)
    assert [p.code for p in done.remarks] == ["enrolment.request_differs"]


# --- the province --------------------------------------------------------------------------------------------------

def test_issuing_refuses_and_changes_nothing(enrolled: Place) -> None:
    asked = enrolled.request()
    before = files(enrolled.desk)
    wrong = ("0" if asked.code[0] != "0" else "1") + asked.code[1:]
    cases = (
        (ROOT_PASS, HEAD, wrong, "enrolment.code_differs"),
        ("falsch falsch", HEAD, asked.code, "keys.wrong_passphrase"),
        (ROOT_PASS, Identity("王", "reviewer", "331123"), asked.code, "enrolment.key_taken"),
        (ROOT_PASS, Identity("王", "boss", "331123"), asked.code, "keys.role"),
    )
    for secret, who, typed, code in cases:
        with pytest.raises(Trouble) as error:
            issuing.issue(enrolled.desk, secret, asked.request, who, typed, now=NOW)
        assert codes(error) == [code]
    with pytest.raises(Trouble) as error:
        issuing.revoke(enrolled.desk, ROOT_PASS, "zz", reason="affiliation", at=NOW, now=NOW)
    assert codes(error) == ["enrolment.not_issued"]
    with pytest.raises(Trouble) as error:
        issuing.revoke(enrolled.desk, ROOT_PASS, "zz", reason="affiliation", at=NOW + timedelta(days=2), now=NOW)
    assert codes(error) == ["enrolment.future"]
    assert files(enrolled.desk) == before


def test_a_folder_that_is_no_authority_or_is_taken(place: Place) -> None:
    with pytest.raises(Trouble) as error:
        issuing.look(place.folder, now=NOW)
    assert codes(error) == ["enrolment.no_authority"]
    with pytest.raises(Trouble) as error:
        issuing.begin(place.desk, ROOT_PASS, name="又一个", now=NOW)
    assert codes(error) == ["enrolment.authority_there"]


def test_an_edited_register_is_refused(enrolled: Place) -> None:
    path = enrolled.desk / issuing.REGISTER
    path.write_bytes(path.read_bytes().replace(b'"crl_number":1', b'"crl_number":2'))
    with pytest.raises(Trouble) as error:
        enrolled.look()
    assert codes(error) == ["enrolment.register_bad"]


def test_a_bundle_of_one_county(enrolled: Place) -> None:
    other = Identity("局长", "head", "330402")
    enrolled.make(other, "nanhu.pairkey")
    enrolled.issue(enrolled.request(enrolled.folder / "nanhu.pairkey"), other)
    to = enrolled.folder / "nanhu.pem"
    assert issuing.bundle(enrolled.desk, to, now=NOW, county="330402")[1] == 1
    assert [identity.of(c).county for c in enrolment.load(to).certificates] == ["330402"]
    assert issuing.bundle(enrolled.desk, to, now=NOW)[1] == 2


def test_no_secret_is_written_in_the_clear(enrolled: Place) -> None:
    private, _ = wrapper.unwrap(enrolled.key.read_bytes(), PASS, name="x")
    number = private.private_numbers()
    secret = number.private_value.to_bytes(32)  # type: ignore[union-attr]
    everything = b"".join(files(enrolled.folder).values())
    assert secret not in everything
    assert secret.hex().encode() not in everything
    assert PASS.encode() not in everything
    assert (enrolled.key.stat().st_mode & 0o077) == 0
