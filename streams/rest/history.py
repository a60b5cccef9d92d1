"""Who changed what, when, and from where: read from a row's history table."""

from typing import Any

from django.db.models import Model

from streams.rows import moment, user_name

UNTOLD = {"version", "created_at", "updated_at"}


def history_rows(records: list[Any]) -> list[dict[str, Any]]:
    """Return history records, newest first, each with what it changed.

    Args:
        records: consecutive records of one row, newest first. The last one's change is known
            only if it is the row's first record.
    """
    older = [*records[1:], None]
    return [_entry(record, before) for record, before in zip(records, older, strict=True)]


def _entry(record: Any, before: Any | None) -> dict[str, Any]:
    return {
        "at": moment(record.history_date),
        "by": user_name(record.history_user),
        "via": record.history_change_reason or "",
        "change": "created" if record.history_type == "+" else "changed",
        "changes": {} if before is None else _changes(record, before),
    }


def _changes(record: Any, before: Any) -> dict[str, dict[str, Any]]:
    names = [name for name in _told(record.instance_type) if _differs(record, before, name)]
    return {
        name: {"from": _plain(getattr(before, name)), "to": _plain(getattr(record, name))}
        for name in names
    }


def _told(model: type[Model]) -> list[str]:
    """Return the fields that tell something: not counters, and people come as ``by``."""
    fields = [field for field in model._meta.concrete_fields if not field.is_relation]
    return [field.name for field in fields if field.name not in UNTOLD]


def _differs(record: Any, before: Any, name: str) -> bool:
    return bool(getattr(record, name) != getattr(before, name))


def _plain(value: Any) -> Any:
    return moment(value) if hasattr(value, "isoformat") else value
