"""Keys on a token (PKCS#11): one session, one PIN entry, as many signatures as a packet needs.

The token gets digests, never files: RSA as PKCS#1 v1.5 over a DigestInfo (``CKM_RSA_PKCS``), P-256 as ``CKM_ECDSA``;
both are there on every token. Private keys are made on the token and cannot be taken out. python-pkcs11 is imported
where it is used; the token's own library runs inside this process and is named by a person.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.signing import algorithms, identity, keys
from pairing_desktop.signing.algorithms import PublicKey
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.token_place import TokenPlace

if TYPE_CHECKING:
    import pkcs11
    from pkcs11.exceptions import PKCS11Error

DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What PKCS#1 v1.5 puts before a SHA-256 digest (RFC 8017 §9.2)."""


class TokenView(Struct, frozen=True):
    """A token that is plugged in, as it shows itself without a PIN."""

    label: str
    serial: str
    maker: str
    model: str
    ready: bool
    """Initialised and with a PIN."""
    locked: bool
    warned: bool
    """The last PIN was wrong, or the next wrong one locks it."""


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key on a token, certified or not: a ``keys.Holder`` while its session is open."""

    place: TokenPlace
    label: str
    public: PublicKey
    certificates: tuple[x509.Certificate, ...]
    private: Any = field(repr=False)
    """python-pkcs11's private key: its classes are mixed at run time, no type says what it can."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message; ``Trouble`` when the token was pulled out or refuses."""
        from pkcs11 import Mechanism

        digest = hashlib.sha256(message).digest()
        with told(self.place):
            if isinstance(self.public, rsa.RSAPublicKey):
                return bytes(self.private.sign(DIGEST_INFO + digest, mechanism=Mechanism.RSA_PKCS))
            return algorithms.from_raw(bytes(self.private.sign(digest, mechanism=Mechanism.ECDSA)))


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A token's key with the certificate to use: a ``keys.Signer`` while its session is open."""

    certificate: x509.Certificate
    held: HeldKey = field(repr=False)

    @property
    def identity(self) -> Identity:
        """Whom the certificate names."""
        return identity.of(self.certificate)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hex."""
        return identity.fingerprint(self.certificate)

    @property
    def key_fingerprint(self) -> str:
        """SHA-256 of the public key, hex."""
        return identity.key_fingerprint(self.certificate)

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        return self.held.sign(message)


@dataclass(frozen=True, slots=True)
class Opened:
    """A token whose PIN was entered."""

    place: TokenPlace
    session: "pkcs11.Session" = field(repr=False)

    def held(self) -> tuple[HeldKey, ...]:
        """Return the signing keys on the token, of an accepted kind."""
        from pkcs11 import Attribute, ObjectClass

        with told(self.place):
            certificates = self._certificates()
            found = []
            for private in self._find({Attribute.CLASS: ObjectClass.PRIVATE_KEY}):
                own = bytes(private[Attribute.ID])
                public = self._public(own, certificates)
                if public is None:
                    continue
                fits = tuple(c for c in certificates if _same(c, public))
                found.append(HeldKey(self.place, str(private[Attribute.LABEL]), public, fits, private))
        return tuple(found)

    def one(self) -> HeldKey:
        """Return the key meant. ``Trouble``: none, or several and no label told which."""
        found = [k for k in self.held() if not self.place.key or k.label == self.place.key]
        if not found:
            raise trouble("token.no_key", name=self.place.name)
        if len(found) > 1:
            raise trouble("token.several_keys", name=self.place.name, keys="、".join(k.label for k in found))
        return found[0]

    def signer(self, *, now: datetime) -> TokenKey:
        """Return the key meant with its certificate. ``Trouble`` when it has none."""
        certified = [k for k in self.held() if k.certificates and self.place.key in ("", k.label)]
        held = certified[0] if len(certified) == 1 else self.one()
        certificate = keys.in_use(held.certificates, now)
        if certificate is None:
            raise trouble("token.no_certificate", name=self.place.name)
        key = TokenKey(certificate, held)
        keys.require_role(key, place=self.place.name)
        return key

    def make(self, kind: str, label: str) -> HeldKey:
        """Make a key on the token that cannot be taken out. ``Trouble`` when the label is taken."""
        from pkcs11 import Attribute, KeyType
        from pkcs11.util.ec import encode_named_curve_parameters

        if any(k.label == label for k in self.held()):
            raise trouble("token.label_taken", name=self.place.name, key=label)
        own = hashlib.sha256(label.encode()).digest()[:16]
        words: dict[str, Any] = {"id": own, "label": label, "store": True}
        with told(self.place):
            if kind == "rsa":
                self.session.generate_keypair(KeyType.RSA, algorithms.MIN_RSA_BITS, **words)
            else:
                curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
                self.session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(**words)
        return next(k for k in self.held() if k.label == label)

    def keep(self, held: HeldKey, certificate: x509.Certificate) -> None:
        """Put a certificate beside its key on the token."""
        from pkcs11 import Attribute, CertificateType, ObjectClass

        with told(self.place):
            self.session.create_object({
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: held.label,
                Attribute.ID: bytes(held.private[Attribute.ID]),
                Attribute.SUBJECT: certificate.subject.public_bytes(),
                Attribute.ISSUER: certificate.issuer.public_bytes(),
                Attribute.SERIAL_NUMBER: _serial(certificate),
                Attribute.VALUE: certificate.public_bytes(Encoding.DER),
            })

    def _find(self, attributes: "dict[pkcs11.Attribute, Any]") -> list[Any]:
        """Return the objects meant; a search is ended before the next one, a session has one at a time."""
        return list(self.session.get_objects(attributes))

    def _certificates(self) -> list[x509.Certificate]:
        from pkcs11 import Attribute, ObjectClass

        found = []
        for each in self._find({Attribute.CLASS: ObjectClass.CERTIFICATE}):
            with suppress(ValueError):
                found.append(x509.load_der_x509_certificate(bytes(each[Attribute.VALUE])))
        return found

    def _public(self, own: bytes, certificates: Sequence[x509.Certificate]) -> PublicKey | None:
        """Return the public key beside a private one; some tokens keep only the certificate."""
        from pkcs11 import Attribute, ObjectClass

        wanted = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: own}
        public = next((p for p in map(_read_public, self._find(wanted)) if p), None)
        if public is not None:
            return public
        wanted[Attribute.CLASS] = ObjectClass.CERTIFICATE
        for each in self._find(wanted):
            for certificate in certificates:
                if certificate.public_bytes(Encoding.DER) == bytes(each[Attribute.VALUE]):
                    return _accepted(certificate.public_key())
        return None


def tokens(module: Path) -> tuple[TokenView, ...]:
    """Return the tokens that are plugged in. ``Trouble``: no such library, or not one of a token."""
    place = TokenPlace(module)
    with told(place):
        return tuple(_view(t) for t in _plugged_in(module))


@contextmanager
def opened(place: TokenPlace, pin: str, *, write: bool = False) -> Iterator[Opened]:
    """Open the token with its PIN, once, for all that follows; it is closed at the end.

    ``Trouble``: no library, no token, several of them, wrong PIN, locked, pulled out.
    """
    with told(place):
        found = _plugged_in(place.module)
        views = [_view(t) for t in found]
        number = meant(views, place)
    place = replace(place, token=views[number].label)
    with told(place):
        if views[number].locked:
            raise trouble("token.locked", name=place.name)
        session = _logged_in(found[number], place, pin, write=write)
    try:
        yield Opened(place, session)
    finally:
        with suppress(_error()):
            session.close()


def meant(views: Sequence[TokenView], place: TokenPlace) -> int:
    """Return which of the tokens plugged in is meant. ``Trouble``: none is, or several are and none was named."""
    ready = [n for n, view in enumerate(views) if view.ready and place.token in ("", view.label)]
    if not ready and not place.token:
        raise trouble("token.none", module=place.module.name)
    if not ready:
        raise trouble("token.absent", name=place.name)
    if len(ready) > 1:
        raise trouble("token.several", names="、".join(views[n].label for n in ready))
    return ready[0]


def _logged_in(token: "pkcs11.Token", place: TokenPlace, pin: str, *, write: bool) -> "pkcs11.Session":
    """Open a session with the PIN. ``Trouble`` for a wrong one says what the token says of further tries."""
    from pkcs11 import PinIncorrect

    try:
        return token.open(user_pin=pin, rw=write)
    except PinIncorrect as error:
        raise wrong_pin(token.slot.get_token().flags, place) from error


def wrong_pin(flags: "pkcs11.TokenFlag", place: TokenPlace) -> Trouble:
    """Return the trouble of a PIN that a token refused, whose flags are now these."""
    from pkcs11 import TokenFlag

    if flags & TokenFlag.USER_PIN_LOCKED:
        return trouble("token.locked", name=place.name)
    return trouble("token.last_try" if flags & TokenFlag.USER_PIN_FINAL_TRY else "token.wrong_pin", name=place.name)


@contextmanager
def told(place: TokenPlace) -> Iterator[None]:
    """Turn what the token's library says into a plain sentence."""
    failure = _error()
    try:
        yield
    except failure as error:
        raise explained(error, place) from error


