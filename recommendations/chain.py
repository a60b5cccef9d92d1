"""The chain over the history of recommendations: each record's digest covers all before it.

Who changes, adds, removes or reorders a record in the database cannot make the digests fit
without the key; ``manage.py verify_history`` finds the place.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.utils.crypto import salted_hmac

from .chain_models import ChainHead, HistoryLink
from .models import Recommendation

#: Records that are read and linked together; bounds the memory of a long chain.
CHUNK = 1000
_KEY_SALT = "recommendations.chain"


class Mark(NamedTuple):
    """A place in the chain: the number of links up to it, and the digest of the last one."""

    position: int
    digest: str


def link(records: Sequence[int]) -> None:
    """Add a link for each new record of history, in this order, in the caller's transaction.

    Locks the head until that ends: positions have no gap and become visible in commit order.
    Called through ``streams.events.at_end``, after all locks of rows.

    Args:
        records: ids of records that were just written. They are read back: the digest covers
            what the database keeps of them.
    """
    stored = {row["history_id"]: row for row in _values(records)}
    head = _locked_head()
    for chunk in batched((stored[record] for record in records), CHUNK, strict=False):
        _append(head, chunk, HistoryLink)


def append_all(head: Any, rows: Iterable[Mapping[str, Any]], link_model: Any) -> None:
    """Link many records in little memory; a migration has models of its own.

    Args:
        head: the locked row of the head.
        rows: ``values()`` of records, in the order in which they were written.
    """
    for chunk in batched(rows, CHUNK, strict=False):
        _append(head, chunk, link_model)


def digest(before: str, row: Mapping[str, Any]) -> str:
    """Return the digest of a record, in hex.

    Args:
        before: the digest of the link before, empty for the first.
        row: ``values()`` of the record.
    """
    return _hmac(before.encode() + b"\n" + canonical(row))


def canonical(row: Mapping[str, Any]) -> bytes:
    """Return a record as JSON: the same bytes on every database.

    Names in order, moments in UTC with microseconds. What is empty is left out, so that a field
    which comes later, and is empty in older records, changes none of their digests. (Of one
    column, only one empty value can be stored; 0 is a value.)
    """
    told = {name: value for name, value in row.items() if not _is_empty(value)}
    return orjson.dumps(told, default=_moment, option=_OPTIONS)


def key_check() -> str:
    """Return what tells the key without giving it away."""
    return _hmac(b"key check")


def derived_key() -> str:
    """Return the key that is used while no HISTORY_KEY is set: made from SECRET_KEY."""
    return salted_hmac(_KEY_SALT, "key", algorithm="sha256").hexdigest()


def positions(records: Iterable[int]) -> dict[int, int]:
    """Return the place in the chain of each of these records of history."""
    return dict(HistoryLink.objects.filter(record__in=records).values_list("record", "position"))


def latest() -> Mark:
    """Return the head of the chain."""
    head = ChainHead.objects.filter(pk=ChainHead.ONLY).values_list("position", "digest").first()
    return Mark(*head) if head else Mark(0, "")


_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


def _append(head: Any, rows: Sequence[Mapping[str, Any]], link_model: Any) -> None:
    links = []
    for row in rows:
        head.position, head.digest = head.position + 1, digest(head.digest, row)
        new = link_model(position=head.position, digest=head.digest)
        new.recommendation, new.record = row["id"], row["history_id"]
        links.append(new)
    link_model.objects.bulk_create(links)
    head.save()


def _locked_head() -> ChainHead:
    heads = ChainHead.objects.select_for_update(no_key=True)
    head = heads.filter(pk=ChainHead.ONLY).first()
    if head is None:  # a database that was emptied: the migration makes it
        ChainHead.objects.get_or_create(pk=ChainHead.ONLY, defaults={"key_check": key_check()})
        head = heads.get(pk=ChainHead.ONLY)
    return head


def _values(records: Iterable[int]) -> Iterable[dict[str, Any]]:
    return Recommendation.history.filter(history_id__in=records).order_by().values()


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def _moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no canonical form")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _hmac(message: bytes) -> str:
    key = (settings.HISTORY_KEY or derived_key()).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
