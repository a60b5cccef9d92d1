"""What series remember, read from their rows and written back."""

from hotspots.batch import storage
from hotspots.batch.sources import Source
from hotspots.batch.watching import Watch, newest_time
from hotspots.detection.episode import SeriesState
from hotspots.detection.state import UnknownStateError, dump, load
from hotspots.recording.changes import due_at

from .relearning import relearn


def read_state(source: Source, data: bytes) -> SeriesState:
    """A series' memory; what another version wrote is learned anew from the measurements."""
    try:
        return load(data)
    except UnknownStateError:
        return relearn(source)


def save_states(watches: list[Watch]) -> None:
    """Write back what changed of each series."""
    storage.save_series([_saved(seen) for seen in watches if seen.accepted or seen.changes])


def _saved(seen: Watch) -> storage.Saved:
    state = seen.state
    received_at = seen.terms.received_at if state.newest != seen.first_newest else None
    return storage.Saved(
        seen.source.series_id, dump(state), len(seen.rows), newest_time(state), received_at,
        due_at(state),
    )  # fmt: skip
