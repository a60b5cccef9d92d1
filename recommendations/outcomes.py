"""What became of what each playbook proposed: decided how, and what it brought in the end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, F, QuerySet, Sum

from .models import Recommendation

Status = Recommendation.Status


@dataclass(frozen=True, slots=True)
class Reduction:
    """Predicted against realised, added up over measures of one unit where both are known."""

    unit: str
    measured: int
    predicted: float
    realised: float

    @property
    def ratio(self) -> float | None:
        """Realised of predicted; 1 is as foretold, ``None`` where nothing was predicted."""
        return self.realised / self.predicted if self.predicted else None


@dataclass(slots=True)
class Outcome:
    """The recommendations of one playbook by status, and their reductions by unit."""

    by_status: dict[str, int] = field(default_factory=dict)
    reductions: list[Reduction] = field(default_factory=list)

    @property
    def proposed(self) -> int:
        """All that were ever written."""
        return sum(self.by_status.values())

    @property
    def measured(self) -> int:
        """How many were carried out, with a prediction before and a measurement after."""
        return sum(reduction.measured for reduction in self.reductions)


def outcomes(playbooks: Iterable[str]) -> dict[str, Outcome]:
    """Return the outcome of each playbook, by its slug, in two queries.

    Amounts are only added up within one unit, the metric's own.
    """
    wanted = list(playbooks)
    found: dict[str, Outcome] = defaultdict(Outcome)
    rows = Recommendation.objects.filter(playbook__in=wanted).order_by()
    for slug, status, count in rows.values_list("playbook", "status").annotate(Count("pk")):
        found[slug].by_status[status] = count
    for slug, reduction in _reductions(rows):
        found[slug].reductions.append(reduction)
    return {slug: found[slug] for slug in wanted}


def _reductions(rows: QuerySet[Recommendation]) -> Iterator[tuple[str, Reduction]]:
    measured = rows.filter(
        status=Status.IMPLEMENTED,
        predicted_reduction__isnull=False,
        realised_reduction__isnull=False,
    )
    units = measured.annotate(unit=F("hotspot__series__metric__unit")).values("playbook", "unit")
    sums = units.annotate(
        measured=Count("pk"),
        predicted=Sum("predicted_reduction"),
        realised=Sum("realised_reduction"),
    )
    for row in sums.order_by("playbook", "unit"):
        yield (
            row["playbook"],
            Reduction(row["unit"], row["measured"], row["predicted"], row["realised"]),
        )
