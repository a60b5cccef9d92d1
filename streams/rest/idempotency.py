"""``Idempotency-Key``: a POST that is sent again gets its first answer again, for 24 hours.

A key is claimed in a transaction of its own before the work begins: the unique constraint
lets one of two simultaneous requests through. An answer that invites a retry (429, 5xx) is
not kept, and neither is a claim whose process died.
"""

import hashlib
import re
from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from streams.errors import DomainError
from streams.models import IdempotentAnswer

LIFETIME = timedelta(hours=24)
ABANDONED = timedelta(minutes=2)  # no request takes that long: its process died
KEY = re.compile(r"[\x21-\x7e]{1,200}")
PATH_LENGTH = 200  # longer ones hold an id that no row can have


class BadKeyError(DomainError):
    """The key cannot be one."""

    code = "bad_idempotency_key"
    status = 400


class KeyReusedError(DomainError):
    """The key came before, with another body."""

    code = "idempotency_key_reused"
    status = 422


class InProgressError(DomainError):
    """The first request with this key has not been answered yet."""

    code = "idempotency_in_progress"
    status = 409
    retry_after = 1


class Claim(NamedTuple):
    """The right to do the work of one key; it ends with ``settle`` or ``release``."""

    answer_id: int

    def settle(self, response: HttpResponseBase) -> None:
        """Keep a rendered answer, unless it invites the client to try again."""
        retryable = response.status_code >= 500 or response.status_code == 429
        if retryable or not isinstance(response, HttpResponse):
            self.release()
            return
        IdempotentAnswer.objects.filter(pk=self.answer_id).update(
            status=response.status_code,
            content_type=response.get("Content-Type", ""),
            body=response.content,
        )

    def release(self) -> None:
        """Give the key back: the work was not done."""
        IdempotentAnswer.objects.filter(pk=self.answer_id, status=None).delete()


def claim(*, user_id: int, path: str, key: str, content: bytes) -> Claim | IdempotentAnswer:
    """Claim a key for a user and path.

    Args:
        content: what makes two requests the same: content type and body.

    Returns:
        A claim when the work is to be done now, else the answer that was given before.

    Raises:
        BadKeyError, KeyReusedError, InProgressError: see there.
    """
    if not KEY.fullmatch(key):
        raise BadKeyError("Idempotency-Key must be 1 to 200 visible ASCII characters.")
    place = {"user_id": user_id, "path": path[:PATH_LENGTH], "key": key}
    digest = hashlib.sha256(content).hexdigest()
    now = timezone.now()
    IdempotentAnswer.objects.filter(**place, created_at__lt=now - LIFETIME).delete()
    answer, created = IdempotentAnswer.objects.get_or_create(
        **place, defaults={"body_digest": digest}
    )
    if created:
        return Claim(answer.pk)
    if answer.body_digest != digest:
        raise KeyReusedError("This Idempotency-Key was used before, with another body.")
    return answer if answer.status is not None else _take_over(answer)


def replay(answer: IdempotentAnswer) -> HttpResponse:
    """Return the kept answer as it was."""
    status = answer.status or HTTPStatus.OK
    response = HttpResponse(
        bytes(answer.body), status=status, headers={"Content-Type": answer.content_type}
    )
    response["Idempotent-Replayed"] = "true"
    if version := _version(response):
        response["ETag"] = f'"{version}"'
    return response


def _version(response: HttpResponse) -> int | None:
    """Return the version of the row that an answer shows, if it shows one."""
    shows_json = response.status_code < 300 and response.content
    body = orjson.loads(response.content) if shows_json else None
    return body.get("version") if isinstance(body, dict) else None


def _take_over(answer: IdempotentAnswer) -> Claim:
    """Claim a key whose process died; of two who try, one gets it."""
    now = timezone.now()
    dead = IdempotentAnswer.objects.filter(
        pk=answer.pk, status=None, created_at__lt=now - ABANDONED
    )
    if not dead.update(created_at=now):
        raise InProgressError("The first request with this Idempotency-Key is still in progress.")
    return Claim(answer.pk)
