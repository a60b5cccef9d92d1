"""What a load came to, in lines for a terminal."""

from collections.abc import Iterator

from hotspots.readings import Rejection

from .loading import SHOWN, Tally
from .preview import Previewed

# Part of a rejection's detail -> the option that helps.
HINTS = {
    "A decimal comma?": "numbers like 1.234,5 are read with --decimal ,",
    "is not ISO 8601": "other dates are read with --time-format '%d/%m/%Y %H:%M'.",
    "is not of the form": "--time-format describes the dates.",
    "A decimal point?": "numbers like 1,234.5 are read with --decimal .",
    "Milliseconds?": "milliseconds since 1970 are read with --time-format epoch_ms.",
    "has no offset": "times without an offset are read with --time-zone Europe/Berlin.",
    "surrogate": "text that is not UTF-8 is read with --encoding cp1252.",
    "cells where the header has": "cells that hold the delimiter need quotes.",
}


def report(name: str, tally: Tally) -> Iterator[str]:
    """Yield the lines about one file that was read to its end."""
    yield (
        f"{name}: {tally.accepted:,} accepted, {tally.duplicates:,} duplicates, "
        f"{tally.late:,} late, {tally.rejected:,} rejected; "
        f"{tally.hotspots:,} hotspots opened; {tally.rate:,.0f} events/s"
    )
    yield from rejections(name, tally)


def rejections(name: str, tally: Tally) -> Iterator[str]:
    """Yield the first rejections with their line, then a count by code and what may help."""
    for rejection in tally.first:
        yield f"{name}:{rejection.index}: {rejection.code}: {rejection.detail}"
    if tally.rejected > SHOWN:
        counts = ", ".join(f"{count:,} {code}" for code, count in tally.codes.most_common())
        yield f"{name}: rejected in total: {counts}"
    details = " ".join(rejection.detail for rejection in tally.first)
    yield from (f"Hint: {hint}" for part, hint in HINTS.items() if part in details)


def previewed(name: str, seen: Previewed) -> Iterator[str]:
    """Yield the first lines of a file as they would be read."""
    for line, one in seen.outcomes:
        if isinstance(one, Rejection):
            yield f"{name}:{line}: {one.code}: {one.detail}"
        else:
            unit = f" {one.unit}" if one.unit else ""
            yield (
                f"{name}:{line}: {one.entity} {one.metric} {one.value:g}{unit} "
                f"at {one.time:%Y-%m-%d %H:%M:%S}Z"
            )
    if seen.unused:
        yield f"{name}: columns not used: {', '.join(seen.unused)}"
