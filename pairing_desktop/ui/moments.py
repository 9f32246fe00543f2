"""Moments as people here read them: China's time, and no more of it than is needed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def local(at: datetime) -> datetime:
    """Return an aware moment in China's time."""
    return at.astimezone(CHINA)


def clock_time(at: datetime) -> str:
    """Return ``14:32:08``."""
    return f"{local(at):%H:%M:%S}"


def apart(moments: Sequence[datetime], now: datetime) -> list[str]:
    """Return moments shortly; all to the second where two of them would look alike, for a list is read down."""
    found = [short(at, now) for at in moments]
    if len(set(found)) == len(found):
        return found
    return [f"{_day(at, now)} {local(at):%H:%M:%S}" for at in moments]


def short(at: datetime, now: datetime) -> str:
    """Return ``今天 14:32``, ``7月9日 16:20`` within the year, else ``2023-12-01``."""
    then, day = local(at), _day(at, now)
    return f"{day} {then:%H:%M}" if then.year == local(now).year else day


def _day(at: datetime, now: datetime) -> str:
    then, today = local(at), local(now)
    if then.date() == today.date():
        return "今天"
    return f"{then.month}月{then.day}日" if then.year == today.year else f"{then:%Y-%m-%d}"


def full(at: datetime) -> str:
    """Return ``2024年7月11日 08:47:03``."""
    then = local(at)
    return f"{then.year}年{then.month}月{then.day}日 {then:%H:%M:%S}"


def parse(text: str) -> datetime | None:
    """Return the moment of an ISO text, ``None`` when it is none; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def size(count: int) -> str:
    """Return a file's size: ``860 KB``, ``18.6 MB``."""
    return f"{max(1, round(count / 1000))} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
