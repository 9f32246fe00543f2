"""The one plain verdict on several files together."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pairing_desktop.services.verdict_words import Headline, headline, only_unfinished

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict


def summary(verdicts: Sequence["Verdict"]) -> Headline:
    """Return the one plain verdict on several files together: good only when all are."""
    said = [headline(verdict, 0).title.split("，")[0] for verdict in verdicts]
    counts = "，".join(f"{n} 个{title}" for title, n in Counter(said).items())
    good = all(verdict.valid for verdict in verdicts)
    closed = any(verdict.kind == "encrypted" for verdict in verdicts)
    waits = all(verdict.valid or verdict.kind == "encrypted" or only_unfinished(verdict) for verdict in verdicts)
    waiting = "有文件还没有打开" if closed else "还没有签全"
    title = f"{len(said)} 个文件都有效" if good else waiting if waits else "有文件没有通过核验"
    icon = "shield_checkmark" if good else "shield" if waits else "shield_dismiss"
    return Headline(title, f"{counts}。逐个看下面的说明。", "ok" if good else "query" if waits else "error", icon)
