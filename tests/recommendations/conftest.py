"""The knowledge base in its tables."""

import pytest

from recommendations.knowledge.playbook import read_all
from recommendations.knowledge.sync import sync


@pytest.fixture
def playbooks(db):
    """The shipped playbooks, synced."""
    sync(read_all())
