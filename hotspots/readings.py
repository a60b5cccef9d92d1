"""The types that ingest and detection share: what comes in, and what became of it."""

from datetime import datetime

import msgspec


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One event that is valid in itself; units and names are not yet checked.

    ``index`` is the position in what the sender sent (0-based), ``time`` is aware,
    ``offset_seconds`` the sender's offset from UTC, ``attributes`` a JSON object or "".
    ``entity_type`` and ``unit`` are ``None`` where the sender left them out; ``baseline`` is
    the sender's own prediction in ``unit``.
    """

    index: int
    entity: str
    metric: str
    value: float
    time: datetime
    entity_type: str | None = None
    unit: str | None = None
    key: str | None = None
    baseline: float | None = None
    attributes: str = ""
    offset_seconds: int = 0


class Rejection(msgspec.Struct, frozen=True):
    """Why one event was not taken."""

    index: int
    code: str
    detail: str


class Intake(msgspec.Struct):
    """What became of a batch; ``hotspots`` are the ids that it opened or changed."""

    accepted: int = 0
    duplicates: int = 0
    late: int = 0
    rejected: list[Rejection] = msgspec.field(default_factory=list)
    hotspots: list[int] = msgspec.field(default_factory=list)
