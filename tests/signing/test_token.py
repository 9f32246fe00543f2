"""A real token (SoftHSM2): keys made on it, PDF, workbook and packet signed with one PIN entry, and all its faults."""

import hashlib
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import packet
from pairing_desktop.signing import algorithms, authority, ooxml_signature, token
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.token import HeldKey, TokenKey, TokenView
from pairing_desktop.signing.token_place import TokenPlace
from tests import outside_tools
from tests.signing import people
from tests.signing.people import World
from tests.signing.tokens import PIN, Hsm

pytestmark = pytest.mark.outside


def enrolled(hsm: Hsm, world: World, role: str, kind: str = "ecdsa", *, days: int = 1095) -> TokenPlace:
    """Return a token with one key and its certificate."""
    place = hsm.token()
    with token.opened(place, PIN, write=True) as session:
        held = session.make(kind, role)
        certificate = world.authority.certify(people.person(role), held.public, now=world.now, days=days)
        session.keep(held, certificate)
    return place


def codes(error: pytest.ExceptionInfo[Trouble]) -> list[str]:
    assert all(str(p).endswith("。") and "{" not in str(p) for p in error.value.problems)
    return [p.code for p in error.value.problems]


@pytest.mark.parametrize("kind", algorithms.KINDS)
def test_a_key_is_made_signs_and_cannot_be_taken_out(hsm: Hsm, kind: str) -> None:
    from pkcs11 import Attribute

    place = hsm.token()
    with token.opened(place, PIN, write=True) as session:
        made = session.make(kind, "填表人")
        algorithm = algorithms.of(made.public)
        assert algorithm is not None
        assert algorithm.name == kind
        assert algorithm.verify(made.public, made.sign(b"message"), b"message")
        assert made.private[Attribute.SENSITIVE]
        assert not made.private[Attribute.EXTRACTABLE]
        with pytest.raises(Trouble) as error:
            session.make(kind, "填表人")
        assert codes(error) == ["token.label_taken"]
    with token.opened(place, PIN) as session:
        (held,) = session.held()
        assert held.label == "填表人"
        assert algorithm.verify(held.public, held.sign(b"again"), b"again")


def test_the_certificate_is_found_beside_its_key(hsm: Hsm, world: World) -> None:
    place = enrolled(hsm, world, "head")
    with token.opened(place, PIN) as session:
        key = session.signer(now=world.now)
        assert isinstance(key, TokenKey)
        assert key.identity == people.person("head")
        der = key.certificate.public_bytes(Encoding.DER)
        assert key.fingerprint == hashlib.sha256(der).hexdigest()


def test_three_tokens_sign_pdf_workbook_and_packet(hsm: Hsm, world: World, tmp_path: Path) -> None:
    """One PIN entry each: the session stays open for all three files."""
    path = tmp_path / "a.asice"
    path.write_bytes(people.built())
    for role, kind in zip(ROLES, ("ecdsa", "rsa", "ecdsa"), strict=True):
        with token.opened(enrolled(hsm, world, role, kind), PIN) as session:
            packet.sign(path, session.signer(now=world.now), now=world.now, stamp=people.small_stamp())
    opened = packet.open_packet(path)
    assert [s.role for s in opened.signed] == list(ROLES)
    assert opened.sealed
    verdict = packet.verify(path, world.trust)
    assert verdict.verdict == "valid", verdict.problems
    assert ooxml_signature.verify(opened.files[packet.WORKBOOK], world.trust).good


