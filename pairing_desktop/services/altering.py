"""A packet under way that was altered: refused with what was done to it said first, whatever came upon it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from pairing_desktop.errors import Altered, BadContent

UNASKED = frozenset({"signing.untrusted", "signing.revocation_unchecked", "signing.crl_stale", "exchange.missing_role"})
"""What is no fault of a packet under way while no root is at hand."""
ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""Whose certificates they are is not asked here, so any moment will do."""
FROM_WHOM = "不要签名，也不要回收、报送；请使用原来的报送包，或向发来的人重新索取"


@contextmanager
def told_by_cause(packet: Path) -> Iterator[None]:
    """Let ``BadContent`` about a packet or joint part out as ``Altered`` where one thing done to it explains it."""
    try:
        yield
    except BadContent as error:
        raise _by_cause(packet, error) from error


def _by_cause(packet: Path, error: BadContent) -> BadContent:
    from pairing_desktop.exchange.verifying import verify
    from pairing_desktop.services import verdict_told
    from pairing_desktop.signing.trust import JUDGEMENTS, Trust

    verdict = verify(packet, Trust((), (), ANY_TIME), name=packet.name)
    against = tuple(p for p in verdict.problems if p.code not in UNASKED | JUDGEMENTS)
    found = verdict_told.told(replace(verdict, problems=against))
    if found is None:
        return error
    cause = replace(found.cause, remedy=FROM_WHOM)
    besides = tuple(p for p in error.problems if p not in against)
    return Altered(cause, *found.besides, *besides, following=found.told_to_follow)
