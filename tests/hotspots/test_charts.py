"""Charts are SVG that a strict content security policy lets through, and say what they show."""

import re
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest

from hotspots.measurements.charts import band_chart, sparkline
from hotspots.measurements.excerpts import Point

START = datetime(2026, 3, 4, 22, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def points(values: list[float], **fields: object) -> list[Point]:
    return [Point(START + place * HOUR, value, **fields) for place, value in enumerate(values)]


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def all_of(svg: str, name: str) -> list[ElementTree.Element]:
    return [one for one in parse(svg).iter() if one.get("class") == name]


def texts(svg: str, name: str) -> list[str]:
    return [one.text or "" for one in all_of(svg, name)]


def test_a_sparkline_goes_up_where_values_go_up():
    line = all_of(sparkline([1.0, 3.0, 2.0]), "spark-line")[0].get("points")
    heights = [float(place.split(",")[1]) for place in line.split()]
    assert heights[1] < heights[2] < heights[0]


def test_a_sparkline_of_equal_values_is_level():
    line = all_of(sparkline([5.0] * 4), "spark-line")[0].get("points")
    assert {place.split(",")[1] for place in line.split()} == {"14"}


@pytest.mark.parametrize("values", [[], [1.0]])
def test_too_few_values_make_no_sparkline(values):
    assert "<svg" not in sparkline(values)


def test_a_sparkline_says_its_range_to_those_who_cannot_see_it():
    assert parse(sparkline([1.0, 3.0])).get("aria-label") == "2 readings from 1 to 3"


def test_axes_carry_the_unit_and_round_numbers():
    svg = band_chart(points([12.0, 88.0, 47.0]), unit="kWh")
    assert texts(svg, "axis") == ["kWh"]
    assert texts(svg, "tick")[:5] == ["0", "20", "40", "60", "80"]


def test_small_values_keep_their_digits():
    assert texts(band_chart(points([0.01, 0.05]), unit="t"), "tick")[:2] == ["0.01", "0.02"]


@pytest.mark.parametrize(("low", "high"), [(45.0, 158.0), (-7.0, 3.2), (0.013, 0.07), (9e5, 4e6)])
def test_the_values_on_the_axis_are_multiples_of_their_distance(low, high):
    svg = band_chart(points([low, high]), unit="kg")
    ticks = [one for one in all_of(svg, "tick") if one.get("text-anchor") == "end"]
    values = [float((one.text or "").replace(",", "")) for one in ticks]
    step = values[1] - values[0]
    assert 3 <= len(values) <= 8
    assert all(abs(value / step - round(value / step)) < 1e-6 for value in values)


def test_negative_values_lie_on_the_axis_too():
    assert texts(band_chart(points([-120.0, 80.0]), unit="MWh"), "tick")[0] == "-150"


def test_times_are_those_of_the_zone():
    zone = timezone(timedelta(hours=9))
    svg = band_chart(points([1.0] * 7), unit="kg", zone=zone)
    assert next(text for text in texts(svg, "tick") if ":" in text) == "07:00"


def test_midnight_shows_the_date():
    assert "5 Mar" in texts(band_chart(points([1.0] * 7), unit="kg"), "tick")


def test_the_band_has_a_gap_where_nothing_was_expected():
    known = points([5.0] * 3, lower=4.0, upper=6.0)
    later = [point._replace(time=point.time + 5 * HOUR) for point in known]
    gap = [Point(START + 3 * HOUR, 5.0), Point(START + 4 * HOUR, 5.0)]
    assert len(all_of(band_chart([*known, *gap, *later], unit="kg"), "band")) == 2


def test_anomalous_points_are_marked_with_value_and_time():
    series = points([5.0, 5.0, 50.0])
    series[2] = series[2]._replace(anomalous=True)
    svg = band_chart(series, unit="kg")
    circle = all_of(svg, "anomaly")
    assert [one[0].text for one in circle] == ["50 kg at 2026-03-05 00:00"]


def test_moments_are_marked_by_name_and_left_out_beyond_the_picture():
    marks = [(START + HOUR, "opened"), (START + 99 * HOUR, "resolved")]
    assert texts(band_chart(points([1.0, 2.0, 3.0]), unit="kg", marks=marks), "moment-name") == [
        "opened"
    ]


def test_everything_lies_on_the_picture():
    svg = band_chart(points([-1e6, 3e9, 0.0], lower=-2e6, upper=4e9), unit="kg", width=400)
    places = re.findall(r"([\d.-]+),([\d.-]+)", " ".join(re.findall(r'points="([^"]*)"', svg)))
    assert places
    assert all(0 <= float(x) <= 400 and 0 <= float(y) <= 280 for x, y in places)


@pytest.mark.parametrize("expected", [-50.0, 90.0])
def test_what_was_expected_stays_off_the_axes_where_there_is_no_band(expected):
    """The line of what was expected lies between the highest and the lowest grid line."""
    svg = band_chart(points([10.0, 20.0, 15.0], expected=expected), unit="kg")
    grid = [float(one.get("y1")) for one in all_of(svg, "grid")]
    (line,) = all_of(svg, "expected")
    heights = {float(place.split(",")[1]) for place in line.get("points").split()}
    assert heights
    assert min(grid) <= min(heights) <= max(heights) <= max(grid)


def test_text_is_escaped():
    svg = band_chart(points([1.0, 2.0]), unit="<script>alert(1)</script>")
    assert "<script" not in svg
    assert texts(svg, "axis") == ["<script>alert(1)</script>"]


def test_drawings_have_no_style_and_no_script():
    series = points([1.0, 2.0], lower=0.0, upper=3.0, expected=1.5, anomalous=True)
    drawn = band_chart(series, unit="kg", marks=[(START, "opened")]) + sparkline([1.0, 2.0])
    assert not re.search(r"\sstyle=|\son\w+=|<script|<style|javascript:", drawn)


def test_one_reading_is_no_chart():
    assert "<svg" not in band_chart(points([1.0]), unit="kg")


def test_a_target_is_a_line_and_lies_on_the_picture():
    svg = band_chart(points([10.0, 20.0]), unit="kg", target=90.0)
    (line,) = all_of(svg, "target")
    assert line.get("y1") == line.get("y2")
    assert 0 < float(line.get("y1")) < 280
    assert all_of(band_chart(points([10.0, 20.0]), unit="kg"), "target") == []


def test_two_moments_close_together_do_not_cover_each_other():
    marks = [(START + HOUR, "opened"), (START + HOUR, "resolved")]
    names = all_of(band_chart(points([1.0] * 200), unit="kg", marks=marks), "moment-name")
    assert abs(float(names[0].get("y")) - float(names[1].get("y"))) > 11


def test_seconds_are_shown_where_readings_come_each_second():
    quick = [Point(START + timedelta(seconds=second), 1.0) for second in range(20)]
    assert "22:00:05" in texts(band_chart(quick, unit="kg"), "tick")


@pytest.mark.parametrize("value", [0.0, 5.0, -3.0])
def test_equal_values_are_a_level_line(value):
    line = all_of(band_chart(points([value] * 3), unit="kg"), "values")[0].get("points")
    heights = {float(place.split(",")[1]) for place in line.split()}
    assert len(heights) == 1
    assert heights.pop() <= 280
