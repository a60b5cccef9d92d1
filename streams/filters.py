"""Which events a session client wants: by severity, entity and status of the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from .encoding import Encoded
from .errors import DomainError

MAX_VALUES = 100
MAX_LENGTH = 200
#: What a filter may name, and the field of the row that it asks for (the first that is there).
FIELDS = {"severity": ("severity", "level"), "entity": ("entity",), "status": ("status",)}


class BadFilterError(DomainError):
    """The filter names something that cannot be asked for."""

    code = "bad_filter"
    status = 400


@dataclass(frozen=True, slots=True)
class Filter:
    """A set of wanted values for each key that is named; equal filters share their frames."""

    wanted: tuple[tuple[str, frozenset[str]], ...] = ()

    @classmethod
    def read(cls, command: dict[str, Any]) -> Self:
        """Read a ``filter`` command.

        Raises:
            BadFilterError: with a sentence that names the key.
        """
        names = command.keys() - {"type", "id"}
        if unknown := sorted(names - FIELDS.keys()):
            raise BadFilterError(f"Unknown key {unknown[0][:40]!r}: known are {', '.join(FIELDS)}.")
        return cls(tuple((name, _values(name, command[name])) for name in sorted(names)))

    def choose(self, events: Sequence[Encoded]) -> Sequence[Encoded]:
        """Return the events whose row matches after the change, or matched before it.

        The latter so that a client sees a row leave.
        """
        if not self.wanted:
            return events
        return [e for e in events if self._matches(e.row) or self._matches(e.former_row)]

    def _matches(self, row: dict[str, Any]) -> bool:
        return all(
            next((row[field] for field in FIELDS[name] if field in row), None) in values
            for name, values in self.wanted
        )


def _values(name: str, values: object) -> frozenset[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadFilterError(f"{name} must be a list of texts.")
    if not values or len(values) > MAX_VALUES or max(map(len, values)) > MAX_LENGTH:
        raise BadFilterError(f"{name} takes 1 to {MAX_VALUES} texts of up to {MAX_LENGTH}.")
    return frozenset(values)
