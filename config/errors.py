"""One error shape: problem+json with a stable code, and outside ``/api`` a page that says so."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from streams.errors import DomainError
from streams.rest import problems
from streams.rest.refusals import is_api, refusal

logger = logging.getLogger(__name__)

# Not "nothing was changed": it may have been lost in the middle of a COMMIT.
AWAY = "The database is away: try again, and look first whether the change is there."
TOO_MANY = (
    f"A request may have {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} fields and "
    f"{settings.DATA_UPLOAD_MAX_NUMBER_FILES} files. Nothing was changed."
)

# The framework's own errors, as we name them. The first that fits counts.
CODES: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ParseError, "bad_json"),
    (exceptions.UnsupportedMediaType, "bad_content_type"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAuthenticated, "not_signed_in"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.NotFound, "not_found"),
    (exceptions.Throttled, "throttled"),
)
UNKNOWN = ("unknown_field", "unknown_parameter")


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every expected error as problem+json; leave the unexpected to ``server_error``."""
    if isinstance(error, DomainError):
        return _response(problems.of_error(error), problems.headers_of(error))
    if isinstance(error, InterfaceError | OperationalError):
        logger.error("the database is away: %s", type(error).__name__)
        return _response(problems.problem(503, "unavailable", AWAY), {"Retry-After": "2"})
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is no such page.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    elif isinstance(error, RequestDataTooBig):
        return _response(problems.problem(413, "too_large", "The body is too large."), {})
    if isinstance(error, exceptions.APIException):
        return _response(_of_framework(error), _headers(error))
    return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refused."""
    if isinstance(exception, RequestDataTooBig):
        return refusal(request, 413, "too_large", "The body is too large.")
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return refusal(request, 400, "too_many_fields", TOO_MANY)
    named = isinstance(exception, SuspiciousOperation)
    detail = "The host or a header is not allowed." if named else "The request cannot be read."
    return refusal(request, 400, "bad_request", detail)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that may not be made."""
    return refusal(request, 403, "not_permitted", "This is not permitted.")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that may have been sent by a foreign page."""
    detail = "The form has expired or cookies are off: load its page again, and send it from there."
    return refusal(request, 403, "csrf_failed", detail)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a path that leads nowhere; a page does not repeat what a link made it say."""
    detail = f"There is no {request.path[:200]}." if is_api(request) else "There is no such page."
    return refusal(request, 404, "not_found", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours, without a word about its inside: that stands in the log."""
    detail = "Something went wrong on the server; it has been logged."
    return refusal(request, 500, "server_error", detail)


def _response(body: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(body, body["status"], headers=headers, content_type=problems.CONTENT_TYPE)


def _of_framework(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return _of_validation(error)
    detail = cast(exceptions.ErrorDetail, error.detail)
    code = next((code for kind, code in CODES if isinstance(error, kind)), detail.code)
    if code in ("permission_denied", "authentication_failed"):
        code = "not_permitted" if error.status_code == HTTPStatus.FORBIDDEN else "not_signed_in"
    return problems.problem(error.status_code, code or "error", str(detail))


def _of_validation(error: exceptions.ValidationError) -> dict[str, Any]:
    found = list(_flat("", error.get_full_details()))
    codes = {item["code"] for _, item in found}
    code = next((name for name in UNKNOWN if name in codes), "invalid")
    errors: dict[str, list[str]] = {}
    for field, item in found:
        errors.setdefault(field, []).append(item["message"])
    field, item = found[0]
    detail = f"{field}: {item['message']}" if field else item["message"]
    return problems.problem(400, code, detail, errors=errors)


def _flat(field: str, details: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each field with each of its errors; a field in a field is ``outer.inner``."""
    if isinstance(details, list):
        for value in details:
            yield from _flat(field, value)
    elif isinstance(details.get("message"), str) and isinstance(details.get("code"), str):
        yield field, details
    else:
        for inner, value in details.items():
            yield from _flat(_name(field, inner), value)


def _name(outer: str, inner: Any) -> str:
    inner = "" if inner == "non_field_errors" else str(inner)
    return f"{outer}.{inner}" if outer and inner else outer or inner


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if scheme := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = scheme
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers
