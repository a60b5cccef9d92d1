"""A file's events, in batches through the pipeline, with a tally of what became of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import batched
from time import monotonic

from django.utils import timezone

from hotspots.models import Hotspot
from hotspots.readings import Intake, Reading, Rejection

from .files import EventFile
from .parsing import newest_acceptable
from .pipeline import ingest

SHOWN = 20


@dataclass
class Tally:
    """What became of a file's events, batch by batch. ``first`` are the first rejections."""

    accepted: int = 0
    duplicates: int = 0
    late: int = 0
    line: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    first: list[Rejection] = field(default_factory=list)
    hotspots_before: int = 0
    started: float = field(default_factory=monotonic)

    def add(self, intake: Intake, line: int) -> None:
        """Count one batch that is stored."""
        self.accepted += intake.accepted
        self.duplicates += intake.duplicates
        self.late += intake.late
        self.codes.update(rejection.code for rejection in intake.rejected)
        self.first += intake.rejected[: SHOWN - len(self.first)]
        self.line = line

    @property
    def rejected(self) -> int:
        """How many events were not taken."""
        return self.codes.total()

    @property
    def rate(self) -> float:
        """Events per second so far."""
        events = self.accepted + self.duplicates + self.rejected
        return events / max(monotonic() - self.started, 1e-6)

    def hotspots_opened(self) -> int:
        """Return how many hotspots are new since the file was begun."""
        return Hotspot.objects.filter(pk__gt=self.hotspots_before).count()


def load(
    file: EventFile,
    tally: Tally,
    *,
    batch_size: int,
    on_batch: Callable[[Intake], None],
) -> None:
    """Store a file's events; whatever interrupts it, whole batches are stored and counted.

    Args:
        on_batch: is called after each batch with what became of it.

    Raises:
        FileError: the file cannot be read further.
    """
    tally.hotspots_before = _newest_hotspot()
    for outcomes in batched(file.outcomes(), batch_size, strict=False):
        now = timezone.now()
        readings = [outcome for outcome in outcomes if isinstance(outcome, Reading)]
        intake = ingest(readings, received_at=now) if readings else Intake()
        intake.rejected += [outcome for outcome in outcomes if isinstance(outcome, Rejection)]
        intake.rejected.sort(key=lambda rejection: rejection.index)
        tally.add(intake, file.line)
        on_batch(intake)
        file.latest = newest_acceptable(now)


def _newest_hotspot() -> int:
    newest = Hotspot.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0
