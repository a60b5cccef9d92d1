"""What was measured around a hotspot, and what that explains: the shapes of both."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Companion:
    """What was reported beside the reading: another metric of the entity, or an attribute.

    ``value`` belongs to the hotspot's reading, ``expected`` is what was usual for it then.
    """

    name: str
    unit: str
    value: float
    expected: float


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was measured around a hotspot.

    ``before`` are (value, expected) of the entity's own readings before it opened, oldest first;
    ``gap`` is the time since the last of them in typical intervals.
    """

    companions: tuple[Companion, ...] = ()
    before: tuple[tuple[float, float | None], ...] = ()
    gap: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing found: its kind, the sentence that tells it, and the numbers in that."""

    kind: str
    text: str
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """What explains a hotspot, most telling first."""

    parts: tuple[Part, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What was found, most telling first."""
        return tuple(part.kind for part in self.parts)

    @property
    def text(self) -> str:
        """All of it in sentences."""
        return " ".join(part.text for part in self.parts if part.text)

    @property
    def numbers(self) -> frozenset[float]:
        """The numbers that the sentences tell."""
        return frozenset(number for part in self.parts for number in part.numbers)
