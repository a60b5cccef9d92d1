"""The ground that every REST view stands on."""

from typing import Any

from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streams.models import IdempotentAnswer

from . import idempotency
from .strict import Query, Strict


class _AnsweredBefore(Exception):  # noqa: N818 - not an error: it ends the request early
    def __init__(self, answer: IdempotentAnswer) -> None:
        self.answer = answer


class ApiView(APIView):
    """A view that refuses unknown query parameters and honors ``Idempotency-Key``."""

    query_class: type[Query] = Query
    query: Query
    claim: idempotency.Claim | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who it is, what is asked, and whether it was answered before."""
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key is not None:
            _keep_body(request)
        super().initial(request, *args, **kwargs)
        self.query = self.get_query_class()(data=request.query_params)
        self.query.is_valid(raise_exception=True)
        if key is not None and request.user.pk is not None:
            self._claim(request, request.user.pk, key)

    def get_query_class(self) -> type[Query]:
        """Return the query parameters that this route takes."""
        return self.query_class

    def signed_in(self) -> User:
        """Return who asks; only for views that somebody must be signed in for."""
        if not isinstance(self.request.user, User):
            raise NotAuthenticated
        return self.request.user

    def body(self, command: type[Strict]) -> dict[str, Any]:
        """Return the validated body.

        Raises:
            ValidationError: it is not what ``command`` describes.
        """
        serializer = command(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def handle_exception(self, exc: Exception) -> HttpResponseBase:  # type: ignore[override]
        """Give a key back if the work failed in an unexpected way."""
        if isinstance(exc, _AnsweredBefore):
            return idempotency.replay(exc.answer)
        try:
            return super().handle_exception(exc)
        except BaseException:
            if self.claim is not None:
                self.claim.release()
            raise

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Keep the answer for a repeated request; browsers keep none."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        response.headers.setdefault("Cache-Control", "no-store")
        if self.claim is not None and isinstance(response, Response):
            response.add_post_render_callback(self.claim.settle)
        elif self.claim is not None:
            self.claim.settle(response)
        return response

    def content(self, request: Request) -> bytes:
        """Return what makes two requests the same; a route with large bodies has another way."""
        return request.headers.get("Content-Type", "").encode() + b"\n" + request._request.body

    def _claim(self, request: Request, user_id: int, key: str) -> None:
        claimed = idempotency.claim(
            user_id=user_id,
            path=request._request.path_info,
            key=key,
            content=self.content(request),
        )
        if isinstance(claimed, IdempotentAnswer):
            raise _AnsweredBefore(claimed)
        self.claim = claimed


def _keep_body(request: Request) -> None:
    """Read it as it is: the CSRF check of a session parses it and leaves nothing to compare.

    Not the parts of a form: they hold files, and are for the route to read.
    """
    if not (request.content_type or "").startswith("multipart/"):
        _ = request._request.body
