"""The file in which a key rests: opens with its passphrase alone, and not after any change."""

import json
from base64 import b64decode, b64encode
from random import Random

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import ec

from pairing_desktop.errors import Trouble
from pairing_desktop.signing import algorithms, wrapper
from pairing_desktop.signing.wrapper import Wrapped
from tests.signing import people
from tests.signing.people import World

QUICK = 14
"""The least that the format allows: a test needs no slow guess."""
SECRET = "竹林 shanlu 42"


def make(world: World, role: str = "head", secret: str = SECRET, **words: object) -> bytes:
    key = world.keys[role]
    about = Wrapped(key.identity, key.public, (key.certificate,), (world.authority.root,))
    return wrapper.wrap(key.private, about, secret, cost=QUICK, **words)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def content(world: World) -> bytes:
    return make(world)


def refusal(content: bytes, secret: str = SECRET) -> str:
    with pytest.raises(Trouble) as error:
        wrapper.unwrap(content, secret, name="a.pairkey")
    (problem,) = error.value.problems
    assert str(problem).endswith("。")
    return problem.code


@pytest.mark.parametrize("role", ["preparer", "head"])
@pytest.mark.parametrize("secret", [SECRET, "𬳽㛃䶮 ÄÖ\"'\\", "x" * 500])
def test_it_opens_with_its_passphrase(world: World, role: str, secret: str) -> None:
    private, about = wrapper.unwrap(make(world, role, secret), secret, name="a")
    assert algorithms.spki(private.public_key()) == algorithms.spki(world.keys[role].public)
    assert about.holder == people.person(role)
    assert about.certificates == (world.keys[role].certificate,)
    assert about.roots == (world.authority.root,)


def test_full_width_letters_are_the_same_passphrase(world: World) -> None:
    content = make(world, secret="Ａｂｃ　１２３ 竹")
    wrapper.unwrap(content, "Abc 123 竹", name="a")


def test_what_is_in_the_clear_needs_no_passphrase(content: bytes) -> None:
    about = wrapper.look(content, name="a")
    assert about.holder == people.person("head")


def test_nothing_secret_is_in_the_clear(world: World, content: bytes) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    secret = world.keys["head"].private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    for part in (secret, secret[-32:]):
        assert part not in content
        assert b64encode(part)[:24] not in content
    assert SECRET.encode() not in content


def test_two_files_of_one_key_share_neither_salt_nor_nonce(world: World, content: bytes) -> None:
    one, other = (json.loads(c.split(b"\n")[1]) for c in (content, make(world)))
    assert one["derivation"]["salt"] != other["derivation"]["salt"]
    assert one["cipher"]["nonce"] != other["cipher"]["nonce"]


@pytest.mark.parametrize("secret", ["", "竹林 shanlu 43", SECRET + " ", SECRET.upper()])
def test_a_wrong_passphrase(content: bytes, secret: str) -> None:
    assert refusal(content, secret) == "keys.wrong_passphrase"


def test_the_usual_cost_is_slow_and_the_header_says_so(world: World) -> None:
    key = world.keys["preparer"]
    content = wrapper.wrap(key.private, Wrapped(key.identity, key.public), SECRET)
    said = json.loads(content.split(b"\n")[1])["derivation"]
    assert (said["name"], said["log2_n"], said["r"], said["p"]) == ("scrypt", 17, 8, 1)
    wrapper.unwrap(content, SECRET, name="a")


def test_any_changed_byte_is_refused(content: bytes) -> None:
    """One bit at 60 places with a seed, and at each place of the first line: never accepted, never an exception.

    A changed base64 character of a certificate may be refused as damaged, a changed parameter as a wrong passphrase.
    """
    random = Random(20240711)  # noqa: S311  # which bytes to change
    places = [*range(16), *random.sample(range(16, len(content)), 60)]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << random.randrange(7)
        said = refusal(bytes(changed))
        assert said in {"signing.key_damaged", "keys.newer", "keys.wrong_passphrase", "signing.key_kind",
                        "signing.key_foreign", "keys.no_memory"}, (place, said)


@pytest.mark.parametrize("content", [
    b"", b"PAIRING-KEY/1", b"PAIRING-KEY/1\n", b"PAIRING-KEY/1\n{}\n\n", b"PAIRING-KEY/1\n[]\nAA==\n", b"0\x82", b"PK",
])
def test_what_is_no_key_file(content: bytes) -> None:
    assert refusal(content) == "signing.key_damaged"


def test_a_later_version_is_named(content: bytes) -> None:
    assert refusal(content.replace(b"KEY/1", b"KEY/2", 1)) == "keys.newer"


def rewritten(content: bytes, **changes: object) -> bytes:
    """Return the file with members of its header changed, in canonical form: what a forger would write."""
    magic, line, sealed, end = content.split(b"\n")
    header = json.loads(line)
    for path, value in changes.items():
        *outer, last = path.split("__")
        inner = header
        for name in outer:
            inner = inner[name]
        inner[last] = value
    return b"\n".join([magic, rfc8785.dumps(header), sealed, end])


@pytest.mark.parametrize(("change", "code"), [
    ({"derivation__log2_n": 13}, "signing.key_damaged"),
    ({"derivation__log2_n": 40}, "signing.key_damaged"),
    ({"derivation__r": 1}, "signing.key_damaged"),
    ({"derivation__name": "pbkdf2"}, "signing.key_damaged"),
    ({"derivation__salt": "AAAA"}, "signing.key_damaged"),
    ({"cipher__name": "none"}, "signing.key_damaged"),
    ({"more": 1}, "signing.key_damaged"),
    ({"certificates": ["AAAA"]}, "signing.key_damaged"),
    ({"certificates": []}, "keys.wrong_passphrase"),
    ({"derivation__log2_n": 15}, "keys.wrong_passphrase"),
    ({"holder__role": "preparer"}, "keys.wrong_passphrase"),
    ({"roots": []}, "keys.wrong_passphrase"),
])
def test_a_rewritten_header_is_refused(content: bytes, change: dict[str, object], code: str) -> None:
    assert refusal(rewritten(content, **change)) == code


def test_another_key_in_the_header_is_refused(content: bytes) -> None:
    other = algorithms.spki(ec.generate_private_key(ec.SECP256R1()).public_key())
    assert refusal(rewritten(content, public_key=b64encode(other).decode())) == "keys.wrong_passphrase"


@pytest.mark.parametrize("change", [
    lambda c: c.replace(b"\n", b"\r\n"), lambda c: c + b"\n", lambda c: c[:-1], lambda c: c + b"more",
    lambda c: c.replace(b'{"certificates"', b'{ "certificates"', 1), lambda c: b"\xef\xbb\xbf" + c,
])
def test_another_spelling_of_the_same_is_refused(content: bytes, change: object) -> None:
    assert refusal(change(content)) == "signing.key_damaged"  # type: ignore[operator]


def test_the_ciphertext_is_whole(content: bytes) -> None:
    sealed = b64decode(content.split(b"\n")[2])
    short = content.replace(b64encode(sealed), b64encode(sealed[:-1]))
    assert refusal(short) == "keys.wrong_passphrase"


