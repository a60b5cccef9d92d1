"""The dashboard's page. Its scripts and styles are static files like all others."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def dashboard(request: HttpRequest) -> HttpResponse:
    """Serve the built front end, or say how to build it."""
    try:
        page = (settings.BASE_DIR / "frontend" / "dist" / "index.html").read_bytes()
    except FileNotFoundError:
        return render(request, "not_built.html", status=503)
    return HttpResponse(page)
