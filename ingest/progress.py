"""How far a load is: a bar on a terminal, a line every few seconds elsewhere."""

from collections.abc import Callable
from time import monotonic

from .files import EventFile
from .loading import Tally

BAR_WIDTH = 24
BAR_SECONDS = 0.1
LINE_SECONDS = 5.0


class Progress:
    """Shows the progress of one file."""

    def __init__(
        self, file: EventFile, tally: Tally, write: Callable[[str], None], *, terminal: bool
    ) -> None:
        self._file = file
        self._tally = tally
        self._write = write
        self._terminal = terminal
        self._next = monotonic() + (0 if terminal else LINE_SECONDS)

    def show(self) -> None:
        """Show the present state, unless it was shown a moment ago."""
        if monotonic() < self._next:
            return
        if self._terminal:
            self._next = monotonic() + BAR_SECONDS
            self._write(f"\r\x1b[K{self._file.name} {self._bar()}{self._counts()}{self._left()}")
        else:
            self._next = monotonic() + LINE_SECONDS
            self._write(f"{self._file.name} {self._percent()}{self._counts()}{self._left()}\n")

    def clear(self) -> None:
        """Take the bar away."""
        if self._terminal:
            self._write("\r\x1b[K")

    def _part(self) -> float | None:
        """Return the part of the file that was read, ``None`` if its size is unknown."""
        return min(1.0, self._file.position() / self._file.size) if self._file.size else None

    def _percent(self) -> str:
        part = self._part()
        return "" if part is None else f"{part:.0%} "

    def _bar(self) -> str:
        part = self._part()
        if part is None:
            return ""
        done = round(part * BAR_WIDTH)
        return f"[{'#' * done}{'-' * (BAR_WIDTH - done)}] {part:.0%} "

    def _counts(self) -> str:
        tally = self._tally
        rejected = f", {tally.rejected:,} rejected" if tally.rejected else ""
        repeated = f", {tally.duplicates:,} duplicates" if tally.duplicates else ""
        return f"{tally.accepted:,} accepted{repeated}{rejected}, {tally.rate:,.0f}/s"

    def _left(self) -> str:
        part = self._part()
        if not part:
            return ""
        seconds = round((monotonic() - self._tally.started) * (1 - part) / part)
        return f", {seconds // 60}:{seconds % 60:02} left"