def test_outside_tools_confirm_what_tokens_signed(hsm: Hsm, tmp_path: Path, shared: Path) -> None:
    """Packet, PDF and workbook, by RSA and ECDSA keys; outside tools judge by the true time."""
    for program, package in (("openssl", "openssl"), ("pdfsig", "poppler-utils"), ("certutil", "libnss3-tools"),
                             ("xmlsec1", "xmlsec1"), ("soffice", "libreoffice-calc")):
        outside_tools.need(program, package)
    today = people.world(datetime.now(UTC).replace(microsecond=0))
    path = tmp_path / "a.asice"
    path.write_bytes(people.built())
    for role, kind in zip(ROLES, ("rsa", "ecdsa", "rsa"), strict=True):
        with token.opened(enrolled(hsm, today, role, kind), PIN) as session:
            packet.sign(path, session.signer(now=today.now), now=today.now, stamp=people.small_stamp())
    files = packet.open_packet(path).files
    (tmp_path / "a.pdf").write_bytes(files[packet.PDF])
    (tmp_path / "a.xlsx").write_bytes(files[packet.WORKBOOK])
    (tmp_path / "root.pem").write_bytes(today.authority.root_pem)
    (tmp_path / "root.crl.pem").write_bytes(today.authority.crl_pem(now=today.now))
    words = [shared / "verify" / "outside.py", *(tmp_path / f"a.{kind}" for kind in ("asice", "pdf", "xlsx")),
             "--ca", tmp_path / "root.pem", "--crl", tmp_path / "root.crl.pem"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("valid  ") == 5, done.stdout


def test_an_authority_s_root_on_a_token(hsm: Hsm, world: World) -> None:
    """Root, certificate and list are signed on the token; others check them with the root alone."""
    with token.opened(hsm.token(), PIN, write=True) as session:
        root = authority.begin(session.make("rsa", "root"), now=world.now, name="省级根（示例）")
        key = root.issue(people.person("head"), now=world.now, algorithm="ecdsa")
        crl = root.revoke(key.certificate, at=world.now).crl(now=world.now)
    key.certificate.verify_directly_issued_by(root.root)
    assert crl.is_signature_valid(root.root.public_key())  # type: ignore[arg-type]
    assert crl.get_revoked_certificate_by_serial_number(key.certificate.serial_number)


# --- faults --------------------------------------------------------------------------------------------------------

def open_(place: TokenPlace, pin: str = PIN) -> None:
    with token.opened(place, pin):
        pass


@pytest.mark.parametrize("pin", ["", "1", "00000000", "x" * 300, "密码"])
def test_a_wrong_pin(hsm: Hsm, pin: str) -> None:
    place = hsm.token()
    with pytest.raises(Trouble) as error:
        open_(place, pin)
    assert codes(error) == ["token.wrong_pin"]
    (view,) = [t for t in token.tokens(hsm.module) if t.label == place.token]
    assert view.warned
    open_(place)


def test_no_module(hsm: Hsm, tmp_path: Path) -> None:
    text = tmp_path / "text.so"
    text.write_text("no library")
    for module in (tmp_path / "none.so", tmp_path, text):
        with pytest.raises(Trouble) as error:
            token.tokens(module)
        assert codes(error) == ["token.no_module"]


def test_a_library_of_something_else(hsm: Hsm) -> None:
    other = next(Path("/usr/lib").rglob("libz.so.1"))
    with pytest.raises(Trouble) as error:
        token.tokens(other)
    assert codes(error) == ["token.no_module"]


def test_which_token_is_meant_where_none_is_named() -> None:
    """What is named is a token, never its driver."""
    module = Path("/usr/lib/libukey.so")
    empty = TokenView("", "", "", "", ready=False, locked=False, warned=False)
    ready = TokenView("局长", "", "", "", ready=True, locked=False, warned=False)
    assert token.meant((empty, ready), TokenPlace(module)) == 1
    for place, said in ((TokenPlace(module), "没有插着能用的 UKey（驱动库 libukey.so）"),
                        (TokenPlace(module, "局长"), "没有找到 UKey“局长”")):
        with pytest.raises(Trouble) as error:
            token.meant((empty,), place)
        assert str(error.value).startswith(said)


def test_no_such_token_and_none_named_among_several(hsm: Hsm) -> None:
    hsm.token()
    hsm.token()
    for place, code in ((TokenPlace(hsm.module, "别的"), "token.absent"), (TokenPlace(hsm.module), "token.several")):
        with pytest.raises(Trouble) as error:
            open_(place)
        assert codes(error) == [code]


def test_no_key_several_keys_no_certificate(hsm: Hsm, world: World) -> None:
    place = hsm.token()

    def asked(key: str = "") -> list[str]:
        with pytest.raises(Trouble) as error, token.opened(TokenPlace(place.module, place.token, key), PIN) as session:
            session.signer(now=world.now)
        return codes(error)

    assert asked() == ["token.no_key"]
    with token.opened(place, PIN, write=True) as session:
        session.make("ecdsa", "一")
    assert asked() == ["token.no_certificate"]
    assert asked("三") == ["token.no_key"]
    with token.opened(place, PIN, write=True) as session:
        session.make("ecdsa", "二")
    assert asked() == ["token.several_keys"]
    assert asked("二") == ["token.no_certificate"]


def test_pulled_out_between_pin_and_signature(hsm: Hsm, world: World, tmp_path: Path) -> None:
    """The packet stays as it was, byte for byte."""
    path = tmp_path / "a.asice"
    path.write_bytes(people.built())
    before = path.read_bytes()
    place = enrolled(hsm, world, "preparer")
    with token.opened(place, PIN) as session:
        key = session.signer(now=world.now)
        hsm.pull(place)
        with pytest.raises(Trouble) as error:
            packet.sign(path, key, now=world.now)
    assert codes(error) == ["token.gone"]
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.asice"]
    with pytest.raises(Trouble) as error:
        open_(place)
    assert codes(error) == ["token.absent"]


def test_an_expired_certificate_on_a_token(hsm: Hsm, world: World, tmp_path: Path) -> None:
    path = tmp_path / "a.asice"
    path.write_bytes(people.built())
    later = world.now + timedelta(days=11)
    with token.opened(enrolled(hsm, world, "preparer", days=10), PIN) as session, pytest.raises(Trouble) as error:
        packet.sign(path, session.signer(now=later), now=later)
    assert codes(error) == ["signing.key_expired"]


def test_a_certificate_without_a_role_on_a_token(hsm: Hsm, world: World) -> None:
    from pairing_desktop.signing.identity import Identity

    place = hsm.token()
    with token.opened(place, PIN, write=True) as session:
        held = session.make("ecdsa", "x")
        assert isinstance(held, HeldKey)
        session.keep(held, world.authority.certify(Identity("王", "", "331123"), held.public, now=world.now))
        with pytest.raises(Trouble) as error:
            session.signer(now=world.now)
    assert codes(error) == ["signing.key_no_role"]


@pytest.mark.parametrize(("said", "code"), [
    ("PinIncorrect", "token.wrong_pin"), ("PinLenRange", "token.wrong_pin"), ("PinLocked", "token.locked"),
    ("PinExpired", "token.no_pin"), ("UserPinNotInitialized", "token.no_pin"), ("DeviceRemoved", "token.gone"),
    ("TokenNotPresent", "token.gone"), ("SessionHandleInvalid", "token.gone"), ("KeyHandleInvalid", "token.gone"),
    ("TokenWriteProtected", "token.read_only"), ("DeviceMemory", "token.full"), ("MechanismInvalid", "token.cannot"),
    ("AnotherUserAlreadyLoggedIn", "token.busy"), ("GeneralError", "token.failed"), ("FunctionFailed", "token.failed"),
])
def test_what_a_token_says_in_plain_words(said: str, code: str) -> None:
    """SoftHSM2 never locks; what other tokens answer is told by PKCS#11's own error."""
    from pkcs11 import exceptions

    trouble = token.explained(getattr(exceptions, said)(), TokenPlace(Path("/x.so"), "UKey"))
    assert [p.code for p in trouble.problems] == [code]
    assert str(trouble.problems[0]).endswith("。")


@pytest.mark.parametrize(("flag", "code", "words"), [
    ("USER_PIN_COUNT_LOW", "token.wrong_pin", "PIN 不对"), ("USER_PIN_FINAL_TRY", "token.last_try", "再输错一次"),
    ("USER_PIN_LOCKED", "token.locked", "已经锁住"),
])
def test_a_wrong_pin_says_how_near_the_lock_is(flag: str, code: str, words: str) -> None:
    """SoftHSM2 counts no tries; a real token tells by these flags, after the PIN was refused."""
    from pkcs11 import TokenFlag

    told = token.wrong_pin(TokenFlag[flag] | TokenFlag.TOKEN_INITIALIZED, TokenPlace(Path("/x.so"), "UKey"))
    assert [p.code for p in told.problems] == [code]
    assert words in str(told.problems[0])
