"""Failures, tokens and calls are bounded, over all workers together."""

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from recommendations.generation.model import breaker, budget, shared
from recommendations.generation.model.breaker import Breaker, State
from recommendations.generation.model.writer import endpoint as named_endpoint
from recommendations.models import TokenDay, TokenReservation

from .conftest import advise
from .scripted import USAGE, Asked, completion, fails, says, writes

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 20
ROOT = Path(__file__).resolve().parents[3]
DATABASE = ("NAME", "HOST", "PORT", "USER", "PASSWORD")


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


def reserved():
    return today().reserved(timezone.now())


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
    assert (reserved(), day.used, day.calls) == (0, USAGE["total_tokens"], 1)


@pytest.mark.parametrize(
    "usage", [None, {}, {"total_tokens": "many"}, {"total_tokens": -5}, {"total_tokens": True}]
)
def test_where_the_endpoint_does_not_say_what_was_reserved_counts(usage, endpoint, flown):
    endpoint.script = [lambda asked: completion("", refusal="no", usage=usage)]

    advise(flown())

    day = today()
    sent = len(str(endpoint.asked[0].body["messages"]).encode())
    assert reserved() == 0
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
    assert reserved() == 0
    assert (day.used == 0) is free


def test_a_spent_budget_makes_no_call(endpoint, flown, settings):
    settings.LLM_DAILY_TOKENS = 1000

    assert reasons_of(flown, 1) == ["budget_spent"]
    assert endpoint.asked == []
    assert (reserved(), today().used, today().calls) == (0, 0, 0)


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
    assert (reserved(), today().calls) == (1000, 10)
    for reservation in taken[:5]:
        reservation.settle(10)
    assert (reserved(), today().used) == (500, 50)

    more = [r for r in at_once(20, lambda: budget.reserve(100)) if r is not None]

    assert len(more) == 5  # 50 used, 1000 reserved
    at_once(len(more), lambda: more.pop().settle(100))
    assert (reserved(), today().used) == (500, 550)


def kill_in_a_call():
    """Let a process of its own reserve tokens for a call, and die by SIGKILL while it waits."""
    database = json.dumps({name: str(connection.settings_dict[name]) for name in DATABASE})
    command = [sys.executable, "-m", "tests.recommendations.model.killed_caller", database]
    ended = subprocess.run(command, cwd=ROOT, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL


def later(monkeypatch, seconds):
    """Let the ledger's clock be ahead."""
    at = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(budget.timezone, "now", lambda: at)


def longest():
    """The seconds after which no call is under way any more."""
    return settings.LLM_TIMEOUT_SECONDS + budget.SLACK.total_seconds()


def test_tokens_of_a_killed_call_are_free_once_no_call_can_last_so_long(settings, monkeypatch):
    kill_in_a_call()
    taken = reserved()
    settings.LLM_DAILY_TOKENS = taken + 10

    assert taken > 0
    assert budget.reserve(11) is None

    later(monkeypatch, longest() - 10)
    assert budget.reserve(11) is None

    later(monkeypatch, longest())
    assert budget.reserve(taken + 11) is None
    assert budget.reserve(taken + 10) is not None
    assert TokenReservation.objects.count() == 1


def test_a_call_that_settles_after_its_end_counts_once_and_takes_nothing_from_others(
    settings, monkeypatch
):
    settings.LLM_DAILY_TOKENS = 1000
    slow = budget.reserve(900)

    later(monkeypatch, longest())
    other = budget.reserve(800)
    slow.settle(150)

    assert (reserved(), today().used) == (800, 150)
    other.settle(None)
    assert (reserved(), today().used, today().calls) == (0, 950, 2)


def test_what_is_reserved_bounds_what_any_tokenizer_makes_of_it(endpoint, flown):
    advise(flown())

    asked: Asked = endpoint.asked[0]
    told = "".join(message["content"] for message in asked.body["messages"])
    from recommendations.generation.model.endpoint import Question

    question = Question(asked.body["messages"], asked.body["response_format"])
    assert budget.most(question, 1000) > len(told.encode()) + 1000