def explained(error: "PKCS11Error", place: TokenPlace) -> Trouble:
    """Return the trouble that a PKCS#11 error means."""
    from pkcs11 import exceptions as said

    codes: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
        ((said.PinIncorrect, said.PinInvalid, said.PinLenRange), "token.wrong_pin"),
        ((said.PinLocked,), "token.locked"),
        ((said.PinExpired, said.UserPinNotInitialized), "token.no_pin"),
        ((said.TokenNotPresent, said.NoSuchToken, said.TokenNotRecognised, said.DeviceRemoved, said.SessionClosed,
          said.SessionHandleInvalid, said.ObjectHandleInvalid, said.KeyHandleInvalid, said.DeviceError), "token.gone"),
        ((said.TokenWriteProtected, said.SessionReadOnly), "token.read_only"),
        ((said.DeviceMemory,), "token.full"),
        ((said.MechanismInvalid, said.KeySizeRange, said.DomainParamsInvalid), "token.cannot"),
        ((said.UserAlreadyLoggedIn, said.AnotherUserAlreadyLoggedIn, said.SessionCount), "token.busy"),
    )
    code = next((code for kinds, code in codes if isinstance(error, kinds)), "")
    if code:
        return trouble(code, name=place.name)
    if str(error).startswith("OS exception while loading"):
        return trouble("token.no_module", file=place.module)
    return trouble("token.failed", name=place.name, what=type(error).__name__)


