"""One series' memory as bytes: a version byte and plain numbers, about one kilobyte.

Numbers are float64 and integers, so that a series goes on after loading exactly as if it had
never been saved. Bytes of another version are refused: the series is then learned anew from
its measurements, never misread.
"""

from dataclasses import fields
from itertools import accumulate, pairwise
from operator import attrgetter
from struct import Struct

from .episode import Episode, SeriesState
from .rex import VIEWS, Rex
from .slots import SIZE

VERSION = 1


class UnknownStateError(ValueError):
    """The bytes were not written by this version."""


def _format(owner: type, names: tuple[str, ...]) -> str:
    types = {f.name: f.type for f in fields(owner)}
    return "".join("d" if types[name] in (float, "float") else "q" for name in names)


_REX_NAMES = (
    "n", "kind", "age", "t", "interval", "mean", "level_fast", "level_slow", "residual_level",
    "residual_fast", "residual_slow", "peak",
)  # fmt: skip
_SERIES_NAMES = (
    "n_seen", "first_at", "newest", "magnitude", "suspects", "run", "longest_run", "last_value",
)  # fmt: skip
_EPISODE_NAMES = tuple(f.name for f in fields(Episode))
_PERIODS = 3

_LAYOUT = Struct(
    f"<B qBH 9d {SIZE}d {SIZE}H {3 * len(VIEWS)}d {2 * _PERIODS}d"
    f" {_format(SeriesState, _SERIES_NAMES)} {_format(Episode, _EPISODE_NAMES)}"
)


def _slices(*sizes: int) -> list[slice]:
    """Where each part lies in the unpacked numbers, after the version."""
    ends = list(accumulate(sizes, initial=1))
    return [slice(first, last) for first, last in pairwise(ends)]


_REX, _MEANS, _COUNTS, *_VIEW_PARTS, _USED, _BEGAN, _SERIES, _EPISODE = _slices(
    len(_REX_NAMES), SIZE, SIZE, *[len(VIEWS)] * 3, _PERIODS, _PERIODS,
    len(_SERIES_NAMES), len(_EPISODE_NAMES),
)  # fmt: skip
_rex_values, _series_values = attrgetter(*_REX_NAMES), attrgetter(*_SERIES_NAMES)
_episode_values = attrgetter(*_EPISODE_NAMES)


def dump(state: SeriesState) -> bytes:
    """Pack a series' memory."""
    rex = state.rex
    return _LAYOUT.pack(
        VERSION, *_rex_values(rex), *rex.means, *rex.counts,
        *rex.centers, *rex.above, *rex.below, *state.used, *state.began,
        *_series_values(state), *_episode_values(state.episode),
    )  # fmt: skip


def load(data: bytes) -> SeriesState:
    """Unpack a series' memory; no bytes are a series of which nothing is known.

    Raises:
        UnknownStateError: written by another version, or damaged.
    """
    if not data:
        return SeriesState()
    if len(data) != _LAYOUT.size or data[0] != VERSION:
        raise UnknownStateError(f"State of version {data[0]}, {len(data)} bytes.")
    values = _LAYOUT.unpack(data)
    rex = Rex()
    for name, value in zip(_REX_NAMES, values[_REX], strict=True):
        setattr(rex, name, value)
    rex.means, rex.counts = list(values[_MEANS]), list(values[_COUNTS])
    rex.centers, rex.above, rex.below = (list(values[part]) for part in _VIEW_PARTS)
    series = dict(zip(_SERIES_NAMES, values[_SERIES], strict=True))
    used, began = list(values[_USED]), list(values[_BEGAN])
    return SeriesState(rex, Episode(*values[_EPISODE]), used=used, began=began, **series)
