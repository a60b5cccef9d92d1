"""Whatever an endpoint does, what is stored is grounded and says why it is not the model's."""

import socket
import sys
from contextlib import closing

import pytest

from recommendations.advising import situation_of
from recommendations.generation import gate, model
from recommendations.generation.model import wire
from recommendations.knowledge.corpus import current_index
from recommendations.models import Recommendation
from tests.servers.authority import Authority

from .conftest import advise, extracted, shape
from .failures import DRIP, FAILURES, HOLD
from .scripted import fails, says, scripted, writes

pytestmark = pytest.mark.django_db(transaction=True)


def assert_extracted(hotspot, rows, reason):
    """What is stored is what the playbooks say, and why it is not the model's."""
    expected = [shape(draft) for draft in extracted(hotspot)]
    assert [shape(row) for row in rows] == expected != []
    assert {(row.generator, row.fallback_reason, row.status) for row in rows} == {
        ("extractive", reason, "pending")
    }


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_leaves_what_the_playbooks_say_and_the_reason(name, endpoint, flown):
    behaviour, reason, calls = FAILURES[name]
    endpoint.script = [behaviour]
    hotspot = flown()

    rows = advise(hotspot)

    assert_extracted(hotspot, rows, reason)
    assert len(endpoint.asked) == calls


@pytest.mark.parametrize("reaction", [HOLD, DRIP], ids=["silent", "byte by byte"])
def test_an_endpoint_that_is_too_slow_is_given_up_in_time(reaction, endpoint, flown, settings):
    settings.LLM_TIMEOUT_SECONDS = 0.5
    endpoint.script = [lambda asked: reaction]
    hotspot = flown()

    assert_extracted(hotspot, advise(hotspot), "timeout")
    assert len(endpoint.asked) == 1


def test_an_endpoint_that_is_slow_to_read_from_is_asked_again(endpoint, flown, monkeypatch):
    monkeypatch.setattr("recommendations.generation.model.wire.READ_SECONDS", 0.2)
    endpoint.script = [lambda asked: HOLD, writes()]

    rows = advise(flown())

    assert {row.generator for row in rows} == {"llm:scripted"}
    assert len(endpoint.asked) == 2


def test_the_second_attempt_has_only_the_time_that_is_left(endpoint, flown, monkeypatch):
    given, ask = [], wire.ask

    def told_how_long(*args, seconds):
        given.append(seconds)
        return ask(*args, seconds=seconds)

    monkeypatch.setattr(wire, "ask", told_how_long)
    endpoint.script = [says("no")]

    advise(flown())

    first, second = given
    assert second < first <= 20


def test_a_port_where_nobody_listens_is_no_obstacle(endpoint, flown, settings):
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        settings.LLM_BASE_URL = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        hotspot = flown()

        assert_extracted(hotspot, advise(hotspot), "connection_failed")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(status, endpoint, flown):
    hotspot = flown()
    with scripted() as elsewhere:
        endpoint.script = [fails(status, location=f"{elsewhere.url}/chat/completions")]

        assert_extracted(hotspot, advise(hotspot), "bad_request")

    assert elsewhere.asked == []


def test_a_certificate_that_nobody_vouches_for_gets_neither_key_nor_data(
    endpoint, flown, settings, tmp_path, monkeypatch
):
    authority = Authority()
    hotspot = flown()
    with scripted(authority.issue(tmp_path, "127.0.0.1")) as secure:
        settings.LLM_BASE_URL = secure.url

        assert_extracted(hotspot, advise(hotspot), "connection_failed")
        assert secure.asked == []

        monkeypatch.setattr(wire, "Transport", trusting(authority))
        (row,) = advise(flown(entity="Lane R13"))

    assert row.generator == "llm:scripted"


def trusting(authority):
    """The transport of a machine whose administrator trusts an authority of their own."""

    class Trusting(wire.Transport):
        def __init__(self, **options):
            super().__init__(**options)
            authority.configure(self._pool._ssl_context)

    return Trusting


def test_without_the_sdk_the_playbooks_speak(endpoint, flown, monkeypatch):
    monkeypatch.delitem(sys.modules, f"{model.__name__}.wire", raising=False)
    monkeypatch.delattr(model, "wire", raising=False)
    monkeypatch.setitem(sys.modules, "openai", None)  # as if it were not there
    hotspot = flown()

    assert_extracted(hotspot, advise(hotspot), "not_installed")
    assert endpoint.asked == []


def test_whatever_is_stored_passes_the_gate(endpoint, flown):
    hotspot = flown()
    advise(hotspot)

    for row in Recommendation.objects.all():
        draft = next(d for d in extracted(hotspot) if d.playbook == row.playbook)
        written = type(draft)(**shape(row), score=draft.score)
        assert gate.problems(written, situation_of(hotspot), current_index()) == []
