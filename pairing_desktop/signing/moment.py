"""Days as people in China read them; certificates, lists and signatures keep UTC."""

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def day(at: datetime) -> str:
    """Return the day in China of a moment that knows its zone."""
    return f"{at.astimezone(CHINA):%Y-%m-%d}"
