"""Charts as SVG made on the server: elements with classes and attributes, colored by CSS alone.

Nothing here needs a script or a ``style=`` attribute, so a strict content security policy holds,
and light and dark are a matter of the style sheet.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil, floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from streams.backoffice.cells import EMPTY

from .excerpts import Point

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 120, 28, 3
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 36, 34
MARK_ROWS, ROW_HEIGHT = 2, 13
HALF_LABEL = 20  # of a time: no label leaves the picture
Y_TICKS = 5
STEPS = (
    *(timedelta(seconds=seconds) for seconds in (1, 5, 10, 30)),
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 7, 14, 30, 91, 365)),
)


@dataclass(frozen=True)
class Frame:
    """Where values and times lie on the picture, in its own units."""

    width: int
    height: int
    first: datetime
    last: datetime
    low: float
    high: float
    step: float

    def x(self, time: datetime) -> float:
        """The place of a moment from the left."""
        span = (self.last - self.first).total_seconds() or 1.0
        share = (time - self.first).total_seconds() / span
        return round(LEFT + share * (self.width - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """The place of a value from the top."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(self.height - BOTTOM - share * (self.height - TOP - BOTTOM), 1)


def sparkline(values: Sequence[float], label: str = "") -> SafeString:
    """The shape of some readings, oldest first; a dot marks the last one."""
    if len(values) < 2:
        return format_html('<span class="quiet">{}</span>', EMPTY)
    low, high = min(values), max(values)
    step = (SPARK_WIDTH - 2 * SPARK_MARGIN) / (len(values) - 1)
    scale = (SPARK_HEIGHT - 2 * SPARK_MARGIN) / (high - low) if high > low else 0.0
    places = [
        (
            round(SPARK_MARGIN + place * step, 1),
            round(SPARK_HEIGHT - SPARK_MARGIN - (value - low) * scale, 1)
            if scale
            else SPARK_HEIGHT / 2,
        )
        for place, value in enumerate(values)
    ]
    return format_html(
        '<svg class="spark" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img"'
        ' aria-label="{2}"><polyline class="spark-line" points="{3}"/>'
        '<circle class="spark-end" cx="{4}" cy="{5}" r="2.5"/></svg>',
        SPARK_WIDTH, SPARK_HEIGHT,
        label or f"{len(values)} readings from {low:g} to {high:g}",
        _joined(places), *places[-1],
    )  # fmt: skip


def band_chart(
    points: Sequence[Point],
    *,
    unit: str,
    zone: tzinfo = UTC,
    target: float | None = None,
    marks: Sequence[tuple[datetime, str]] = (),
    width: int = 720,
    height: int = 280,
) -> SafeString:
    """A series with what was expected of it.

    Args:
        points: oldest first; where ``lower`` or ``upper`` is ``None`` the band has a gap.
        unit: of the values, written on the axis.
        zone: the wall clock of the time axis.
        target: what somebody decided the values may be, as a line.
        marks: moments to mark with a word, such as the opening of a hotspot.
        width: of the drawing; letters keep their size, so a narrow screen asks for a narrow one.
        height: likewise.
    """
    if len(points) < 2:
        return format_html('<p class="quiet">{}</p>', "Too few readings for a chart.")
    frame = _frame(points, target, width, height)
    layers = (
        _value_axis(frame, unit),
        _time_axis(frame, zone),
        _bands(points, frame),
        _lines(points, frame),
        _target(target, frame),
        _marks(marks, frame),
        _anomalies(points, frame, unit, zone),
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width,
        height,
        _summary(points, unit),
        format_html_join("", "{}", ((layer,) for layer in layers)),
    )


def _frame(points: Sequence[Point], target: float | None, width: int, height: int) -> Frame:
    drawn = [(point.value, point.expected, point.lower, point.upper) for point in points]
    shown = [value for values in (*drawn, (target,)) for value in values if value is not None]
    low, high = min(shown), max(shown)
    step = _nice_step(low, high)
    low, high = floor(low / step) * step, ceil(high / step) * step
    return Frame(width, height, points[0].time, points[-1].time, low, high, step)


def _nice_step(low: float, high: float) -> float:
    """A distance of about ``Y_TICKS`` grid lines that people count in: 1, 2 or 5 times 10^n."""
    rough = (high - low) / Y_TICKS or abs(high) / Y_TICKS or 1.0
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def _value_axis(frame: Frame, unit: str) -> SafeString:
    step = frame.step
    lines_above = round((frame.high - frame.low) / step)
    values = [frame.low + line * step for line in range(lines_above + 1)]
    digits = max(0, -floor(log10(step)))
    lines = format_html_join(
        "",
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>',
        [
            (LEFT, frame.width - RIGHT, y, y, LEFT - 8, y + 4, f"{value + 0.0:,.{digits}f}")
            for value, y in ((value, frame.y(value)) for value in values)
        ],
    )
    return format_html(
        '{}<text class="axis" x="{}" y="12" text-anchor="end">{}</text>', lines, LEFT - 8, unit
    )


