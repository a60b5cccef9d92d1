"""Small HTTP rules that hold for every route."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class OptionalTrailingSlash:
    """Answer ``/api/…/`` as ``/api/…``: a client's slash is never an error or a redirect."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            request.path_info = request.path_info.rstrip("/")
        return self.get_response(request)
