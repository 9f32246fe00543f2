"""Is a passphrase strong enough for a key at rest? zxcvbn's estimate, told in plain Chinese.

zxcvbn (Wheeler, USENIX Security 2016) knows common passwords, keyboard rows, dates, repeats and names, and counts
guesses; a rule such as "a letter, a digit, a sign" would let ``Abc123!!`` pass. It has no Chinese words, so the words
of this field go in as known ones. Against the wrapper's slow derivation (about 0.4 s and 128 MB a guess) 10^9 guesses
take twelve years on one core: the least that is accepted.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from pairing_desktop.errors import problem, trouble

LEAST = 8
"""Characters that a passphrase has at least."""
JUDGED = 72
"""Characters that are judged; zxcvbn takes no more, and what follows can only help."""
WEAK, FAIR, STRONG = "weak", "fair", "strong"
FAIR_GUESSES, STRONG_GUESSES = 9.0, 12.0
"""Decimal logarithms of the guesses from which a passphrase is accepted, and called strong."""

KNOWN = (
    "密码", "口令", "密钥", "证书", "签名", "山海", "协作", "结对", "帮扶", "报送", "填报", "统计", "浙江", "经信",
    "商务", "经信局", "发改局", "经济商务局", "我爱你", "你好", "中国", "人民", "管理员", "办公室", "共富", "共同富裕",
    "mima", "miyao", "zhengshu", "qianming", "shanhai", "xiezuo", "jiedui", "bangfu", "zhejiang", "jingxin", "shangwu",
    "jingxinju", "shangwuju", "guanliyuan", "bangongshi", "woaini", "woaini1314", "nihao", "zhongguo", "renmin",
    "pairing",
)  # fmt: skip
"""What anyone would try first in this field, in characters and in pinyin."""


class Judgement(Struct, frozen=True):
    """What is thought of a passphrase: ``weak`` is refused; ``why`` says in one sentence what to better."""

    level: str
    why: str

    @property
    def accepted(self) -> bool:
        """Whether a key may rest under it."""
        return self.level != WEAK


def normal(passphrase: str) -> bytes:
    """Return the bytes that go into the derivation: full-width letters of an input method count as plain ones."""
    return unicodedata.normalize("NFKC", passphrase).encode()


def judge(passphrase: str, *, known: Iterable[str] = ()) -> Judgement:
    """Return how strong a passphrase is; ``known`` are the owner's name, bureau and the like."""
    text = normal(passphrase).decode()
    if len(text) < LEAST:
        return Judgement(WEAK, f"太短：至少 {LEAST} 个字符，现在 {len(text)} 个")
    from zxcvbn import zxcvbn

    words = _parts([*KNOWN, *known])
    found = zxcvbn(text[:JUDGED], user_inputs=words)
    guesses, patterns = float(found["guesses_log10"]), found["sequence"]
    if guesses < FAIR_GUESSES:
        return Judgement(WEAK, _reason(patterns))
    if guesses < STRONG_GUESSES:
        return Judgement(FAIR, "可以用；再加一个不相干的词更好")
    return Judgement(STRONG, "很好")


def require(passphrase: str, *, known: Iterable[str] = ()) -> None:
    """Raise ``Trouble`` unless the passphrase is accepted."""
    said = judge(passphrase, known=known)
    if not said.accepted:
        raise trouble("keys.weak_passphrase", why=said.why)


def hint() -> str:
    """Return what makes a good passphrase."""
    return problem("keys.weak_passphrase", why="").remedy


def _parts(words: Iterable[str]) -> list[str]:
    """Return the words and what they consist of, as zxcvbn compares: lower case, two characters or more."""
    found = {part.lower() for word in words for part in (word, *re.split(r"[\W_]+", word))}
    return sorted(part for part in found if len(part) > 1)


def _reason(patterns: Sequence[Mapping[str, object]]) -> str:
    """Return why it is easy to guess, by the longest pattern found in it."""
    longest = max(patterns, key=lambda p: len(str(p.get("token", ""))), default={})
    kinds = {
        "dictionary": "是常见的词、名字或密码，一猜就中",
        "spatial": "是键盘上相邻的键，一猜就中",
        "repeat": "只是同样的字反复出现",
        "sequence": "是连续的字母或数字",
        "regex": "是年份",
        "date": "是日期，一猜就中",
    }
    said = kinds.get(str(longest.get("pattern")), "")
    token = str(longest.get("token", ""))
    return f"“{token}”{said}" if said and len(token) < 20 else "容易猜到"
