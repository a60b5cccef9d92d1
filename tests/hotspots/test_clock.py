from datetime import UTC, datetime, timedelta

import pytest

from hotspots.clock import moment, offset_name, offsets

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "winter", "summer"),
    [
        ("UTC", 0, 0), ("+09:00", 32_400, 32_400), ("-03:30", -12_600, -12_600),
        ("Europe/Berlin", 3_600, 7_200), ("Nowhere/Land", 0, 0), ("", 0, 0), ("../etc", 0, 0),
    ],
)  # fmt: skip
def test_a_zone_says_how_far_its_clock_is_ahead(name, winter, summer):
    assert (offsets(name)(WINTER), offsets(name)(SUMMER)) == (winter, summer)


@pytest.mark.parametrize("seconds", [0, 32_400, -12_600, 3_601, -45])
def test_the_name_of_an_offset_means_that_offset(seconds):
    assert offsets(offset_name(seconds))(WINTER) == seconds


def test_a_moment_survives_being_a_number():
    exact = WINTER + timedelta(microseconds=123_457)

    assert moment(exact.timestamp()) == exact
