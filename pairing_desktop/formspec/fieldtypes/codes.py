"""Unified social credit codes (GB 32100)."""

import unicodedata
from functools import lru_cache
from typing import Any

from pairing_desktop.formspec.fieldtypes.interface import FieldType, not_understood, said
from pairing_desktop.formspec.values import NotUnderstood, Understood

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@lru_cache(maxsize=32768)
def compact(text: str) -> str:
    """Return a code as written on a licence: half width, upper case, no spaces or hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if not c.isspace() and c != "-")


@lru_cache(maxsize=32768)
def credit_code_problem(text: str) -> str:
    """Return what is wrong with a unified social credit code in one line, "" if nothing is."""
    refused = _refusal(compact(text))
    return str(refused) if refused else ""


def _refusal(code: str) -> NotUnderstood | None:
    for place, character in enumerate(code, start=1):
        if character not in ALPHABET:
            return not_understood("credit.character", place=place, character=character)
    if len(code) != LENGTH:
        return not_understood("credit.length", length=len(code))
    return None if _valid(code) else not_understood("credit.check")


@lru_cache(maxsize=32768)
def _valid(code: str) -> bool:
    """Tell whether the check character is right; each code is asked about when typed, when checked, and again."""
    from stdnum.cn import uscc

    return bool(uscc.is_valid(code))


def organisation_code_valid(code: str) -> bool:
    """Tell whether the organisation code inside (characters 9 to 17, GB 11714) has a right check character."""
    body, check = code[8:16], code[16:17]
    total = sum(w * _ORGANISATION_ALPHABET.index(c) for w, c in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return check == "0123456789X0"[(11 - total % 11) % 12]


class CreditCode(FieldType):
    """A credit code; blank is 待补."""

    doubts = True

    def _parse(self, text: str, period: str) -> Understood:  # noqa: ARG002
        code = compact(text)
        refused = _refusal(code)
        if refused:
            raise refused
        return Understood(code, code)

    def _problem(self, value: Any) -> str:  # noqa: ANN401
        return credit_code_problem(value)

    def _doubt(self, value: Any) -> str:  # noqa: ANN401
        return "" if credit_code_problem(value) or organisation_code_valid(value) else said("credit.organisation")

    def _sort_key(self, value: Any) -> tuple[float | None, str]:  # noqa: ANN401
        return None, value
