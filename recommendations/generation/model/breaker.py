"""Leave an endpoint alone that does not answer, and find out when it does again."""

import hashlib
from enum import StrEnum

from django.core.cache.backends.base import BaseCache

from .endpoint import Endpoint
from .shared import add_to, with_cache

FAILURES = 5
#: Failures count together while none is further than this from the one before.
WINDOW_SECONDS = 60
OPEN_SECONDS = 120
#: How long the one call that tries again keeps the others waiting, if it is never heard of.
TRIAL_SECONDS = 60


class State(StrEnum):
    """``half_open``: one call may try whether it answers again."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """The circuit to one endpoint and model, shared by all processes."""

    def __init__(self, endpoint: Endpoint) -> None:
        named = hashlib.sha256(f"{endpoint.base_url}\n{endpoint.model}".encode()).hexdigest()
        prefix = f"language-model.{named}"
        self._failures, self._tripped = f"{prefix}.failures", f"{prefix}.tripped"
        self._open, self._trial = f"{prefix}.open", f"{prefix}.trial"

    def admits(self) -> bool:
        """Say whether a call may be made now; once half open, only the first one may."""

        def admits(store: BaseCache) -> bool:
            state = self._state(store)
            trial = state is State.HALF_OPEN and store.add(self._trial, 1, TRIAL_SECONDS)
            return state is State.CLOSED or trial

        return with_cache(admits)

    def succeeded(self) -> None:
        """Close the circuit: the endpoint answered."""
        keys = [self._failures, self._tripped, self._open, self._trial]
        with_cache(lambda store: store.delete_many(keys))

    def failed(self) -> None:
        """Count a failure of the endpoint; the last of several, or of a trial, opens."""

        def count(store: BaseCache) -> None:
            failures = add_to(store, self._failures, 1, WINDOW_SECONDS)
            store.touch(self._failures, WINDOW_SECONDS)
            if failures >= FAILURES or store.get(self._tripped):
                store.set(self._open, 1, OPEN_SECONDS)
                store.set(self._tripped, 1, None)
                store.delete_many([self._failures, self._trial])

        with_cache(count)

    def state(self) -> State:
        """Return how it stands."""
        return with_cache(self._state)

    def _state(self, store: BaseCache) -> State:
        held = store.get_many([self._open, self._tripped])
        if self._open in held:
            return State.OPEN
        return State.HALF_OPEN if self._tripped in held else State.CLOSED
