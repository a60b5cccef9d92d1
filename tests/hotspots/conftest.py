import pytest

from hotspots.services import followers
from tests.ingest.batches import only_hotspot, reading, take


@pytest.fixture
def told():
    """What followers are told while the test runs: (change, status) of each step."""
    steps, kept = [], list(followers)
    followers[:] = [lambda hotspot, change: steps.append((change, hotspot.status))]
    yield steps
    followers[:] = kept


@pytest.fixture
def hotspot(db):
    """An open hotspot: 160 kWh against a target of 100."""
    take(reading(160, baseline=100.0))
    return only_hotspot()
