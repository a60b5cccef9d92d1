"""The small pieces of HTML that lists and pages are made of. All text in them is escaped."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

UNITS = (
    (365 * 86_400, "y"),
    (30 * 86_400, "mo"),
    (86_400, "d"),
    (3_600, "h"),
    (60, "min"),
)
EMPTY = "—"


def chip(kind: str, value: str, label: str = "") -> SafeString:
    """A colored word: ``kind`` and ``value`` choose the color, in the style sheet."""
    if not value:
        return format_html('<span class="quiet">{}</span>', EMPTY)
    text = label or value.replace("_", " ")
    return format_html('<span class="chip {}-{}">{}</span>', kind, value, text)


def distance(seconds: float) -> str:
    """How long ago, or how far ahead if negative: ``3 min ago``, ``in 2 d``."""
    for size, unit in UNITS:
        if abs(seconds) >= size:
            count = f"{int(abs(seconds) // size)} {unit}"
            return f"in {count}" if seconds < 0 else f"{count} ago"
    return "now"


def age(moment: datetime | None) -> SafeString:
    """How long ago a moment was; pointing at it shows the moment itself, in UTC."""
    if moment is None:
        return format_html('<span class="quiet">{}</span>', EMPTY)
    utc = moment.astimezone(UTC)
    return format_html(
        '<time class="age" datetime="{}" title="{} UTC">{}</time>',
        utc.isoformat(timespec="seconds"),
        f"{utc:%Y-%m-%d %H:%M:%S}",
        distance((timezone.now() - utc).total_seconds()),
    )


def exact(moment: datetime | None) -> SafeString:
    """A moment in UTC, and how long ago it was."""
    if moment is None:
        return age(moment)
    utc = moment.astimezone(UTC)
    return format_html(
        '{} <span class="quiet">UTC, {}</span>', f"{utc:%Y-%m-%d %H:%M:%S}", age(moment)
    )


def number(value: float | None, unit: str = "") -> str:
    """A measured value with at most four digits after the first, and its unit."""
    if value is None:
        return EMPTY
    text = f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}"
    return f"{text} {unit}".strip()


def percent(value: float | None) -> str:
    """A signed percentage: ``+34 %``."""
    return EMPTY if value is None else f"{value:+,.0f} %"


def marks(named: Iterable[tuple[str, bool]]) -> SafeString:
    """The marks of a row that are set, such as ``simulated``."""
    words = [(name,) for name, is_set in named if is_set]
    return format_html_join(" ", '<span class="mark">{}</span>', words)


def link(url: str, text: Any) -> SafeString:
    """A link inside the back office."""
    return format_html('<a href="{}">{}</a>', url, text)
