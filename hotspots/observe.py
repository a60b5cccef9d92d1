"""Watch a batch of readings: store them, learn from them, keep the hotspots up to date."""

from datetime import datetime

from .batch import storage
from .batch.registry import Registry
from .batch.watching import Terms, Watch, places_to_look_at, watch
from .measurements.rollup import mark_stale
from .memory.states import read_state, save_states
from .recording.changes import record


def observe(
    registry: Registry, *, received_at: datetime, simulated: bool, quiet: bool
) -> tuple[list[Watch], list[int]]:
    """Take the registry's readings in; the caller holds the transaction and the locks.

    Args:
        quiet: store and learn, but open and change no hotspot.

    Returns:
        What became of each series' readings, and the ids of the hotspots that changed.
    """
    sources = {one.series_id: one for one in registry.sources.values() if one.arrivals}
    states = {pk: read_state(source, source.state) for pk, source in sources.items()}
    places = [p for pk in states for p in places_to_look_at(sources[pk], states[pk])]
    used_keys, stored = storage.known_keys(registry.keys), storage.stored_at(places)
    terms = Terms(received_at, simulated, quiet, used_keys, stored)
    watches = [watch(sources[pk], states[pk], terms) for pk in states]
    mark_stale(place for seen in watches for place in seen.past_places())
    storage.insert([row for seen in watches for row in seen.rows])
    storage.correct([row for seen in watches for row in seen.corrections])
    ids = record(watches)
    save_states(watches)
    return watches, ids
