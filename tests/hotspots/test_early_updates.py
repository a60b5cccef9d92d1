"""What is due is not put off again."""

from datetime import UTC, datetime, timedelta

from hotspots.recording.changes import is_early

SECONDS = 0.3
PAUSE = timedelta(seconds=SECONDS)
MOMENTS = [
    datetime(2026, 11, 23, 18, 47, 29, microsecond, UTC) for microsecond in range(0, 10**6, 997)
]


def test_at_the_moment_that_was_told_an_update_is_not_early(settings):
    settings.HOTSPOT_UPDATE_SECONDS = SECONDS

    assert any((at + PAUSE).timestamp() - at.timestamp() < SECONDS for at in MOMENTS)  # as floats
    assert not any(is_early(at.timestamp(), at + PAUSE) for at in MOMENTS)


def test_before_it_is_and_so_is_nothing_that_was_written_later(settings):
    settings.HOTSPOT_UPDATE_SECONDS = SECONDS
    moment = timedelta(microseconds=1)

    assert all(is_early(at.timestamp(), at + PAUSE - moment) for at in MOMENTS)
    assert not any(is_early(at.timestamp(), at - moment) for at in MOMENTS)
