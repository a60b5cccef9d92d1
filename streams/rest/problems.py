"""Errors as clients see them: ``application/problem+json`` (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse

from streams.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """Return the body of an error.

    Args:
        status: HTTP status.
        code: stable, snake case, for programs.
        detail: one sentence, for people.
        more: further members, for example ``errors`` by field.
    """
    return {
        "type": f"urn:emberwatch:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }


def of_error(error: DomainError) -> dict[str, Any]:
    """Return the body of a domain error; its ``extra`` members come along."""
    return problem(error.status, error.code, str(error), **getattr(error, "extra", {}))


def headers_of(error: DomainError) -> dict[str, str]:
    """Return the headers that an error asks for."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}
    if retry_after := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(retry_after)
    return headers


def problem_response(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """Return an error for a view that is not part of the REST framework."""
    body = orjson.dumps(problem(status, code, detail, **more))
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)
