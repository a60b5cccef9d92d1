"""What leaves the house: the event and passages as data, the key, and nothing else."""

import json
import logging

import pytest

from hotspots.models import Hotspot
from recommendations.generation.model import transport
from recommendations.generation.model.prompt import SYSTEM
from tests.servers.authority import Authority

from .conftest import advise
from .scripted import KEY, says, scripted

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_event_is_told_in_numbers_and_bounded_text(endpoint, flown):
    note = "flown in\x00 \u202efast\u200b " + "parts flown " * 100
    advise(flown(note))

    (asked,) = endpoint.asked
    event = asked.material["event"]
    assert event["value"] == 122.0
    assert event["baseline"] == 80.0
    assert event["percent_above"] == 52.5
    assert (event["entity_type"], event["metric"], event["unit"]) == ("route", "co2e", "kg")
    assert event["note"].startswith("flown in fast parts")
    assert len(event["note"]) <= 500
    assert event["note"].isprintable()


def test_the_passages_are_numbered_and_named_nothing_else(endpoint, flown):
    advise(flown())

    passages = endpoint.asked[0].material["passages"]
    assert [passage["id"] for passage in passages] == [f"p{n + 1}" for n in range(len(passages))]
    assert {frozenset(passage) for passage in passages} == {
        frozenset({"id", "measure", "heading", "text"})
    }


def test_no_name_of_an_entity_is_told(endpoint, flown):
    advise(flown(entity="Secret Carrier 77"))

    assert "Secret Carrier" not in json.dumps(endpoint.asked[0].body)


def test_instructions_are_ours_and_data_stands_between_lines_of_this_call(endpoint, flown):
    endpoint.script = [says("no")]
    advise(flown())
    advise(flown(entity="Lane R13"))

    first, _, second, _ = endpoint.asked
    assert {asked.body["messages"][0]["content"] for asked in endpoint.asked} == {SYSTEM}
    assert first.user.split("\n")[0] != second.user.split("\n")[0]
    assert first.material == second.material


def test_the_form_of_the_answer_is_strict_and_knows_the_ids(endpoint, flown):
    advise(flown())

    (asked,) = endpoint.asked
    wanted = asked.body["response_format"]["json_schema"]
    item = wanted["schema"]["properties"]["recommendations"]["items"]
    ids = [passage["id"] for passage in asked.material["passages"]]
    assert wanted["strict"] is True
    assert item["additionalProperties"] is False
    assert item["properties"]["citations"]["items"]["enum"] == ids
    assert item["properties"]["effect"]["properties"]["passage_id"]["enum"] == [*ids, None]
    assert asked.body["max_completion_tokens"] == 1000
    assert "tools" not in asked.body


def test_few_headers_are_sent(endpoint, flown, monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer other\nX-Other: 1")
    advise(flown())

    (asked,) = endpoint.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert set(asked.headers) == {*transport.SENT, "accept", "user-agent"}


def test_without_a_key_none_is_sent(endpoint, flown, settings, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    settings.LLM_API_KEY = ""
    advise(flown())

    assert "authorization" not in endpoint.asked[0].headers


def test_a_proxy_of_the_environment_never_sees_the_key(endpoint, flown, monkeypatch):
    with scripted() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")

        (row,) = advise(flown())

    assert proxy.asked == []
    assert len(endpoint.asked) == 1
    assert row.generator == "llm:scripted"


def test_an_authority_of_the_environment_is_not_trusted(
    endpoint, flown, settings, monkeypatch, tmp_path
):
    authority = Authority()
    authority._authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with scripted(authority.issue(tmp_path, "127.0.0.1")) as secure:
        settings.LLM_BASE_URL = secure.url

        (row, *_) = advise(flown())

    assert secure.asked == []
    assert row.fallback_reason == "connection_failed"


def test_neither_key_nor_prompt_nor_answer_is_logged(endpoint, flown, caplog):
    caplog.set_level(logging.DEBUG)
    endpoint.script = [says("an answer of 4711 words"), says({"recommendations": []})]

    advise(flown("a note about flown parts, code 8123"))

    assert "invalid_output" in caplog.text
    for secret in (KEY, "8123", "4711", "List the air shipments"):
        assert secret not in caplog.text
    assert KEY not in str(Hotspot.objects.values())
