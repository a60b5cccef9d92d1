"""The whole flow on one page: from readings to hotspots, alerts and recommendations.

::

    readings -> series -> measurements + detection -> hotspots -> alerts -> recommendations

Alerts and recommendations follow hotspots through ``hotspots.services.followers``, in the
same transaction; what clients are sent is numbered in its last statements.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError

from hotspots.batch.registry import Registry
from hotspots.observe import observe
from hotspots.readings import Intake, Reading
from streams import events, metrics

#: A key or a new series that another batch takes at the same moment makes this one start again.
#: It has to wait for that one's commit first: so many others have to get in between.
ATTEMPTS = 10


def ingest(
    readings: Sequence[Reading],
    *,
    received_at: datetime,
    simulated: bool = False,
    quiet: bool = False,
) -> Intake:
    """Take a batch in: all that is valid is on disk and detected when this returns.

    Args:
        readings: valid in themselves; what does not fit its entity or metric is rejected.
        received_at: the clock's time, aware.
        simulated: the batch is made up and marked so in every row.
        quiet: learn only: store and learn, but open and change no hotspot (history).

    Returns:
        What became of the readings. ``late`` ones are among the ``accepted``.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            intake = _ingest(readings, received_at, simulated=simulated, quiet=quiet)
            break
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
    metrics.readings(
        accepted=intake.accepted, duplicates=intake.duplicates, rejected=len(intake.rejected)
    )
    return intake


def _ingest(
    readings: Sequence[Reading], received_at: datetime, *, simulated: bool, quiet: bool
) -> Intake:
    with events.batch():
        registry = Registry(readings)
        registry.create_missing(simulated=simulated)
        intake = _started(registry)
        watches, intake.hotspots = observe(
            registry, received_at=received_at, simulated=simulated, quiet=quiet
        )
    for seen in watches:
        intake.accepted += seen.accepted
        intake.duplicates += seen.duplicates
        intake.late += seen.late
    return intake


def _started(registry: Registry) -> Intake:
    rejected = sorted(registry.rejected, key=lambda rejection: rejection.index)
    return Intake(duplicates=registry.duplicates, rejected=rejected)
