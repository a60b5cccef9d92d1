"""`/api/asyncapi.json`: well-formed, complete, and true of every frame of a real session."""

import json

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from streams import closing
from streams.models import StreamEvent
from tests.factories import make_alert, make_hotspot, make_recommendation
from tests.streams.conftest import access_token

MAKERS = {"hotspots": make_hotspot, "alerts": make_alert, "recommendations": make_recommendation}
SESSION = {"subprotocols": ["emberwatch.v1"]}
SERVER = {"hello", "events", "beacon", "resync", "error", "ok", "pong"}
CLIENT = {"ping", "auth", "filter"}


class Description:
    """The document, with its references followed."""

    def __init__(self, document: dict) -> None:
        self.document = document
        content = Resource.from_contents(document, default_specification=DRAFT202012)
        self.registry = Registry().with_resource("urn:asyncapi", content)

    def follow(self, reference: str) -> dict:
        """What a reference of the document leads to."""
        return self.registry.resolver("urn:asyncapi").lookup(reference).contents

    def references(self, part: object) -> list[str]:
        """Every reference in a part."""
        if isinstance(part, list):
            return [found for item in part for found in self.references(item)]
        if not isinstance(part, dict):
            return []
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in self.references(value)]

    def complaints(self, channel: str, message: str, frame: dict) -> list[str]:
        """What is wrong with a frame of a channel, by its message's schema."""
        there = self.document["channels"][channel]["messages"][message]["$ref"]
        payload = f"urn:asyncapi{there}/payload"
        validator = Draft202012Validator({"$ref": payload}, registry=self.registry)
        return [error.message for error in validator.iter_errors(frame)]

    def fields(self, channel: str, message: str) -> set[str]:
        """The fields that a channel's message may have."""
        there = self.document["channels"][channel]["messages"][message]["$ref"]
        schema = self.follow(self.follow(there)["payload"]["$ref"])
        parts = schema.get("allOf", [schema])
        parts = [self.follow(part["$ref"]) if "$ref" in part else part for part in parts]
        return {name for part in parts for name in part["properties"]}


