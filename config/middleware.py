"""Small HTTP rules that hold for every route."""

from collections.abc import Callable

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponse]
SLASHED = ("/api/", "/healthz/", "/readyz/", "/metrics/")


class OptionalTrailingSlash:
    """Answer ``/api/…/`` as ``/api/…``: a client's slash is never an error or a redirect."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(SLASHED):
            request.path_info = request.path_info.rstrip("/")
        return self.get_response(request)


class PlausibleSessions:
    """Take a cookie for none that cannot name a session: PostgreSQL refuses some bytes outright."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if not (key.isascii() and key.isalnum()):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)


class SecureCookies:
    """Keep what is set over HTTPS off plain HTTP: a cookie of the loopback has to do without."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response


class LengthOfChunkedBody:
    """Tell the length of a body that came in chunks; without one it would be taken for empty."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
        if chunked and "CONTENT_LENGTH" not in request.META:
            request.META["CONTENT_LENGTH"] = str(len(request.body))
        return self.get_response(request)


class WholeFiles:
    """Answer with a file in one piece: the async server warns of what it has to stream."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        streamed = self.get_response(request)
        if not isinstance(streamed, FileResponse):
            return streamed
        whole = HttpResponse(streamed.getvalue(), status=streamed.status_code)
        whole.headers = streamed.headers
        streamed.close()
        return whole
