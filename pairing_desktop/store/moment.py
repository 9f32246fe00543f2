"""Time as stored: UTC text of one fixed width, so that it reads, sorts and hashes the same everywhere."""

from datetime import UTC, datetime, timedelta, timezone

from pairing_desktop.store.faults import Damaged

CHINA = timezone(timedelta(hours=8))


def stored(at: datetime) -> str:
    """Return an aware time as ``2024-07-11T06:32:00.123Z``; a naive one is a bug."""
    if at.tzinfo is None:
        raise ValueError(at)
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def loaded(text: str) -> datetime:
    """Return the aware UTC time of a stored text."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Damaged(text) from error


def shown(at: datetime) -> str:
    """Return day and minute in China time, as told to a person."""
    here = at.astimezone(CHINA)
    return f"{here.month}月{here.day}日 {here:%H:%M}"
