"""The tokens of a day: reserved before a call, settled after it, never more than allowed."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import F

from recommendations.generation.models import TokenDay

from .endpoint import Question

#: What an endpoint says it used is believed up to here.
MOST_PLAUSIBLE = 10_000_000


@dataclass(frozen=True, slots=True)
class Reservation:
    """Tokens that a call may use. The day is that of the reservation, also past midnight."""

    day: date
    tokens: int

    def settle(self, used: int | None) -> None:
        """Replace the reservation by what was used; all of it counts if nobody said."""
        spent = self.tokens if used is None else min(used, MOST_PLAUSIBLE)
        TokenDay.objects.filter(pk=self.day).update(
            reserved=F("reserved") - self.tokens, used=F("used") + spent
        )


def reserve(tokens: int) -> Reservation | None:
    """Reserve tokens of today (UTC); ``None`` if too few are left.

    One conditional update, so that calls that begin at once cannot pass the limit together.
    """
    day = datetime.now(UTC).date()
    TokenDay.objects.get_or_create(pk=day)
    rows = TokenDay.objects.filter(pk=day)
    if settings.LLM_DAILY_TOKENS:
        rows = rows.filter(reserved__lte=settings.LLM_DAILY_TOKENS - tokens - F("used"))
    taken = rows.update(reserved=F("reserved") + tokens, calls=F("calls") + 1)
    return Reservation(day, tokens) if taken else None


def most(question: Question, max_output_tokens: int) -> int:
    """Return the most tokens that a question and its answer can take.

    No token is less than a byte, so the bytes of all that is sent bound the prompt, some three
    times too high. That also covers what the retries of a call cost that got no answer.
    """
    sent = json.dumps([question.messages, question.response_format], ensure_ascii=False)
    return len(sent.encode()) + max_output_tokens