def _time_axis(frame: Frame, zone: tzinfo) -> SafeString:
    span = frame.last - frame.first
    most = max(2, (frame.width - LEFT - RIGHT) // 80)
    step = next((step for step in STEPS if span / step <= most), STEPS[-1])
    bottom = frame.height - BOTTOM
    return format_html_join(
        "",
        '<line class="notch" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>',
        [
            (x, x, bottom, bottom + 4, min(x, frame.width - HALF_LABEL), bottom + 18, text)
            for x, text in (
                (frame.x(time), _time_label(time.astimezone(zone), step))
                for time in _ticks(frame, zone, step)
            )
        ],
    )


def _ticks(frame: Frame, zone: tzinfo, step: timedelta) -> Iterator[datetime]:
    """Round moments on the wall clock, counted from its midnight."""
    local = frame.first.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    time = midnight + ceil((local - midnight) / step) * step
    while time <= frame.last:
        yield time
        time += step


def _time_label(time: datetime, step: timedelta) -> str:
    if step < timedelta(minutes=1):
        return f"{time:%H:%M:%S}"
    if step >= timedelta(days=91):
        return f"{time:%b %Y}"
    if step >= timedelta(days=1) or (time.hour, time.minute) == (0, 0):
        return f"{time.day} {time:%b}"
    return f"{time:%H:%M}"


def _bands(points: Sequence[Point], frame: Frame) -> SafeString:
    known = lambda point: point.lower is not None and point.upper is not None  # noqa: E731
    outlines = [
        [(frame.x(point.time), frame.y(point.upper or 0.0)) for point in run]
        + [(frame.x(point.time), frame.y(point.lower or 0.0)) for point in reversed(run)]
        for run in _runs(points, known)
    ]
    return format_html_join(
        "", '<polygon class="band" points="{}"/>', [(_joined(line),) for line in outlines]
    )


def _lines(points: Sequence[Point], frame: Frame) -> SafeString:
    expected = [
        [(frame.x(point.time), frame.y(point.expected or 0.0)) for point in run]
        for run in _runs(points, lambda point: point.expected is not None)
    ]
    values = [(frame.x(point.time), frame.y(point.value)) for point in points]
    return format_html_join(
        "",
        '<polyline class="{}" points="{}"/>',
        [*(("expected", _joined(line)) for line in expected), ("values", _joined(values))],
    )


def _target(target: float | None, frame: Frame) -> SafeString:
    lines = [] if target is None else [(LEFT, frame.width - RIGHT, frame.y(target))]
    return format_html_join("", '<line class="target" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>', lines)


def _marks(marks: Sequence[tuple[datetime, str]], frame: Frame) -> SafeString:
    return format_html_join(
        "",
        '<line class="moment" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="moment-name" x="{}" y="{}" text-anchor="{}">{}</text>',
        [
            (x, x, y + 4, frame.height - BOTTOM, x, y, _anchor(x, frame), name)
            for x, y, name in (
                (frame.x(time), ROW_HEIGHT * (1 + place % MARK_ROWS), name)
                for place, (time, name) in enumerate(marks)
                if frame.first <= time <= frame.last
            )
        ],
    )


def _anchor(x: float, frame: Frame) -> str:
    """Keep a word on the picture."""
    if x > frame.width - RIGHT - 40:
        return "end"
    return "start" if x < LEFT + 40 else "middle"


def _anomalies(points: Sequence[Point], frame: Frame, unit: str, zone: tzinfo) -> SafeString:
    return format_html_join(
        "",
        '<circle class="anomaly" cx="{}" cy="{}" r="4"><title>{}</title></circle>',
        [
            (
                frame.x(point.time),
                frame.y(point.value),
                f"{point.value:g} {unit} at {point.time.astimezone(zone):%Y-%m-%d %H:%M}",
            )
            for point in points
            if point.anomalous
        ],
    )


def _runs(points: Sequence[Point], holds: Callable[[Point], bool]) -> Iterator[list[Point]]:
    """The stretches of neighbors that ``holds`` is true for, of two points and more."""
    run: list[Point] = []
    for point in points:
        if holds(point):
            run.append(point)
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


def _joined(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _summary(points: Sequence[Point], unit: str) -> str:
    values = [point.value for point in points]
    marked = sum(point.anomalous for point in points)
    return (
        f"{len(points)} readings from {min(values):g} to {max(values):g} {unit}, {marked} anomalous"
    )
