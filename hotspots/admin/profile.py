"""What a series has learned, in words and as a picture: its usual values by hour, day or month."""

from collections.abc import Sequence
from math import ceil, floor, isfinite, log10
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hotspots.detection import rex, slots
from hotspots.detection.episode import SeriesState
from hotspots.models import Series
from hotspots.series.rows import frozen_until, is_learning, memory_of
from streams.backoffice.cells import EMPTY, exact, number

DAY_SECONDS = 86_400.0
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 30, 26
SIZES = {slots.HOURS: 24, slots.WEEKDAYS: 7, slots.MONTHS: 12}


def learned_facts(series: Series) -> list[tuple[str, Any]]:
    """What is remembered of the series, in the order in which people ask."""
    state = memory_of(series)
    if state is None:
        return [("Memory", "of another version: learned anew with the next reading")]
    interval, until = state.rex.interval, frozen_until(series)
    memory = rex.half_life(interval) * interval / DAY_SECONDS
    return [
        ("State", "learning: no anomalies yet" if is_learning(state) else "knows its rhythm"),
        ("Readings learned", f"{state.rex.n:,}"),
        ("A reading every", duration(interval)),
        ("Compares by", ("hour of the day", "weekday", "month")[state.rex.kind]),
        ("Half-life of the memory", f"{memory:.1f} days" if memory else EMPTY),
        ("Late, not learned", f"{state.late:,}"),
        ("Learning rests until", exact(until) if until else "it does not rest"),
        ("New normal accepted", exact(series.adapted_at)),
        ("Learned anew", exact(series.rebuilt_at)),
    ]


def duration(seconds: float) -> str:
    """A span in the unit that people use for it."""
    for size, unit in ((DAY_SECONDS, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s" if seconds else EMPTY


def profile(state: SeriesState | None) -> list[tuple[str, list[tuple[str, float | None, int]]]]:
    """Lines of (slot, usual value, comparable readings); ``None`` where nothing was seen."""
    if state is None or not state.rex.n:
        return []
    memory = state.rex
    size = SIZES[memory.kind]
    lines = [("weekdays", 0), ("weekends", size)] if memory.kind == slots.HOURS else [("", 0)]
    return [
        (name, [_slot(memory, first + place) for place in range(size)]) for name, first in lines
    ]


def _slot(memory: rex.Rex, slot: int) -> tuple[str, float | None, int]:
    count = memory.counts[slot]
    name = slots.label(memory.kind, slot).removeprefix("weekday ").removeprefix("weekend ")
    return name, rex.base(memory, slot) if count else None, count


def profile_rows(series: Series) -> tuple[list[str], list[list[Any]]]:
    """The profile as a table: its heads, and a row for each slot."""
    lines = profile(memory_of(series))
    unit = series.metric.unit
    heads = ["Slot"]
    for name, _ in lines:
        heads += [f"Usual on {name}" if name else "Usual", "Readings"]
    rows = [
        [cells[0][0], *(part for _, value, n in cells for part in (number(value, unit), n))]
        for cells in zip(*(line for _, line in lines), strict=True)
    ]
    return heads, rows


def profile_chart(series: Series, *, width: int = 720, height: int = 200) -> SafeString:
    """The usual values as lines over the slots; empty before anything was learned."""
    lines = profile(memory_of(series))
    values = [v for _, line in lines for _, v, _ in line if v is not None and isfinite(v)]
    if len(values) < 2:
        return SafeString("")
    step = _step(max(values) - min(0.0, *values) or 1.0)
    low, high = floor(min(0.0, *values) / step) * step, ceil(max(values) / step) * step
    unit = series.metric.unit
    shapes = format_html_join(
        "",
        '<polyline class="{}" points="{}"/>',
        [
            (kind, _path(line, low, high, width, height))
            for (_, line), kind in zip(lines, ("values", "expected"), strict=False)
        ],
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        width, height, f"Usual values from {number(min(values))} to {number(max(values), unit)}",
        _value_axis(low, high, step, unit, width, height),
        _slot_axis(lines[0][1], width, height), shapes,
    )  # fmt: skip


def _path(
    line: Sequence[tuple[str, float | None, int]], low: float, high: float, width: int, height: int
) -> str:
    return " ".join(
        f"{_x(place, len(line), width):g},{_y(value, low, high, height):g}"
        for place, (_, value, _) in enumerate(line)
        if value is not None
    )


def _x(place: int, size: int, width: int) -> float:
    return round(LEFT + (place + 0.5) * (width - LEFT - RIGHT) / size, 1)


def _y(value: float, low: float, high: float, height: int) -> float:
    share = (value - low) / ((high - low) or 1.0)
    return round(height - BOTTOM - share * (height - TOP - BOTTOM), 1)


def _step(span: float) -> float:
    """A distance of about three grid lines that people count in: 1, 2 or 5 times 10^n."""
    power = 10.0 ** floor(log10(span / 3))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= span / 3.001)


def _value_axis(
    low: float, high: float, step: float, unit: str, width: int, height: int
) -> SafeString:
    ticks = [low + line * step for line in range(round((high - low) / step) + 1)]
    return format_html_join(
        "",
        '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>',
        [
            (LEFT, width - RIGHT, y, y, LEFT - 8, y + 4, number(value))
            for value, y in ((value, _y(value, low, high, height)) for value in ticks)
        ],
    ) + format_html('<text class="axis" x="{}" y="11" text-anchor="end">{}</text>', LEFT - 8, unit)


def _slot_axis(
    line: Sequence[tuple[str, float | None, int]], width: int, height: int
) -> SafeString:
    every = 1 if len(line) <= 12 and width > 500 else 3
    return format_html_join(
        "",
        '<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>',
        [
            (_x(place, len(line), width), height - 8, name if len(name) <= 4 else name[:3])
            for place, (name, _, _) in enumerate(line)
            if not place % every
        ],
    )
