"""What one series remembers between readings: the detector's memory and the open episode."""

from dataclasses import dataclass, field
from types import NoneType

from .finding import Finding
from .packing import Byte, Count, Number, Sign, Small
from .rex import Rex

#: Phases of an episode. A resolved one may be re-opened for a while.
IDLE, OPEN, RESOLVED = 0, 1, 2

#: Whose total a target may be for; the first is no period but the reading alone.
PERIODS = ("reading", "hour", "day", "month")

#: What is worth knowing about an episode; each label is one bit of ``Episode.labels``.
LABELS = ("level_shift", "adapted", "corrected", "unit_suspect", "flatline", "silent")


@dataclass(slots=True)
class Episode:
    """The hotspot of a series as the engine sees it.

    Times are event times in seconds since 1970. ``below`` and ``above`` are the distances of
    the band at the opening from what was expected then. ``cause_*`` belong to the finding
    that the hotspot shows: a correction into its band takes the cause away. ``written_at`` is
    the clock's time at which the row was last written. Only numbers, so that it packs well;
    ``packing`` says how to add a field.
    """

    phase: Byte = IDLE
    hotspot: Count = 0
    rule: Byte = 0
    reason: Byte = 0
    side: Sign = 0
    severity: Byte = 0
    measure: float = 0.0
    score: float = 0.0
    below: float = 0.0
    above: float = 0.0
    cause_at: float = 0.0
    cause_lower: float = 0.0
    cause_upper: float = 0.0
    opened_at: float = 0.0
    last_seen_at: float = 0.0
    written_at: float = 0.0
    occurrences: Count = 0
    events: Count = 0
    clear: Count = 0
    beyond: Number = 0
    since_resolved: Count = 0
    labels: Small = 0
    flapping: Byte = 0
    reopenings: Count = 0
    #: time and number of the last two re-openings' readings, oldest first
    reopened_at_1: float = 0.0
    reopened_at_2: float = 0.0
    reopened_n_1: Count = 0
    reopened_n_2: Count = 0
    #: whether the hotspot's row does not yet show these figures
    behind: Byte = 0
    #: the reading behind the finding, and of which period the total is too high (``PERIODS``)
    cause_value: float = 0.0
    cause_period: Byte = 0

    def mark(self, label: str) -> None:
        """Add a label."""
        self.labels |= 1 << LABELS.index(label)

    def has(self, label: str) -> bool:
        """Whether the label was added."""
        return bool(self.labels >> LABELS.index(label) & 1)

    def label_names(self) -> tuple[str, ...]:
        """The labels in words."""
        return tuple(label for label in LABELS if self.has(label))


@dataclass(slots=True)
class SeriesState:
    """Everything that is remembered of one series.

    ``n_seen`` readings came, the first of them at ``first_at``. ``magnitude`` is the running
    mean of absolute values, ``run`` the length of the present run of equal values.
    ``packing`` says how to add a field.
    """

    rex: Rex = field(default_factory=Rex)
    episode: Episode = field(default_factory=Episode)
    #: what the hotspot's row shows with its next write, if that is something else
    pending: Finding | None = field(default_factory=NoneType)
    n_seen: Count = 0
    first_at: float = 0.0
    magnitude: float = 0.0
    suspects: Byte = 0
    run: Count = 0
    longest_run: Count = 0
    last_value: float = 0.0
    #: numbers of the present hour, day and month in local time, and what was used in each
    hour: Number = 0
    day: Number = 0
    month: Number = 0
    used_hour: float = 0.0
    used_day: float = 0.0
    used_month: float = 0.0
    #: readings after the first and up to the second moment are judged but not learned
    frozen_after: float = 0.0
    frozen_until: float = 0.0
    #: readings that came late and so were not learned
    late: Count = 0

    @property
    def newest(self) -> float:
        """Time of the newest reading, learned or not; 0 before the first."""
        return self.rex.t

    def is_frozen(self, t: float) -> bool:
        """Whether a reading of that time is judged but not learned."""
        return self.frozen_after < t <= self.frozen_until
