import pytest

from hotspots.services import followers
from tests.streams.conftest import in_thread, server

__all__ = ["in_thread", "server"]  # fixtures: a real server on the test's database


@pytest.fixture
def followed(monkeypatch):
    """The followers of hotspots, none at first; put back after the test."""
    kept = list(followers)
    followers.clear()
    yield followers
    followers[:] = kept


@pytest.fixture
def steps(followed):
    """What followers are told: (change, severity, status, value) of each step."""
    told = []
    followed.append(lambda h, change: told.append((change, h.severity, h.status, h.value)))
    return told


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """Uploaded files of a test lie in a folder of its own."""
    settings.DATA_DIR = tmp_path / "data"
