"""Days that people read are China's, whatever UTC says."""

from datetime import UTC, datetime

from pairing_desktop.signing.moment import day


def test_a_certificate_of_the_evening_in_utc_is_of_the_next_day_in_china() -> None:
    assert (day(datetime(2024, 6, 30, 15, 59, tzinfo=UTC)), day(datetime(2024, 6, 30, 16, 0, tzinfo=UTC))) == (
        "2024-06-30", "2024-07-01")
