"""What other rules of a metric would have changed in its most active series, before saving."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest
from django.urls import reverse

from hotspots.backtest.comparison import MAX_DAYS, Comparison, compare, present_setup
from hotspots.backtest.replay import Setup
from hotspots.batch.registry import rules_for, with_threshold
from hotspots.models import Metric, Series
from streams.backoffice.cells import link
from streams.errors import DomainError

from .comparison import HEADS, counts, shown

CONFIRMED = "_confirmed"
#: fields of which readings can be replayed
RULES = {"threshold", "ladder", "two_sided", "signed", "floor", "minimum"}
#: the most active series, and what is replayed of each: readings and seconds
SERIES, READINGS, SECONDS = 5, 40_000, 5.0
SERIES_HEADS = ["Series", "Now", "Proposed", "No longer found", "Found as well", "Kept"]


def preview(model_admin: ModelAdmin, request: HttpRequest, object_id: str) -> dict[str, Any]:
    """The context of the step before saving; empty if there is nothing to ask.

    That is so if the rules stay, the form is wrong, the user may not save, nothing was measured
    yet, or the user has seen it and confirms.
    """
    metric = model_admin.get_object(request, unquote(object_id))
    if metric is None or CONFIRMED in request.POST:
        return {}
    # a form for somebody who may not save has no fields, so nothing changes in it
    form = model_admin.get_form(request, metric, change=True)(request.POST, instance=metric)
    if not form.is_valid() or not RULES & set(form.changed_data):
        return {}
    rows = Series.objects.filter(metric=metric, count__gt=0).select_related("entity", "metric")
    active = list(rows.order_by("-count", "pk")[:SERIES])
    if not active:
        return {}
    return {
        **model_admin.admin_site.each_context(request),
        **_asked(model_admin, request, metric),
        **_told(active, form.instance),
        "rows_total": rows.count(),
        "changed": [str(form.fields[name].label).lower() for name in form.changed_data],
    }


def _asked(model_admin: ModelAdmin, request: HttpRequest, metric: Metric) -> dict[str, Any]:
    """What the page needs to come back with the same form."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    return {
        "title": f"Save the rules of {metric}?",
        "opts": model_admin.opts,
        "original": metric,
        "kept": [*kept, (CONFIRMED, "yes")],
        "page_url": reverse("admin:hotspots_metric_change", args=[metric.pk]),
    }


def _told(active: list[Series], proposed: Metric) -> dict[str, Any]:
    """The comparisons of the most active series, and the one that changes most in full."""
    found: list[tuple[Series, Comparison]] = []
    try:
        for series in active:
            rules = with_threshold(rules_for(proposed), series.threshold)
            setup = Setup(rules, present_setup(series).targets)
            bounds = {"days": MAX_DAYS, "most": READINGS}
            found.append((series, compare(series, setup, seconds=SECONDS, **bounds)))
    except DomainError as error:
        return {"problem": str(error)}
    series, most = max(found, key=lambda pair: len(pair[1].gone) + len(pair[1].added))
    return {
        "heads": HEADS,
        "counts": counts([one for _, one in found]),
        "series_heads": SERIES_HEADS,
        "rows": [_row(series, one) for series, one in found],
        "shown_series": series,
        "found": shown(series, most),
    }


def _row(series: Series, found: Comparison) -> list[Any]:
    address = reverse("admin:hotspots_series_change", args=[series.pk])
    return [
        link(address, series),
        len(found.current.episodes),
        len(found.proposed.episodes),
        len(found.gone),
        len(found.added),
        found.kept,
    ]
