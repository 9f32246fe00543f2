"""What a passphrase is worth."""

import re

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import key_keeping
from pairing_desktop.signing import passphrase

OWN = key_keeping.own_words("王小明", "331123", "遂昌县经济商务局", "副局长")

WEAK = ["", "1234567", "12345678", "password1", "11111111", "qwertyui", "20240101", "密码密码密码密码", "woaini1314",
        "331123331123", "遂昌县经济商务局", "suichangxian", "王小明331123", "wangxiaoming", "Passw0rd", "abcabcabcabc",
        "ｐａｓｓｗｏｒｄ", "zhejiang", "山海协作结对帮扶", "wangxiaoming331123", "遂昌县密码123"]
GOOD = ["竹林 shanlu 42 lantern", "correct horse battery staple", "v9#Kq2!xLm", "杨柳青青江水平闻郎江上",
        "tea-umbrella-river-9"]


@pytest.mark.parametrize("typed", WEAK)
def test_what_anyone_would_try_is_weak(typed: str) -> None:
    said = passphrase.judge(typed, known=OWN)
    assert not said.accepted, said
    assert said.why
    with pytest.raises(Trouble) as error:
        passphrase.require(typed, known=OWN)
    assert error.value.problems[0].code == "keys.weak_passphrase"


@pytest.mark.parametrize("typed", GOOD)
def test_what_nobody_guesses_is_accepted(typed: str) -> None:
    assert passphrase.judge(typed, known=OWN).accepted
    passphrase.require(typed, known=OWN)


@pytest.mark.parametrize("typed", WEAK)
def test_why_is_plain_chinese(typed: str) -> None:
    why = passphrase.judge(typed, known=OWN).why
    assert not re.search("[A-Za-z]", re.sub("“.*”", "", why))


def test_a_very_long_one_is_judged_by_its_beginning() -> None:
    assert passphrase.judge("竹林 shanlu 42 lantern" * 100).accepted
    assert not passphrase.judge("a" * 10_000).accepted


def test_levels_grow() -> None:
    assert [passphrase.judge(t).level for t in ("12345678", "zhulin-4k2", "竹林 shanlu 42 lantern")] == [
        "weak", "fair", "strong"]
