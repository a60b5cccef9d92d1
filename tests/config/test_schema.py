"""The API's description: valid, complete, and honest about how to sign in."""

import pytest
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator
from openapi_spec_validator import validate

pytestmark = pytest.mark.django_db
ROUTES = {
    "/api/token": {"post"},
    "/api/token/refresh": {"post"},
    "/api/token/revoke": {"post"},
    "/api/session": {"get", "post", "delete"},
    "/api/me": {"get"},
    "/api/stream-tickets": {"post"},
    "/api/events": {"post"},
    "/api/hotspots": {"get"},
    "/api/hotspots/{id}": {"get"},
    "/api/hotspots/{id}/series": {"get"},
    "/api/hotspots/{id}/history": {"get"},
    "/api/hotspots/{id}/acknowledge": {"post"},
    "/api/hotspots/{id}/resolve": {"post"},
    "/api/hotspots/{id}/ignore": {"post"},
    "/api/hotspots/{id}/label": {"post"},
    "/api/alerts": {"get"},
    "/api/alerts/{id}": {"get"},
    "/api/alerts/{id}/history": {"get"},
    "/api/alerts/{id}/acknowledge": {"post"},
    "/api/alerts/{id}/resolve": {"post"},
    "/api/recommendations": {"get"},
    "/api/recommendations/{id}": {"get", "patch"},
    "/api/recommendations/{id}/history": {"get"},
    "/api/recommendations/{id}/approve": {"post"},
    "/api/recommendations/{id}/reject": {"post"},
    "/api/recommendations/{id}/undo": {"post"},
    "/api/recommendations/{id}/implemented": {"post"},
    "/api/recommendations/decide": {"post"},
    "/api/series": {"get"},
    "/api/series/{id}": {"get", "patch"},
    "/api/series/{id}/history": {"get"},
    "/api/series/{id}/backtest": {"post"},
    "/api/series/{id}/accept": {"post"},
    "/api/series/{id}/freeze": {"post"},
    "/api/series/{id}/unfreeze": {"post"},
    "/api/series/{id}/rebuild": {"post"},
    "/api/entities": {"get"},
    "/api/entities/{id}": {"get"},
    "/api/entities/{id}/history": {"get"},
    "/api/metrics/{name}": {"get"},
    "/api/metrics/{name}/history": {"get"},
    "/api/targets": {"get", "post"},
    "/api/targets/{id}": {"get", "patch", "delete"},
    "/api/targets/{id}/history": {"get"},
    "/api/uploads": {"get", "post"},
    "/api/uploads/{id}": {"get", "delete"},
    "/api/uploads/{id}/history": {"get"},
    "/api/uploads/{id}/preview": {"post"},
    "/api/uploads/{id}/start": {"post"},
    "/api/uploads/{id}/cancel": {"post"},
    "/api/uploads/{id}/errors": {"get"},
    "/api/mappings": {"get", "post"},
    "/api/mappings/{id}": {"get", "patch", "delete"},
    "/api/mappings/{id}/history": {"get"},
    "/api/stats": {"get"},
}


@pytest.fixture(scope="module")
def schema():
    """The description as a client gets it."""
    return SchemaGenerator(patterns=get_resolver().url_patterns).get_schema(public=True)


def test_it_is_valid(schema):
    validate(schema)


def test_every_route_is_described(schema):
    described = {
        path.replace("{pk}", "{id}"): set(methods) for path, methods in schema["paths"].items()
    }

    assert {path: described.get(path) for path in ROUTES} == ROUTES


def test_anybody_may_read_it(client):
    answer = client.get("/api/schema")

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")


def test_it_names_both_ways_to_sign_in(schema):
    assert schema["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert schema["components"]["securitySchemes"]["session"]["in"] == "cookie"
    assert schema["paths"]["/api/me"]["get"]["security"] == [{"bearer": []}, {"session": []}]


def test_filters_and_errors_are_described(schema):
    listing = schema["paths"]["/api/hotspots"]["get"]

    names = {parameter["name"] for parameter in listing["parameters"]}
    assert names == {
        "status", "severity", "entity", "entity_type", "metric", "opened_after", "opened_before",
        "incident_id", "suppressed",
        "cursor", "page_size",
    }  # fmt: skip
    assert "application/problem+json" in listing["responses"]["400"]["content"]