@pytest.fixture
def description(client, db):
    """The document as anybody gets it."""
    answer = client.get("/api/asyncapi.json", headers={"Host": "localhost:8123"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    return Description(answer.json())


def test_it_has_what_asyncapi_3_requires(description):
    document = description.document

    assert document["asyncapi"] == "3.0.0"
    assert document["info"].keys() >= {"title", "version"}
    assert document["servers"]["this"]["host"] == "localhost:8123"
    assert document["servers"]["this"]["protocol"] == "ws"
    for operation in document["operations"].values():
        assert operation["action"] in {"send", "receive"}
        for part in (operation, operation.get("reply", operation)):
            own = part["channel"]["$ref"] + "/messages/"
            assert all(message["$ref"].startswith(own) for message in part["messages"])
    for message in document["components"]["messages"].values():
        assert message.keys() >= {"name", "payload"}
    kinds = {one["type"] for one in document["components"]["securitySchemes"].values()}
    assert kinds == {"http", "httpApiKey"}


def test_every_reference_leads_somewhere(description):
    found = set(description.references(description.document))

    assert len(found) > 30
    assert all(isinstance(description.follow(reference), dict) for reference in found)


def test_every_schema_is_one(description):
    for schema in description.document["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)
        Draft202012Validator.check_schema(schema)
        assert "nullable" not in json.dumps(schema)


def test_every_stream_is_there_in_both_modes(description):
    document = description.document
    for stream in MAKERS:
        session, plain = document["channels"][stream], document["channels"][f"{stream}Plain"]
        assert session["address"] == plain["address"] == f"/ws/{stream}"
        assert session["messages"].keys() == SERVER | CLIENT
        assert plain["messages"].keys() == {"row"}
    spoken = {
        reference.rpartition("/")[2]
        for operation in document["operations"].values()
        for reference in description.references(operation)
    }
    assert spoken >= SERVER | CLIENT | {"row"}


def test_the_rows_are_those_of_the_rest_api(description, client):
    openapi = client.get("/api/schema").json()["components"]["schemas"]
    for name in ("Hotspot", "Alert", "Recommendation"):
        ours = description.document["components"]["schemas"][name]
        assert ours["properties"].keys() == openapi[name]["properties"].keys()
        assert set(ours["required"]) == ours["properties"].keys()


def test_it_has_every_close_code(description):
    told = {(one["code"], one["name"]) for one in description.document["x-close-codes"]}
    codes = {one for one in vars(closing).values() if isinstance(one, closing.Closing)}

    assert told == {(one.code, one.name) for one in codes}


def test_behind_tls_the_address_is_wss(client, db):
    answer = client.get("/api/asyncapi.json", secure=True)

    assert answer.json()["servers"]["this"]["protocol"] == "wss"


@pytest.mark.parametrize("stream", MAKERS)
async def test_every_row_and_event_is_as_described(server, staff, in_thread, description, stream):
    async with (
        server.connect(f"/ws/{stream}", staff) as plain,
        server.connect(f"/ws/{stream}", staff, **SESSION) as session,
    ):
        hello = await session.frame()
        made = await in_thread(MAKERS[stream])
        await in_thread(made.save)
        rows = [await plain.frame() for _ in range(2)]
        batches = [await session.frame()]
        while batches[-1]["events"][-1]["seq"] < 2:
            batches.append(await session.frame())

    assert description.complaints(stream, "hello", hello) == []
    for batch in batches:
        assert description.complaints(stream, "events", batch) == []
    for row in rows:
        assert description.complaints(f"{stream}Plain", "row", row) == []
        assert row.keys() == description.fields(f"{stream}Plain", "row")
        assert description.complaints(f"{stream}Plain", "row", row | {"at": 1}) != []


async def test_every_other_frame_is_as_described(server, analyst, in_thread, description, settings):
    token = await in_thread(access_token, analyst)
    said = [
        {"type": "ping", "id": 1},
        {"type": "auth", "token": token},
        {
            "type": "filter",
            "severity": ["critical"],
            "entity": ["A"],
            "status": ["open"],
            "id": "f",
        },
        {"type": "filter"},
        {"type": "filter", "severity": "critical"},
        {"type": "auth", "token": 5},
        {"type": "fly"},
    ]
    heard = []
    async with server.connect("/ws/hotspots?since=99", analyst, **SESSION) as session:
        heard += [await session.frame(), await session.frame()]
        for command in said:
            await session.socket.send(json.dumps(command))
            heard.append(await session.frame())
    settings.STREAMS_HEARTBEAT_SECONDS = 0.05
    async with server.connect("/ws/hotspots", analyst, **SESSION) as session:
        heard += [await session.frame(), await session.frame()]
        server.server.should_exit = True
        while heard[-1].get("code") != "going_away":
            heard.append(await session.frame())

    kinds = [frame["type"] for frame in heard]
    assert kinds[:9] == ["hello", "resync", "pong", "ok", "ok", "ok", "error", "error", "error"]
    assert {*kinds} == SERVER - {"events"}
    for frame in heard:
        assert description.complaints("hotspots", frame["type"], frame) == []
        assert frame.keys() <= description.fields("hotspots", frame["type"])
    for command, good in zip(said[:6], [True] * 4 + [False] * 2, strict=True):
        assert (description.complaints("hotspots", command["type"], command) == []) is good


async def test_a_resync_for_each_reason_is_as_described(server, analyst, in_thread, description):
    for _ in range(3):
        await in_thread(make_hotspot, status="resolved")
    await in_thread(StreamEvent.objects.filter(seq__lte=2).delete)
    found = []
    for query in ("since=1", "since=9", "since=3&epoch=other"):
        async with server.connect(f"/ws/hotspots?{query}", analyst, **SESSION) as session:
            await session.frame()
            found.append(await session.frame())

    assert [frame["reason"] for frame in found] == ["trimmed", "ahead", "epoch"]
    assert [description.complaints("hotspots", "resync", frame) for frame in found] == [[], [], []]
