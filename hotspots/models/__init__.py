"""What is watched, what was measured, what was found anomalous, and when nobody is to be called."""

from .catalog import Entity, Metric, Series, Target
from .hotspot import Hotspot, HotspotQuerySet
from .measurement import Measurement, SeriesHour
from .silence import Silence

__all__ = [
    "Entity", "Hotspot", "HotspotQuerySet", "Measurement", "Metric", "Series", "SeriesHour",
    "Silence", "Target",
]  # fmt: skip
