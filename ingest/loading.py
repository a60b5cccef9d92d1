"""A file's events, in batches through the pipeline, with a tally of what became of them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple

from django.utils import timezone

from hotspots.models import Hotspot
from hotspots.readings import Intake, Reading, Rejection

from .files import EventFile, Line
from .parsing import newest_acceptable
from .pipeline import ingest

SHOWN = 20


class Batch(NamedTuple):
    """What became of some rows of a file that were stored together.

    Attributes:
        intake: of the pipeline; its rejections bear the line as index.
        cells: line -> the cells of its row.
        line: the last one.
    """

    intake: Intake
    cells: dict[int, list[str]]
    line: int


@dataclass
class Tally:
    """What became of a file's events, batch by batch. ``first`` are the first rejections."""

    accepted: int = 0
    duplicates: int = 0
    late: int = 0
    line: int = 0
    hotspots: int = 0
    newest_hotspot: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    first: list[Rejection] = field(default_factory=list)
    started: float = field(default_factory=monotonic)

    def add(self, intake: Intake, line: int) -> None:
        """Count one batch that is stored."""
        self.accepted += intake.accepted
        self.duplicates += intake.duplicates
        self.late += intake.late
        self.codes.update(rejection.code for rejection in intake.rejected)
        self.first += intake.rejected[: SHOWN - len(self.first)]
        self.line = line
        opened = {pk for pk in intake.hotspots if pk > self.newest_hotspot}
        self.hotspots += len(opened)  # ids rise: one that a later batch changes is not counted
        self.newest_hotspot = max(opened, default=self.newest_hotspot)

    @property
    def rejected(self) -> int:
        """How many events were not taken."""
        return self.codes.total()

    @property
    def rate(self) -> float:
        """Events per second so far."""
        events = self.accepted + self.duplicates + self.rejected
        return events / max(monotonic() - self.started, 1e-6)


def load(
    file: EventFile,
    tally: Tally,
    *,
    batch_size: int,
    on_batch: Callable[[Batch], object],
    after: int = 0,
) -> None:
    """Store a file's events; whatever interrupts it, whole batches are stored and counted.

    Args:
        on_batch: is called after each batch with what became of it.
        after: the line up to which the file is stored already.

    Raises:
        FileError, MappingError: the file cannot be read further.
    """
    for lines in _batches(file.lines(after), batch_size):
        batch = _store(file, lines)
        tally.add(batch.intake, batch.line)
        on_batch(batch)


def newest_hotspot() -> int:
    """Return the id that hotspots of a load are newer than."""
    newest = Hotspot.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _store(file: EventFile, lines: list[Line]) -> Batch:
    """Store some rows; a row's metrics are never in two batches."""
    now = timezone.now()
    outcomes = [outcome for line in lines for outcome in line.outcomes]
    readings = [outcome for outcome in outcomes if isinstance(outcome, Reading)]
    intake = ingest(readings, received_at=now) if readings else Intake()
    intake.rejected += [outcome for outcome in outcomes if isinstance(outcome, Rejection)]
    intake.rejected.sort(key=lambda rejection: rejection.index)
    file.latest = newest_acceptable(now)
    return Batch(intake, {line.number: line.cells for line in lines}, file.line)


def _batches(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    """Yield rows with at least so many events together."""
    batch: list[Line] = []
    events = 0
    for line in lines:
        batch.append(line)
        events += len(line.outcomes)
        if events >= size:
            yield batch
            batch, events = [], 0
    if batch:
        yield batch
