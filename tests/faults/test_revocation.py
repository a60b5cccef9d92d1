"""Whoever may no longer listen is off, also on another process, with and without Valkey."""

import pytest

from benchmarks.streams.revocation import Drill, measure

pytestmark = [
    pytest.mark.servers,
    pytest.mark.postgres,
    pytest.mark.valkey,
    pytest.mark.xdist_group("installation"),  # one for all: see `pair`
]
CODES = {
    "session signed out": {4401},
    "token given back": {4401},
    "user deactivated": {4403},
    "permission lost": {4403},
}


@pytest.mark.parametrize("broker", ["there", "away"])
async def test_access_that_ends_on_one_process_closes_the_sockets_of_the_other(
    pair, postgres, valkey, broker
):
    """How soon is measured by benchmarks/streams/revocation.py; here, that and how they end."""
    if broker == "away":
        valkey.kill()
    found = await measure(Drill(*pair, postgres.url), f"broker-{broker}", tries=2)
    assert {way: {end.code for end in ends} for way, ends in found.items()} == CODES
