"""What a request gets that is not carried out: a page for people, problem+json for programs."""

from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import build_policy

from . import problems

HTML = "text/html"
FOR_PROGRAMS = ("application/json", problems.CONTENT_TYPE)


def refusal(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """Return an error in the form that the client reads, with the same sentence and code.

    Args:
        status: HTTP status.
        code: stable, snake case, for programs.
        detail: one sentence, for people; it says nothing of our inside.
    """
    if _is_for_programs(request):
        return problems.problem_response(status, code, detail)
    context = {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "back": _form_of(request, status),
    }
    response = HttpResponse(render_to_string("refused.html", context), status=status)
    # A refusal from outside Django's middleware has no other policy.
    policy = cast(dict[str, list[str]], settings.SECURE_CSP)
    response["Content-Security-Policy"] = build_policy(policy)
    return response


def is_api(request: HttpRequest) -> bool:
    """Whether a path belongs to the API, whose errors are the same in a browser."""
    return request.path_info == "/api" or request.path_info.startswith("/api/")


def _is_for_programs(request: HttpRequest) -> bool:
    return is_api(request) or request.get_preferred_type([HTML, *FOR_PROGRAMS]) in FOR_PROGRAMS


def _form_of(request: HttpRequest, status: int) -> str:
    """Return where a form was sent from: pages of the back office send to themselves."""
    sent = request.method == "POST" and status != HTTPStatus.NOT_FOUND
    return request.path if sent and request.path_info.startswith("/admin/") else ""
