"""What the model costs and gives, for Prometheus: counted in the shared cache.

Tasks run in processes that nobody scrapes, so whichever server is asked tells what all did.
"""

from collections.abc import Iterator

from django.core.cache.backends.base import BaseCache
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from .breaker import Breaker, State
from .endpoint import Endpoint
from .reasons import Reason
from .shared import add_to, with_cache

WRITTEN, REMEMBERED = "written", "remembered"
OUTCOMES = (WRITTEN, REMEMBERED, *Reason)
_PREFIX = "language-model.count."
_CALLS, _TOKENS, _MILLISECONDS = f"{_PREFIX}calls", f"{_PREFIX}tokens", f"{_PREFIX}milliseconds"
_STATES = {State.CLOSED: 0, State.HALF_OPEN: 1, State.OPEN: 2}


def finished(outcome: str) -> None:
    """Count what became of one generation: written, remembered, or why neither."""
    with_cache(lambda store: add_to(store, _PREFIX + outcome, 1, None))


def called(*, tokens: int, seconds: float) -> None:
    """Count one call with what it took."""

    def count(store: BaseCache) -> None:
        taken = {_CALLS: 1, _TOKENS: tokens, _MILLISECONDS: round(seconds * 1000)}
        for key, number in taken.items():
            add_to(store, key, number, None)

    with_cache(count)


class Calls(Collector):
    """The counters, read when somebody wants to know."""

    def __init__(self, endpoint: Endpoint | None) -> None:
        self._endpoint = endpoint

    def collect(self) -> Iterator[Metric]:
        """Yield all four; without a model they are empty."""
        keys = [_CALLS, _TOKENS, _MILLISECONDS, *(_PREFIX + name for name in OUTCOMES)]
        counts = with_cache(lambda store: store.get_many(keys))
        outcomes = CounterMetricFamily(
            "emberwatch_llm_generations", "Generations by outcome", labels=["outcome"]
        )
        tokens = CounterMetricFamily("emberwatch_llm_tokens", "Tokens used")
        seconds = SummaryMetricFamily("emberwatch_llm_call_seconds", "Calls with their length")
        circuit = GaugeMetricFamily("emberwatch_llm_circuit", "0 closed, 1 half open, 2 open")
        if self._endpoint is not None:
            for name in OUTCOMES:
                outcomes.add_metric([name], counts.get(_PREFIX + name, 0))
            tokens.add_metric([], counts.get(_TOKENS, 0))
            seconds.add_metric([], counts.get(_CALLS, 0), counts.get(_MILLISECONDS, 0) / 1000)
            circuit.add_metric([], _STATES[Breaker(self._endpoint).state()])
        yield from (outcomes, tokens, seconds, circuit)
