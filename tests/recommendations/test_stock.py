"""The playbooks of the tests are what the command that syncs them leaves."""

import pytest

from recommendations.knowledge import corpus
from recommendations.knowledge.playbook import read_all
from recommendations.knowledge.sync import sync
from recommendations.models import Passage, Playbook
from tests.recommendations.stock import stock

pytestmark = pytest.mark.django_db


def test_a_copy_is_what_sync_leaves_and_has_the_same_ids():
    stock()
    synced, state = list(Passage.objects.values()), corpus.state()
    Playbook.objects.all().delete()

    stock()

    changes = sync(read_all())
    assert len(changes.unchanged) == Playbook.objects.count() == len(read_all())
    assert (changes.added, changes.changed, changes.embedded) == ([], [], 0)
    assert list(Passage.objects.values()) == synced
    assert corpus.state() == state


def test_a_name_brings_one_playbook():
    stock("cut-idling")

    assert list(Playbook.objects.values_list("slug", flat=True)) == ["cut-idling"]
