"""Failures, tokens and calls are bounded, over all workers together."""

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import connection

from recommendations.generation.model import breaker, budget, shared
from recommendations.generation.model.breaker import Breaker, State
from recommendations.generation.model.writer import endpoint as named_endpoint
from recommendations.models import TokenDay

from .conftest import advise
from .scripted import USAGE, Asked, completion, fails, says, writes

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 20


def eventually(holds):
    """Wait until something holds; the test fails if it never does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def reasons_of(flown, number, *, start=0):
    hotspots = [flown(entity=f"Lane {start + n}") for n in range(number)]
    return [advise(hotspot)[0].fallback_reason for hotspot in hotspots]


def today():
    return TokenDay.objects.get(pk=datetime.now(UTC).date())


def test_five_failures_open_the_circuit_and_one_trial_closes_it(endpoint, flown, monkeypatch):
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 2)
    endpoint.script = [fails(401)] * 5 + [writes()]

    assert reasons_of(flown, 6) == ["unauthorized"] * 5 + ["circuit_open"]
    assert len(endpoint.asked) == 5

    circuit = Breaker(named_endpoint())
    eventually(lambda: circuit.state() is State.HALF_OPEN)
    assert reasons_of(flown, 1, start=6) == [""]
    assert circuit.state() is State.CLOSED
    assert len(endpoint.asked) == 6


def test_a_trial_that_fails_opens_the_circuit_again_at_once(endpoint, flown, monkeypatch):
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 2)
    endpoint.script = [fails(401)]
    reasons_of(flown, 5)
    circuit = Breaker(named_endpoint())
    eventually(lambda: circuit.state() is State.HALF_OPEN)

    assert reasons_of(flown, 2, start=5) == ["unauthorized", "circuit_open"]
    assert len(endpoint.asked) == 6


@pytest.mark.usefixtures("endpoint")
def test_only_one_of_many_may_try_whether_it_answers_again(monkeypatch):
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 1)
    circuit = Breaker(named_endpoint())
    for _ in range(breaker.FAILURES):
        circuit.failed()
    eventually(lambda: circuit.state() is State.HALF_OPEN)

    assert [Breaker(named_endpoint()).admits() for _ in range(5)] == [True, *[False] * 4]


@pytest.mark.parametrize("extra", [{}, {"choices": []}], ids=["no form", "no answer"])
def test_what_is_wrong_with_an_answer_is_no_failure_of_the_endpoint(extra, endpoint, flown):
    endpoint.script = [says("no", **extra)]

    assert reasons_of(flown, 6) == ["invalid_output"] * 6


def test_a_success_forgives_the_failures_before_it(endpoint, flown, settings):
    settings.LLM_CACHE_SECONDS = 0
    endpoint.script = [*[fails(401)] * 4, writes(), *[fails(401)] * 4, writes()]

    assert reasons_of(flown, 10) == [*["unauthorized"] * 4, ""] * 2


def test_with_the_cache_away_each_process_counts_by_itself(endpoint, flown, settings, monkeypatch):
    monkeypatch.setattr(shared, "_own", shared.LocMemCache("test-of-absence", {}))
    shared._own.clear()
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
    endpoint.script = [writes(), *[fails(401)] * 5]

    assert reasons_of(flown, 1) == [""]
    settings.LLM_MODEL = "another"
    assert reasons_of(flown, 6, start=1) == ["unauthorized"] * 5 + ["circuit_open"]


def test_what_was_used_is_what_the_endpoint_says(endpoint, flown):
    advise(flown())

    day = today()
    assert (day.reserved, day.used, day.calls) == (0, USAGE["total_tokens"], 1)


@pytest.mark.parametrize(
    "usage", [None, {}, {"total_tokens": "many"}, {"total_tokens": -5}, {"total_tokens": True}]
)
def test_where_the_endpoint_does_not_say_what_was_reserved_counts(usage, endpoint, flown):
    endpoint.script = [lambda asked: completion("", refusal="no", usage=usage)]

    advise(flown())

    day = today()
    sent = len(str(endpoint.asked[0].body["messages"]).encode())
    assert day.reserved == 0
    assert sent < day.used < 1.5 * sent + 3000


def test_a_plain_lie_about_usage_is_not_believed(endpoint, flown):
    endpoint.script = [lambda asked: completion("", refusal="no", usage={"total_tokens": 10**30})]

    advise(flown())

    assert today().used <= budget.MOST_PLAUSIBLE


@pytest.mark.parametrize(("status", "free"), [(401, True), (404, True), (500, False)])
def test_what_was_never_answered_costs_nothing_unless_nobody_knows(status, free, endpoint, flown):
    endpoint.script = [fails(status, retry_after="0.01")]

    advise(flown())

    day = today()
    assert day.reserved == 0
    assert (day.used == 0) is free


def test_a_spent_budget_makes_no_call(endpoint, flown, settings):
    settings.LLM_DAILY_TOKENS = 1000

    assert reasons_of(flown, 1) == ["budget_spent"]
    assert endpoint.asked == []
    assert (today().reserved, today().used, today().calls) == (0, 0, 0)


def test_the_second_attempt_needs_budget_too(endpoint, flown, settings):
    endpoint.script = [says("no", usage={"total_tokens": 50_000}), writes()]
    settings.LLM_DAILY_TOKENS = 50_000

    assert reasons_of(flown, 1) == ["budget_spent"]
    assert len(endpoint.asked) == 1


def test_zero_turns_the_limit_off_and_still_counts(endpoint, flown, settings):
    settings.LLM_DAILY_TOKENS = 0

    assert reasons_of(flown, 1) == [""]
    assert today().used == USAGE["total_tokens"]


def test_yesterdays_tokens_do_not_count_today(endpoint, flown, settings):
    settings.LLM_DAILY_TOKENS = 50_000
    TokenDay.objects.create(day=datetime(2026, 1, 1, tzinfo=UTC).date(), used=10**9)

    assert reasons_of(flown, 1) == [""]


def at_once(number, act):
    """Run something in threads that begin together; each has its own connection."""
    barrier, results = threading.Barrier(number), []

    def run():
        barrier.wait()
        try:
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_twenty_workers_never_pass_the_limit_together(settings):
    settings.LLM_DAILY_TOKENS = 1050

    taken = [r for r in at_once(20, lambda: budget.reserve(100)) if r is not None]

    assert len(taken) == 10
    assert (today().reserved, today().calls) == (1000, 10)
    for reservation in taken[:5]:
        reservation.settle(10)
    assert (today().reserved, today().used) == (500, 50)

    more = [r for r in at_once(20, lambda: budget.reserve(100)) if r is not None]

    assert len(more) == 5  # 50 used, 1000 reserved
    at_once(len(more), lambda: more.pop().settle(100))
    assert (today().reserved, today().used) == (500, 550)


def test_what_is_reserved_bounds_what_any_tokenizer_makes_of_it(endpoint, flown):
    advise(flown())

    asked: Asked = endpoint.asked[0]
    told = "".join(message["content"] for message in asked.body["messages"])
    from recommendations.generation.model.endpoint import Question

    question = Question(asked.body["messages"], asked.body["response_format"])
    assert budget.most(question, 1000) > len(told.encode()) + 1000
