"""Who changed what, when, and from where: read from a row's history table."""

from typing import Any

from streams.rows import moment, user_name

UNTOLD = {"version", "created_at", "updated_at"}
KINDS = {"+": "created", "~": "changed", "-": "deleted"}


def history_rows(records: list[Any]) -> list[dict[str, Any]]:
    """Return history records, newest first, each with what it changed.

    Args:
        records: consecutive records of one row, newest first. The last one's change is known
            only if it is the row's first record.
    """
    older = [*records[1:], None][: len(records)]
    return [_entry(record, before) for record, before in zip(records, older, strict=True)]


def _entry(record: Any, before: Any | None) -> dict[str, Any]:
    return {
        "at": moment(record.history_date),
        "by": user_name(record.history_user),
        "via": record.history_change_reason or "",
        "change": KINDS[record.history_type],
        "changes": _changes(record, before),
    }


def _changes(record: Any, before: Any | None) -> dict[str, dict[str, Any]]:
    """What is different, of a row that came or went what its model calls ``told_whole``."""
    if record.history_type == "-":
        return {
            name: {"from": _plain(getattr(record, name)), "to": None} for name in _whole(record)
        }
    if record.history_type == "+":
        return {
            name: {"from": None, "to": _plain(getattr(record, name))} for name in _whole(record)
        }
    if before is None:
        return {}
    names = [name for name in _told(record) if _differs(record, before, name)]
    return {
        name: {"from": _plain(getattr(before, name)), "to": _plain(getattr(record, name))}
        for name in names
    }


def _whole(record: Any) -> tuple[str, ...]:
    return getattr(record.instance_type, "told_whole", ())


def _told(record: Any) -> list[str]:
    """Return the fields that tell something: not counters, and people come as ``by``."""
    fields = [field for field in record.tracked_fields if not field.is_relation]
    return [field.name for field in fields if field.name not in UNTOLD]


def _differs(record: Any, before: Any, name: str) -> bool:
    return bool(getattr(record, name) != getattr(before, name))


def _plain(value: Any) -> Any:
    return moment(value) if hasattr(value, "isoformat") else value
