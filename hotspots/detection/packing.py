"""The fields of a dataclass as bytes: which of them differ from their defaults, then those.

To remember one more thing of a series or of its episode, add one line at the end of
``SeriesState`` or ``Episode``::

    frozen_until: float = 0.0

That is all. At its default a field takes no bytes, else as many as its type says: ``float``
and ``int`` eight, :data:`Sign` and :data:`Byte` one, :data:`Small` two, :data:`Number` and
:data:`Count` four. Bytes written before the field existed still load and leave it at its
default. To reorder, remove or retype a field takes a new ``state.VERSION``.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import lru_cache
from itertools import compress
from operator import attrgetter, ne
from struct import Struct
from typing import Annotated, Any, get_args

#: Small numbers, as ``struct`` spells them: -128 to 127, 0 to 255, 0 to 65,535, two billion
#: of either sign, 0 to four billion. What does not fit cannot be packed.
Sign = Annotated[int, "b"]
Byte = Annotated[int, "B"]
Small = Annotated[int, "H"]
Number = Annotated[int, "i"]
Count = Annotated[int, "I"]

#: Room for 40 fields.
MASK_BYTES = 5
#: Combinations of fields whose layout is kept at hand.
LAYOUTS = 512


class Section:
    """How the fields of one dataclass are written: those that are numbers with a default."""

    def __init__(self, owner: type) -> None:
        found = [f for f in fields(owner) if f.default is not MISSING]
        if len(found) > 8 * MASK_BYTES:
            raise TypeError(f"{owner.__name__} has more fields than a mask of {MASK_BYTES} bytes.")
        self._fields = [(f.name, _code(f.type)) for f in found]
        self._values: Callable[[Any], tuple] = attrgetter(*[name for name, _ in self._fields])
        self._defaults = tuple(f.default for f in found)
        self._layout = lru_cache(LAYOUTS)(self._make_layout)
        self._written = lru_cache(LAYOUTS)(self._make_written)

    def pack(self, owner: object) -> bytes:
        """The fields that differ from their defaults; no bytes if none does."""
        values = self._values(owner)
        if values == self._defaults:
            return b""
        flags = tuple(map(ne, values, self._defaults))
        mask, layout = self._written(flags)
        return mask + layout.pack(*compress(values, flags))

    def unpack(self, owner: object, data: bytes, start: int) -> int:
        """Set the fields that are written at ``start``.

        Returns:
            Where the section ends.

        Raises:
            ValueError: a field that is not known here, or too few bytes.
        """
        first = start + MASK_BYTES
        names, layout = self._layout(int.from_bytes(data[start:first], "little"))
        if len(data) < first + layout.size:
            raise ValueError("The bytes end in the middle of the fields.")
        for name, value in zip(names, layout.unpack_from(data, first), strict=True):
            setattr(owner, name, value)
        return first + layout.size

    def _make_layout(self, mask: int) -> tuple[list[str], Struct]:
        if mask >= 1 << len(self._fields):
            raise ValueError(f"Fields that are not known here: {mask:#x}.")
        chosen = [f for place, f in enumerate(self._fields) if mask >> place & 1]
        return [name for name, _ in chosen], Struct("<" + "".join(code for _, code in chosen))

    def _make_written(self, flags: tuple[bool, ...]) -> tuple[bytes, Struct]:
        """The mask of the fields whose flag is set, and how they follow it."""
        mask = sum(flag << place for place, flag in enumerate(flags))
        return mask.to_bytes(MASK_BYTES, "little"), self._layout(mask)[1]


def _code(kind: Any) -> str:
    """How ``struct`` spells a field's type."""
    if kind in (float, int):
        return "d" if kind is float else "q"
    return str(get_args(kind)[1])
