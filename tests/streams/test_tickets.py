"""Tickets: one use, one stream, thirty seconds."""

from datetime import timedelta

import pytest
from django.db.models import F

from streams import tickets
from streams.models import StreamTicket

pytestmark = pytest.mark.django_db


def test_a_ticket_opens_its_stream_once(analyst):
    ticket = tickets.issue(analyst, "hotspots")

    assert tickets.redeem(ticket, "hotspots") == analyst.pk
    assert tickets.redeem(ticket, "hotspots") is None


def test_a_ticket_for_another_stream_opens_nothing_and_stays_good(analyst):
    ticket = tickets.issue(analyst, "hotspots")

    assert tickets.redeem(ticket, "alerts") is None
    assert tickets.redeem(ticket, "hotspots") == analyst.pk


def test_a_ticket_whose_time_is_over_opens_nothing(analyst):
    ticket = tickets.issue(analyst, "hotspots")
    StreamTicket.objects.update(expires_at=F("expires_at") - timedelta(seconds=31))

    assert tickets.redeem(ticket, "hotspots") is None


def test_the_database_does_not_hold_what_opens_a_stream(analyst):
    ticket = tickets.issue(analyst, "hotspots")

    assert ticket not in StreamTicket.objects.get().digest
    assert tickets.redeem(StreamTicket.objects.get().digest, "hotspots") is None
