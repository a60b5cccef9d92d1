"""One call that may be made: the circuit closed, tokens left, and everything counted."""

import time
from typing import Protocol

from recommendations.generation.drafts import Fallback

from . import budget, metrics
from .breaker import Breaker
from .endpoint import Endpoint, Question, Reply
from .reasons import Reason

#: Failures that speak against the endpoint; others speak against one question.
_OUTAGES = frozenset(
    {
        Reason.TIMEOUT,
        Reason.CONNECTION_FAILED,
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
        Reason.UNAUTHORIZED,
    }
)
#: Failures that cost no tokens. After the others nobody knows, and all that was reserved counts.
_FREE = frozenset(
    {Reason.CONNECTION_FAILED, Reason.RATE_LIMITED, Reason.UNAUTHORIZED, Reason.BAD_REQUEST}
)


def ask(endpoint: Endpoint, question: Question, *, deadline: float) -> Reply:
    """Return a reply that can be read.

    Args:
        endpoint: whom to ask.
        question: what to ask.
        deadline: when to give up, a moment of ``time.monotonic()``.

    Raises:
        Fallback: there is none, or the call may not be made.
    """
    send = _sender()
    breaker = Breaker(endpoint)
    if not breaker.admits():
        raise Fallback(Reason.CIRCUIT_OPEN)
    reserved = budget.reserve(budget.most(question, endpoint.max_output_tokens))
    if reserved is None:
        raise Fallback(Reason.BUDGET_SPENT)
    used: int | None = None
    started = time.monotonic()
    try:
        reply = send(endpoint, question, seconds=deadline - started)
        used = reply.tokens
        breaker.succeeded()
    except Fallback as fallback:
        used = 0 if fallback.reason in _FREE else None
        if fallback.reason in _OUTAGES:
            breaker.failed()
        raise
    finally:
        reserved.settle(used)
        spent = reserved.tokens if used is None else used
        metrics.called(tokens=spent, seconds=time.monotonic() - started)
    if reply.problem is not None:
        raise Fallback(reply.problem)
    return reply


class _Sender(Protocol):
    def __call__(self, endpoint: Endpoint, question: Question, *, seconds: float) -> Reply: ...


def _sender() -> _Sender:
    try:
        from . import wire  # an extra, and half a second to import
    except ImportError as error:
        raise Fallback(Reason.NOT_INSTALLED) from error
    return wire.ask
