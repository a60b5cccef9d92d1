"""What a handshake may say: origin, position, credential."""

import pytest

from streams.handshake import MalformedQueryError, read


def scope(query: str = "", **headers: str) -> dict:
    pairs = {"host": "127.0.0.1:8000"} | headers
    return {
        "headers": [(name.encode(), value.encode()) for name, value in pairs.items()],
        "query_string": query.encode(),
        "subprotocols": [s.strip() for s in pairs.get("subprotocols", "").split(",") if s],
    }


@pytest.mark.parametrize(
    ("query", "since"),
    [
        ("", None),
        ("since=", None),
        ("since=0", 0),
        ("since=41", 41),
        (f"since={2**63 - 1}", 2**63 - 1),
    ],
)
def test_the_position_is_read(query, since):
    assert read(scope(query)).since == since


@pytest.mark.parametrize(
    "query",
    [
        "since=x",
        "since=-1",
        "since=1.5",
        "since=٣",
        "since=1&since=2",
        f"since={2**63}",
        "since=" + "9" * 5000,
        "since=%00",
        "&".join(f"a{n}=1" for n in range(50)),
    ],
)
def test_a_malformed_position_is_refused(query):
    with pytest.raises(MalformedQueryError):
        _ = read(scope(query)).since


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:8000", True),
        ("https://dash.example", True),
        ("http://127.0.0.1:8001", False),
        ("https://dash.example.evil.example", False),
        ("null", False),
        ("http://evil.example", False),
    ],
)
def test_only_this_host_and_allowed_origins_may_connect(settings, origin, allowed):
    settings.ALLOWED_ORIGINS = ["https://dash.example"]

    assert read(scope(origin=origin)).origin_is_allowed() is allowed


def test_a_foreign_host_name_that_points_here_may_not_connect():
    """DNS rebinding: origin and host agree, but the host is not ours."""
    shake = read(scope(origin="http://evil.example:8000", host="evil.example:8000"))

    assert not shake.origin_is_allowed()


def test_the_token_comes_from_subprotocol_or_header_and_never_from_the_url():
    assert read(scope(subprotocols="emberwatch.v1, bearer.abc")).bearer == "abc"
    assert read(scope(authorization="Bearer abc")).bearer == "abc"
    assert read(scope("token=abc&access_token=abc&bearer=abc")).bearer is None


def test_the_echo_is_never_the_token():
    assert (
        read(scope(subprotocols="bearer.abc, emberwatch.plain")).subprotocol == "emberwatch.plain"
    )
    assert read(scope(subprotocols="bearer.abc")).subprotocol is None
