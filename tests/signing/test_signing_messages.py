"""The catalogue of signing's and the packet's messages: every code used is there, every code there is used."""

import re
import tomllib
from pathlib import Path

import pytest

from pairing_desktop import errors, paths

ROOT = Path(__file__).resolve().parents[2] / "pairing_desktop"
SOURCES, ABOVE = ("\n".join(p.read_text() for area in areas for p in sorted((ROOT / area).glob("*.py")))
                  for areas in (("signing", "exchange"), ("services",)))


def catalogue(area: str) -> dict[str, dict[str, str]]:
    with paths.resource("messages", f"{area}.toml").open("rb") as file:
        return tomllib.load(file)


@pytest.mark.parametrize("area", ["signing", "exchange"])
def test_codes_used_and_codes_written_are_the_same(area: str) -> None:
    used = set(re.findall(rf'"{area}\.(\w+)"', SOURCES))
    used |= set(re.findall(rf'(?:problem|trouble)\("{area}\.(\w+)"', ABOVE))
    if area == "exchange":
        used |= {"newer_format", "data_malformed"}  # spelled together from parts
    assert used == set(catalogue(area))


@pytest.mark.parametrize("area", ["signing", "exchange"])
def test_messages_are_one_plain_chinese_sentence_with_a_remedy(area: str) -> None:
    allowed = (r"asice|xlsx|Excel|PDF|JSON|json|data|report|pdf|pem|cer|crl|pfx|p12|MB|RSA|ECDSA|U 盘"
               r"|P-256|AES-256|SHA-256")
    for code, entry in catalogue(area).items():
        assert set(entry) == {"message", "remedy"}, code
        for text in entry.values():
            plain = re.sub(allowed, "", re.sub(r"{\w+}", "", text))
            assert not re.search("[A-Za-z]", plain), code
            assert not text.endswith("。"), code
            assert "\n" not in text, code


def test_the_system_is_quoted_in_chinese() -> None:
    for number in (2, 13, 28, 99999):
        assert not re.search("[A-Za-z]", errors.system_reason(OSError(number, "English")))
