"""What Prometheus is told of the model, whichever process did the work."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from recommendations.generation.model import breaker
from recommendations.generation.model.breaker import Breaker
from recommendations.generation.model.writer import endpoint as named_endpoint

from .conftest import advise
from .scripted import fails, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def samples(client):
    """A function that reads the samples of the model, by name and outcome."""

    def read():
        families = text_string_to_metric_families(client.get("/metrics").text)
        return {
            (sample.name.removeprefix("emberwatch_llm_"), sample.labels.get("outcome", "")): (
                sample.value
            )
            for family in families
            if family.name.startswith("emberwatch_llm_")
            for sample in family.samples
        }

    return read


def test_outcomes_tokens_and_time_are_told(endpoint, flown, samples):
    endpoint.script = [writes(), fails(404)]
    advise(flown())
    advise(flown(entity="Lane R13"))
    advise(flown("flown again", entity="Lane R14"))

    told = samples()
    outcomes = {outcome: value for (_, outcome), value in told.items() if outcome and value}
    assert outcomes == {"written": 1, "remembered": 1, "bad_request": 1}
    assert told["tokens_total", ""] == 1000
    assert told["call_seconds_count", ""] == 2
    assert told["call_seconds_sum", ""] > 0
    assert told["circuit", ""] == 0


@pytest.mark.usefixtures("endpoint")
def test_an_open_circuit_is_told(samples):
    for _ in range(breaker.FAILURES):
        Breaker(named_endpoint()).failed()

    assert samples()["circuit", ""] == 2


@pytest.mark.usefixtures("own_cache")
def test_without_a_model_there_is_nothing_to_tell(samples):
    assert samples() == {}
