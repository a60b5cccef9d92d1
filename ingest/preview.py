"""The first lines of a file as they would be read, before anything is stored."""

from itertools import islice
from typing import NamedTuple

from hotspots.readings import Reading, Rejection

from .files import EventFile

LINES = 20


class Previewed(NamedTuple):
    """What a file's beginning comes to, and the columns that nothing is taken from."""

    outcomes: list[tuple[int, Reading | Rejection]]
    unused: list[str]


def preview(file: EventFile, lines: int = LINES) -> Previewed:
    """Read the first rows: each reading or rejection with its line.

    Raises:
        FileError, MappingError: the file cannot be read so.
    """
    rows = islice(file.lines(), lines)
    return Previewed([(row.number, one) for row in rows for one in row.outcomes], file.unused)
