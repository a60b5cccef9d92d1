"""The tokens of a day: reserved before a call, settled after it, never more than allowed."""

import json
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from recommendations.generation.models import TokenDay, TokenReservation

from .endpoint import Question

logger = logging.getLogger(__name__)

#: What an endpoint says it used is believed up to here.
MOST_PLAUSIBLE = 10_000_000
#: How much longer than the longest call a reservation holds: for clocks that differ, and a
#: database that keeps the settling waiting.
SLACK = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Tokens that a call may use. The day is that of the reservation, also past midnight."""

    id: int
    day: date
    tokens: int

    def settle(self, used: int | None) -> None:
        """Replace the reservation by what was used; all of it counts if nobody said.

        Also where it is over already: what was used was used.
        """
        spent = self.tokens if used is None else min(used, MOST_PLAUSIBLE)
        with transaction.atomic():
            _locked(self.day)
            TokenReservation.objects.filter(pk=self.id).delete()
            TokenDay.objects.filter(pk=self.day).update(used=F("used") + spent)


def reserve(tokens: int) -> Reservation | None:
    """Reserve tokens of today (UTC); ``None`` if too few are left.

    Under the lock of the day's row, so that calls that begin at once cannot pass the limit
    together.
    """
    at = timezone.now()
    ends_at = at + timedelta(seconds=settings.LLM_TIMEOUT_SECONDS) + SLACK
    TokenDay.objects.get_or_create(pk=at.date())
    with transaction.atomic():
        day = _locked(at.date())
        _forget_dead(at)
        left = settings.LLM_DAILY_TOKENS - day.used - day.reserved(at)
        if settings.LLM_DAILY_TOKENS and tokens > left:
            return None
        TokenDay.objects.filter(pk=day.pk).update(calls=F("calls") + 1)
        made = TokenReservation.objects.create(day=day, tokens=tokens, ends_at=ends_at)
    return Reservation(made.pk, day.day, tokens)


def _locked(day: date) -> TokenDay:
    return TokenDay.objects.select_for_update(no_key=True).get(pk=day)


def _forget_dead(at: datetime) -> None:
    """Delete reservations, of any day, whose process never came back."""
    rows = TokenReservation.objects.select_for_update(skip_locked=True).filter(ends_at__lte=at)
    if dead := list(rows.values_list("pk", flat=True)):
        TokenReservation.objects.filter(pk__in=dead).delete()
        logger.warning("%d calls to the model never ended: their tokens are free again", len(dead))


def most(question: Question, max_output_tokens: int) -> int:
    """Return the most tokens that a question and its answer can take.

    No token is less than a byte, so the bytes of all that is sent bound the prompt, some three
    times too high. That also covers what the retries of a call cost that got no answer.
    """
    sent = json.dumps([question.messages, question.response_format], ensure_ascii=False)
    return len(sent.encode()) + max_output_tokens
