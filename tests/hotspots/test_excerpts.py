"""Pictures read little: a fixed number of queries, and only the readings that they show."""

from datetime import timedelta

import pytest

from hotspots.measurements.excerpts import (
    BEFORE_OPENING,
    SINCE_OPENING,
    Span,
    around,
    latest,
    recent,
)
from tests.factories import AT, make_hotspot, make_series
from tests.hotspots.measurements import STEP, measure

pytestmark = pytest.mark.django_db


def test_recent_gives_the_last_values_up_to_the_moment():
    series = make_series()
    measure(series, [float(value) for value in range(100)])
    span = Span(series.pk, AT - 10 * STEP)
    assert recent([span], count=5)[span] == [85.0, 86.0, 87.0, 88.0, 89.0]


def test_a_short_series_gives_what_it_has():
    series = make_series()
    measure(series, [1.0, 2.0])
    span = Span(series.pk, AT)
    assert recent([span], count=5)[span] == [1.0, 2.0]


def test_a_series_without_readings_gives_nothing():
    span = Span(make_series().pk, AT)
    assert recent([span]) == {span: []}


def test_spans_of_one_series_do_not_mix():
    series = make_series()
    measure(series, [1.0, 2.0, 3.0, 4.0])
    early, late = Span(series.pk, AT - 2 * STEP), Span(series.pk, AT)
    assert recent([early, late], count=2) == {early: [1.0, 2.0], late: [3.0, 4.0]}


def test_many_spans_are_one_query(django_assert_num_queries):
    every = [make_series(f"Supplier {number}") for number in range(50)]
    for series in every:
        measure(series, [1.0, 2.0, 3.0])
    with django_assert_num_queries(1):
        found = recent(Span(series.pk, AT) for series in every)
    assert all(values == [1.0, 2.0, 3.0] for values in found.values())


def test_nothing_asked_is_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert recent([]) == {}


def test_around_shows_what_led_to_a_hotspot_and_what_followed():
    hotspot = make_hotspot(opened_at=AT)
    measure(hotspot.series, [0.0] * 200, end=AT - STEP)
    measure(hotspot.series, [9.0] * 300, end=AT + 299 * STEP)
    points = around(hotspot)
    assert len(points) == BEFORE_OPENING + SINCE_OPENING
    assert [points[BEFORE_OPENING].time, points[BEFORE_OPENING].value] == [AT, 9.0]
    assert sorted(points) == points


def test_the_opening_and_scores_at_the_threshold_are_anomalous():
    hotspot = make_hotspot(opened_at=AT)
    measure(hotspot.series, [1.0], end=AT - STEP, score=0.1)
    measure(hotspot.series, [5.0], end=AT, score=None)
    measure(hotspot.series, [6.0], end=AT + STEP, score=0.5)
    assert [point.anomalous for point in around(hotspot)] == [False, True, True]


def test_a_metric_may_have_its_own_threshold():
    series = make_series(metric="noise")
    series.metric.threshold = 0.9
    series.metric.save()
    measure(series, [1.0], score=0.5)
    measure(series, [1.0], end=AT + timedelta(days=1), score=0.9)
    assert [point.anomalous for point in latest(series)] == [False, True]


def test_a_long_pause_ends_the_picture_on_either_side():
    hotspot = make_hotspot(opened_at=AT)
    measure(hotspot.series, [0.0] * 5, end=AT - timedelta(days=30))
    measure(hotspot.series, [1.0] * 10, end=AT + 5 * STEP)
    measure(hotspot.series, [2.0] * 5, end=AT + timedelta(days=30))
    assert [point.value for point in around(hotspot)] == [1.0] * 10


def test_nights_and_weekends_are_no_pause():
    hotspot = make_hotspot(opened_at=AT)
    measure(hotspot.series, [0.0] * 5, end=AT - timedelta(days=3))
    measure(hotspot.series, [1.0] * 10, end=AT + 9 * STEP)
    assert len(around(hotspot)) == 15


def test_readings_over_a_target_are_marked():
    hotspot = make_hotspot(
        opened_at=AT, rule="policy", baseline=80.0, evidence={"period": "reading"}
    )
    measure(hotspot.series, [70.0, 90.0, 95.0, 79.0, 80.0], end=AT + 3 * STEP)
    assert [point.anomalous for point in around(hotspot)] == [False, True, True, False, True]
