"""One series' memory as bytes: about 460, and 110 to 130 more while it has an episode.

A version byte, the detector's numbers one after the other, then the fields of ``SeriesState``
and of ``Episode`` that differ from their defaults (``packing`` says how to add one), and at the
end a finding that waits to be shown, if there is one. What is
kept in fewer than eight bytes is so in memory too: a series goes on after loading exactly as
if it had never been saved. Bytes of version 1 are converted, those of any other are refused:
the series is then learned anew from its measurements, never misread.
"""

from array import array
from itertools import accumulate, pairwise
from struct import Struct

from . import pending, state_v1
from .episode import Episode, SeriesState
from .packing import MASK_BYTES, Section
from .rex import VIEWS, Rex
from .slots import SIZE

VERSION = 2


class UnknownStateError(ValueError):
    """The bytes were not written by a known version, or are damaged."""


_REX = Struct(f"<B IBB 10d {len(VIEWS)}d")

#: Where above, below, offsets and counts lie: four bytes each, the counts one.
_ABOVE, _BELOW, _OFFSETS, _COUNTS = (
    slice(first, last)
    for first, last in pairwise(
        accumulate((4 * len(VIEWS), 4 * len(VIEWS), 4 * SIZE, SIZE), initial=_REX.size)
    )
)
_SERIES, _EPISODE = Section(SeriesState), Section(Episode)
_EMPTY = bytes(MASK_BYTES)


def dump(state: SeriesState) -> bytes:
    """Pack a series' memory."""
    rex = state.rex
    numbers = _REX.pack(
        VERSION, rex.n, rex.kind, rex.age, rex.t, rex.interval, rex.mean, rex.level_fast,
        rex.level_slow, rex.residual_level, rex.residual_fast, rex.residual_slow, rex.peak,
        rex.anchor, *rex.centers,
    )  # fmt: skip
    return b"".join((
        numbers, rex.above, rex.below, rex.offsets, rex.counts,
        _SERIES.pack(state) or _EMPTY, _EPISODE.pack(state.episode),
        pending.pack(state.pending) if state.pending is not None else b"",
    ))  # fmt: skip


def load(data: bytes) -> SeriesState:
    """Unpack a series' memory; no bytes are a series of which nothing is known.

    Raises:
        UnknownStateError: written by an unknown version, or damaged.
    """
    if not data:
        return SeriesState()
    try:
        return _read(data) if data[0] == VERSION else state_v1.read(data)
    except ValueError as error:
        raise UnknownStateError(str(error)) from error


def _read(data: bytes) -> SeriesState:
    if len(data) < _COUNTS.stop:
        raise ValueError(f"State of {len(data)} bytes.")
    rex = Rex.__new__(Rex)  # every field follows
    state = SeriesState(rex)
    (
        _, rex.n, rex.kind, rex.age, rex.t, rex.interval, rex.mean, rex.level_fast,
        rex.level_slow, rex.residual_level, rex.residual_fast, rex.residual_slow, rex.peak,
        rex.anchor, *rex.centers,
    ) = _REX.unpack_from(data)  # fmt: skip
    rex.above, rex.below = array("f", data[_ABOVE]), array("f", data[_BELOW])
    rex.offsets, rex.counts = array("f", data[_OFFSETS]), bytearray(data[_COUNTS])
    end = _SERIES.unpack(state, data, _COUNTS.stop)
    if end < len(data):
        end = _EPISODE.unpack(state.episode, data, end)
    if end < len(data):
        state.pending = pending.unpack(data[end:])
    return state
