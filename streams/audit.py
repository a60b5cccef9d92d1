"""Who changed a setting, when, from where: kept with what it was before."""

from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.utils import timezone


def save_setting(
    row: Model, *, by: object, via: str, update_fields: Collection[str] | None = None
) -> None:
    """Save a row with a history, and who changed it from where.

    Args:
        update_fields: what to write, where others write the rest of the row.
    """
    keep_before(row)
    row._history_user, row._change_reason = by, via  # type: ignore[attr-defined]
    row.save(update_fields=update_fields)


def keep_before(row: Any) -> None:
    """Note what a row says on disk, if nothing is known of its past.

    What ingest and migrations create has no first record: its first change by a person would
    not show what it replaced.
    """
    history = type(row).history
    if row._state.adding or history.filter(**{row._meta.pk.attname: row.pk}).exists():
        return
    for stored in type(row)._base_manager.filter(pk=row.pk):
        stored._history_user = None  # else it would be whoever makes the change
        began = getattr(stored, "created_at", None) or timezone.now()
        history.bulk_history_create([stored], default_date=began, default_change_reason="engine")
