"""Who waited for an alert tells what somebody else did with it meanwhile."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections

from alerts import services
from hotspots.services import resolve
from streams.events import batch
from streams.models import StreamEvent
from tests.factories import AT, make_alert
from tests.recommendations.locks import wait_until_somebody_waits_for_a_lock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.mark.parametrize("door", ["alert", "hotspot"])
def test_an_event_after_waiting_names_who_acknowledged(analyst, make_user, door):
    alert, other = make_alert(), make_user("other", role="analyst")
    is_held = Event()

    def acknowledge():
        with batch():
            services.acknowledge(alert.pk, by=analyst, at=AT, via="api")
            is_held.set()
            wait_until_somebody_waits_for_a_lock()
        connections.close_all()

    def follow():
        assert is_held.wait(60)
        if door == "alert":
            services.resolve(alert.pk, by=other, at=AT, via="api")
        else:
            resolve(alert.hotspot_id, by=other, at=AT, via="api")
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(follow), pool.submit(acknowledge)]:
            done.result(60)

    told = json.loads(StreamEvent.objects.filter(stream="alerts").latest("seq").data)
    assert (told["status"], told["acknowledged_by"]) == ("resolved", "analyst")
