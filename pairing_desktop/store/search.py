"""What a search looks through: every record's search key, in memory, brought up to date before each question.

No index answers for one Chinese character, two letters of pinyin and the middle of a code alike, and reading 100,000
keys from the file takes longer than a clerk's next key. Every change of a key takes the next number (``change``), so
that what this program or another one wrote since is read by its number, in the asker's own transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.store import asking

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader

SOUND = "\x01"
"""Stands in a search key before what only sounds like the name."""

_RANKED = 1000
"""So many hits of a form are put in order, the first entered."""

_SET = (
    "INSERT INTO search_key (record, form, key_text, change) VALUES (:record, :form, :key_text, "
    "(SELECT coalesce(max(change), 0) + 1 FROM search_key)) ON CONFLICT (record) DO UPDATE "
    "SET form = excluded.form, key_text = excluded.key_text, change = excluded.change"
)
_DROP = (
    "UPDATE search_key SET key_text = '', change = (SELECT max(change) + 1 FROM search_key) WHERE record = :record"
)
_LAST = "SELECT coalesce(max(change), 0) FROM search_key"
_SINCE = "SELECT change, form, record, key_text FROM search_key WHERE change > :seen ORDER BY change"
_PART = (
    "SELECT max(record), group_concat(form, char(10)), group_concat(record, char(10)), "
    "group_concat(key_text, char(31)) FROM "
    "(SELECT record, form, key_text FROM search_key WHERE record > :after ORDER BY record LIMIT 5000)"
)
_HITS = "SELECT key, form, label, subject, period FROM record WHERE state = 'live'"


class Found(Struct, frozen=True):
    """What a search found in a form: the keys of all its records that hold every word, among so many."""

    keys: Sequence[str]
    among: int


class NameLines(Struct, frozen=True):
    """The names of a form's records, first lines of their keys, as one text: it is counted through in a millisecond."""

    seen: int
    keys: Sequence[str]
    text: str


class Hit(Struct, frozen=True):
    """One search hit."""

    key: str
    form: str
    label: str
    subject: str
    period: str