def _error() -> "type[PKCS11Error]":
    from pkcs11.exceptions import PKCS11Error

    return PKCS11Error


def _plugged_in(module: Path) -> "list[pkcs11.Token]":
    import pkcs11

    if not module.is_file():
        raise trouble("token.no_module", file=module)
    library = pkcs11.lib(str(module))
    library.reinitialize()  # finds what was plugged in since
    found = []
    for slot in library.get_slots(token_present=True):
        with suppress(pkcs11.TokenNotRecognised, pkcs11.TokenNotPresent):
            found.append(slot.get_token())
    return found


def _view(token: "pkcs11.Token") -> TokenView:
    from pkcs11 import TokenFlag

    flags = token.flags
    warned = TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY
    return TokenView(
        label=token.label.strip("\0 "), serial=token.serial.decode("ascii", "replace").strip("\0 "),
        maker=token.manufacturer_id.strip("\0 "), model=token.model.strip("\0 "),
        ready=bool(flags & TokenFlag.TOKEN_INITIALIZED and flags & TokenFlag.USER_PIN_INITIALIZED),
        locked=bool(flags & TokenFlag.USER_PIN_LOCKED), warned=bool(flags & warned),
    )


def _read_public(found: Any) -> PublicKey | None:  # noqa: ANN401  # python-pkcs11 mixes its classes at run time
    from pkcs11 import Attribute, KeyType
    from pkcs11.util.ec import encode_ec_public_key

    readers: dict[KeyType, Callable[[], PublicKey]] = {
        KeyType.RSA: lambda: rsa.RSAPublicNumbers(
            int.from_bytes(found[Attribute.PUBLIC_EXPONENT]), int.from_bytes(found[Attribute.MODULUS])).public_key(),
        KeyType.EC: lambda: _loaded(encode_ec_public_key(found)),
    }
    reader = readers.get(found.key_type)
    try:
        return _accepted(reader()) if reader else None
    except (ValueError, TypeError):
        return None


def _loaded(content: bytes) -> PublicKey:
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    public = load_der_public_key(content)
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise TypeError("no elliptic curve")
    return public


def _accepted(public: object) -> PublicKey | None:
    if isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and algorithms.of(public) is not None:
        return public
    return None


def _same(certificate: x509.Certificate, public: PublicKey) -> bool:
    return algorithms.spki(certificate.public_key()) == algorithms.spki(public)


def _serial(certificate: x509.Certificate) -> bytes:
    from pairing_desktop.signing.der import integer

    return integer(certificate.serial_number)
