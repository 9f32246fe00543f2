"""The messages of keys, tokens and enrolment: each code used is written, each code written is used, all in Chinese."""

import re
import tomllib
from pathlib import Path

import pytest

from pairing_desktop import paths
from pairing_desktop.signing import enrolment

ROOT = Path(__file__).resolve().parents[2] / "pairing_desktop"
AREAS = ("keys", "token", "enrolment")
ENGLISH = re.compile(r"UKey|PIN|PKCS#11|RSA|ECDSA|P-256|Windows|Linux|preparer|reviewer|head|bureau|receiver|authority"
                     r"|new|show|--root-code|csr|pem|pairkey|p12|dll|so|U 盘|2048")


def catalogue(area: str) -> dict[str, dict[str, str]]:
    with paths.resource("messages", f"{area}.toml").open("rb") as file:
        return tomllib.load(file)


@pytest.mark.parametrize("area", AREAS)
def test_codes_used_and_codes_written_are_the_same(area: str) -> None:
    sources = "\n".join(p.read_text(encoding="utf-8") for p in sorted(ROOT.rglob("*.py")))
    used = {code for code in re.findall(rf'"{area}\.([a-z_0-9]+)"', sources) if (area, code) != ("token", "module")}
    if area == "enrolment":
        used |= {f"expires_{days}" for days in enrolment.WARNED}  # spelled together from parts
    assert used == set(catalogue(area))


@pytest.mark.parametrize("area", AREAS)
def test_messages_are_one_plain_chinese_sentence_with_a_remedy(area: str) -> None:
    for code, entry in catalogue(area).items():
        assert set(entry) == {"message", "remedy"}, code
        for text in entry.values():
            plain = ENGLISH.sub("", re.sub(r"{\w+}", "", text))
            assert not re.search("[A-Za-z]", plain), (code, plain)
            assert not text.endswith("。"), code
            assert "\n" not in text, code