class SearchTexts:
    """The search keys of one open data file; may be asked from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: dict[str, dict[str, str]] = {}
        self._names: dict[str, NameLines] = {}
        self._seen = 0

    def forget(self) -> None:
        """Read all anew at the next question: a transaction that may have asked was rolled back."""
        with self._lock:
            self._texts, self._names, self._seen = {}, {}, 0

    def follow(self, conn: Reader) -> None:
        """Take in what was written since the last question, at first everything (0.1 s for 100,000 records)."""
        with self._lock:
            self._follow(conn)

    @property
    def seen(self) -> int:
        """The number of the last change of a key that was taken in; whatever a key is made of changes with it."""
        return self._seen

    def find(self, conn: Reader, form: str, text: str) -> Found | None:
        """Return what a search finds in a form; None for a blank one, which narrows nothing."""
        words = folded(text).split()
        if not words:
            return None
        with self._lock:
            self._follow(conn)
            texts = self._texts.get(form, {})
            return Found(_holding(texts, words), len(texts))

    def search(self, conn: Reader, text: str, limit: int = 50) -> list[Hit]:
        """Return live records whose search key holds every word of ``text``, the program's own (@) left out.

        A name or code that is the text comes first, then beginnings, what holds it, what sounds like it (among the
        first 1,000 hits of each form).
        """
        words = folded(text).split()
        if not words:
            return []
        with self._lock:
            self._follow(conn)
            ranked = [(_rank(texts[key], words), key) for form, texts in self._texts.items() if form[:1] != "@"
                      for key in _holding(texts, words, _RANKED)]
        return hits(conn, [key for _, key in sorted(ranked)[:limit]])

    def names(self, conn: Reader, form: str, parts: Collection[str], *, few: int, among: int) -> dict[str, str]:
        """Return names by key (as searched): of each of the ``few`` parts that the fewest names hold, the first ones.

        ``among`` is how many of each. A part that no name holds counts for none.
        """
        with self._lock:
            self._follow(conn)
            known = self._names.get(form)
            if known is None or known.seen != self._seen:
                texts = self._texts.get(form, {})
                lines = [text.partition("\n")[0] for text in texts.values()]
                known = self._names[form] = NameLines(self._seen, tuple(texts), "\n".join(lines))
        held = sorted((number, part) for part in parts if (number := known.text.count(part)))
        return {known.keys[number]: name for _, part in held[:few]
                for number, name in islice(_lines(known.text, part), among)}

    def _follow(self, conn: Reader) -> None:
        if not self._seen and asking.is_sqlite(conn):
            self._read_whole(conn)
            return
        for change, form, record, text in asking.rows(conn, _SINCE, {"seen": self._seen}):
            texts = self._texts.setdefault(form, {})
            if text:
                texts[record] = text
            else:
                texts.pop(record, None)
            self._seen = change

    def _read_whole(self, conn: Reader) -> None:
        """Take three columns as three texts, a part at a time.

        Row by row the driver gives the interpreter away 100,000 times; all at once it keeps it too long.
        """
        texts: dict[str, dict[str, str]] = {}
        seen, after = last_change(conn), ""
        while True:
            ((after, forms, keys, lines),) = asking.rows(conn, _PART, {"after": after})
            if after is None:
                break
            for form, key, text in zip(forms.split("\n"), keys.split("\n"), lines.split("\x1f"), strict=True):
                if text:
                    texts.setdefault(form, {})[key] = text
        self._texts, self._seen = texts, seen


def _holding(texts: Mapping[str, str], words: Sequence[str], most: int | None = None) -> list[str]:
    """Return the keys of the texts that hold every word, the first ``most`` of them."""
    first, *others = sorted(words, key=len, reverse=True)
    if others:
        found = (key for key, text in texts.items() if first in text and all(word in text for word in others))
        return list(islice(found, most))
    if most is None:
        return [key for key, text in texts.items() if first in text]
    return list(islice((key for key, text in texts.items() if first in text), most))


def _lines(text: str, part: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold a part, each with its number."""
    number = start = 0
    while (place := text.find(part, start)) >= 0:
        number += text.count("\n", start, place)
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        yield number, text[text.rfind("\n", 0, place) + 1:end]
        start = end


def _rank(key_text: str, words: Sequence[str]) -> int:
    texts, _, sound = key_text.partition(SOUND)
    ways = (f"\n{' '.join(words)}\n" in f"\n{texts}\n", texts.startswith(words[0]),
            f"\n{words[0]}" in texts or f" {words[0]}" in texts, words[0] in texts, f"\n{words[0]}" in sound)
    return next((rank for rank, holds in enumerate(ways) if holds), len(ways))


def hits(conn: Reader, keys: Sequence[str]) -> list[Hit]:
    """Return what names these records, in this order; those that are gone or deleted left out."""
    if not keys:
        return []
    names, values = asking.among(conn, "key", keys)
    found = {row[0]: Hit(*row) for row in asking.rows(conn, f"{_HITS} AND key IN {names}", values)}
    return [found[key] for key in keys if key in found]


# Filling


def set_search(tx: Connection, record: str, form: str, key_text: str) -> None:
    """Replace a record's search key: name, codes, pinyin and initials, a line each."""
    asking.run(tx, _SET, {"record": record, "form": form, "key_text": folded_lines(key_text)})


def remove(tx: Connection, record: str) -> None:
    """Empty a record's search key: the row stays and tells those who read it before."""
    asking.run(tx, _DROP, {"record": record})


def last_change(tx: Reader) -> int:
    """Return the number of the last change; who writes many keys at once goes on from here."""
    return int(asking.scalar(tx, _LAST))


def folded(text: str) -> str:
    """Return a text as searched: lower case, single blanks."""
    return " ".join(text.casefold().split())


def folded_lines(text: str) -> str:
    """Return a text of lines as searched."""
    return "\n".join(filter(None, map(folded, text.split("\n"))))
