"""How the times of a table are written, found out from some of them; what stays open is said."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

SHAPES = 10  # cells whose shape is taken for a pattern
ENOUGH = 0.5  # of the cells have to be of a form: a few may be damaged
_DATE = r"(?P<first>\d{4}|\d{1,2})(?P<mark>[./-])\d{1,2}(?P=mark)(?P<last>\d{4}|\d{1,2})"
_CLOCK = r"(?P<gap>T|, | )\d{1,2}:\d{2}(?P<second>:\d{2}(?P<fraction>\.\d{1,6})?)?"
_HALF = r"(?P<half> ?[AaPp][Mm])?"
_OFFSET = r"(?P<offset> ?(Z|[+-]\d{2}:?\d{2}))?"
_SHAPE = re.compile(f"{_DATE}({_CLOCK}{_HALF}{_OFFSET})?")
_DIGITS = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}  # by their number
_WORDS = ("%d %b %Y %H:%M", "%d %b %Y %H:%M:%S")
_EPOCHS = {"epoch_s": re.compile(r"\d{9,10}(\.\d+)?"), "epoch_ms": re.compile(r"\d{12,13}")}
#: For a form to choose from; there are more.
USUAL = (
    *(f"{date}{time}" for date in ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y")
      for time in (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "")),
    *("%Y-%m-%d %H:%M:%S %z", *_DIGITS.values(), _WORDS[0]),
)  # fmt: skip
#: What only a person can tell, by code.
DOUBTS = {
    "day_or_month": "The dates may have the day or the month first: taken to be the day.",
    "no_offset": "The times have no offset: the time zone of the clock that wrote them is needed.",
    "unknown_times": "The times are written in no way that is recognised: give a pattern.",
}


class TimeForm(NamedTuple):
    """``iso``, ``epoch_s``, ``epoch_ms`` or a ``strptime`` pattern, and codes of ``DOUBTS``."""

    form: str
    doubts: tuple[str, ...] = ()


def find_time_form(cells: Sequence[str]) -> TimeForm | None:
    """Return how times are written, ``None`` if no known way fits half of them.

    Values over 12 tell days from months; if there are none, the day comes first, and
    ``day_or_month`` says so.
    """
    forms = ["iso", *dict.fromkeys(_patterns(cells[:SHAPES])), *_EPOCHS, *_WORDS]
    fits = {form: sum(_is_of(cell, form) for cell in cells) for form in forms}
    best = max(forms, key=lambda form: fits[form])  # the first of equals
    if not cells or fits[best] < ENOUGH * len(cells):
        return None
    return TimeForm(best, tuple(_doubts(best, fits, cells)))


def _patterns(cells: Sequence[str]) -> Iterator[str]:
    """Yield the patterns that cells may be of by their shape."""
    for cell in cells:
        if (shape := _SHAPE.fullmatch(cell)) is not None:
            clock = _clock(shape)
            yield from (date + clock for date in _dates(shape))
        elif cell.isdecimal() and len(cell) in _DIGITS:
            yield _DIGITS[len(cell)]


def _dates(shape: re.Match[str]) -> list[str]:
    """The day first, then the month: whoever takes the first that fits prefers the day."""
    mark = shape["mark"]
    if len(shape["first"]) == 4:
        return [mark.join(("%Y", "%m", "%d"))]
    year = "%Y" if len(shape["last"]) == 4 else "%y"
    return [mark.join(("%d", "%m", year)), mark.join(("%m", "%d", year))]


def _clock(shape: re.Match[str]) -> str:
    if shape["gap"] is None:
        return ""
    seconds = ("%S" if shape["second"] else "") + (".%f" if shape["fraction"] else "")
    hour = "%I:%M" if shape["half"] else "%H:%M"
    clock = shape["gap"] + (f"{hour}:{seconds}" if seconds else hour)
    for part, directive in (("half", "%p"), ("offset", "%z")):
        if shape[part]:
            clock += f" {directive}" if shape[part].startswith(" ") else directive
    return clock


def _doubts(form: str, fits: dict[str, int], cells: Sequence[str]) -> Iterator[str]:
    if fits.get(_swapped(form)) == fits[form] and _swapped(form) != form:
        yield "day_or_month"
    if form == "iso":
        naive = any(_is_of(cell, form) and _offset_of(cell) is None for cell in cells)
    else:
        naive = form not in _EPOCHS and "%z" not in form
    if naive:
        yield "no_offset"


def _swapped(form: str) -> str:
    return form.translate(str.maketrans("dm", "md"))


def _offset_of(cell: str) -> object:
    return datetime.fromisoformat(cell).tzinfo


def _is_of(cell: str, form: str) -> bool:
    if form in _EPOCHS:
        return _EPOCHS[form].fullmatch(cell) is not None
    if form == "iso" and cell.isdecimal():
        return False  # 20260102 would do, and so would a count of seconds
    try:
        if form == "iso":
            datetime.fromisoformat(cell)
        else:
            datetime.strptime(cell, form)  # noqa: DTZ007 - only tried out
    except ValueError:
        return False
    return True
