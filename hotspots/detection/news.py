"""What a hotspot's row does not show yet: which of an episode's steps are told, and which wait."""

from collections.abc import Iterable

from .episode import SeriesState
from .lifecycle import Change, step


def merged(changes: Iterable[Change]) -> list[Change]:
    """The same with one update instead of several in a row: it shows what the last one did."""
    found: list[Change] = []
    for change in changes:
        if found and found[-1].kind == change.kind == "updated":
            before = found.pop()
            change = change._replace(finding=change.finding or before.finding)
        found.append(change)
    return found


def postpone(state: SeriesState, change: Change) -> None:
    """Let the hotspot's row show an update later, with whatever else happens until then."""
    state.episode.behind = 1
    state.pending = change.finding or state.pending


def take_news(state: SeriesState) -> Change | None:
    """What the hotspot's row does not show yet, ``None`` if it shows everything.

    From now on it counts as shown.
    """
    episode, finding = state.episode, state.pending
    behind, episode.behind, state.pending = episode.behind, 0, None
    return step(episode, "updated", episode.last_seen_at, finding) if behind else None
