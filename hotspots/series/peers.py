"""What to expect of a series that is too young to have a baseline: the median of its peers.

Only shown, never judged by: a plant may well be larger than its peers.
"""

from collections.abc import Iterable
from statistics import median

from hotspots.detection.engine import is_young
from hotspots.detection.rex import WARM_UP
from hotspots.detection.state import UnknownStateError, load
from hotspots.models import Series

#: Fewer peers say nothing; more than so many say nothing more, and each has a state to read.
FEWEST, MOST = 5, 100


def provisional_baselines(young: Iterable[Series]) -> dict[int, float]:
    """The median of the mean values of each series' peers, where there are enough of them.

    Peers are series of other entities of the same type, of the same metric and so in the same
    unit, that are past learning; simulated ones have simulated peers. One query for
    each type and metric among ``young``.

    Args:
        young: series that are still learning, with their entities.

    Returns:
        By the key of the series, in the metric's unit.
    """
    members: dict[tuple[str, str, bool], list[int]] = {}
    for row in young:
        alike = row.entity.entity_type, row.metric_id, row.simulated
        members.setdefault(alike, []).append(row.pk)
    found: dict[int, float] = {}
    for (entity_type, metric, simulated), pks in members.items():
        means = _means(entity_type, metric, simulated=simulated)
        if len(means) >= FEWEST:
            found |= dict.fromkeys(pks, median(means))
    return found


def _means(entity_type: str, metric: str, *, simulated: bool) -> list[float]:
    """The mean values of the longest known series of a type and metric that are past learning."""
    rows = Series.objects.filter(
        entity__entity_type=entity_type,
        metric=metric,
        simulated=simulated,
        count__gte=min(WARM_UP),
    )
    states = rows.order_by("pk").values_list("state", flat=True)[:MOST]
    return [mean for packed in states if (mean := _mean(bytes(packed))) is not None]


def _mean(packed: bytes) -> float | None:
    try:
        state = load(packed)
    except UnknownStateError:
        return None
    return None if is_young(state) else state.rex.mean
