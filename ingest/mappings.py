"""Mappings that are kept under a name."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from streams.audit import keep_before
from streams.errors import DomainError, NotFoundError

from .mapping import MappingError, TableMapping, from_json
from .models import Mapping

MAX_MAPPINGS = 500
PREFERRED = 50  # of those saved last, one may fit a new file


class NameTakenError(DomainError):
    """Another mapping has the name."""

    code = "name_taken"
    status = 409


class TooManyMappingsError(DomainError):
    """As many are kept as may be."""

    code = "too_many_mappings"
    status = 409


def create(name: str, mapping: TableMapping, *, by: User | None, via: str) -> Mapping:
    """Keep a mapping under a new name.

    Raises:
        NameTakenError, TooManyMappingsError, MappingError: it is not kept.
    """
    if Mapping.objects.count() >= MAX_MAPPINGS:
        raise TooManyMappingsError(f"{MAX_MAPPINGS} mappings are kept: delete one first.")
    row = Mapping(name=_checked(name), mapping=mapping.to_dict(), created_by=by)
    return _save(row, by, via)


def save_as(name: str, mapping: TableMapping, *, by: User, via: str) -> Mapping:
    """Keep a mapping under a name, in place of the one that had it."""
    row = Mapping.objects.select_for_update(no_key=True).filter(name=_checked(name)).first()
    if row is None:
        return create(name, mapping, by=by, via=via)
    row.mapping = mapping.to_dict()
    return _save(row, by, via)


def change(
    pk: int,
    *,
    by: User,
    at: datetime,
    via: str,
    name: str | None = None,
    mapping: TableMapping | None = None,
    version: int | None = None,
) -> Mapping:
    """Rename a mapping, or replace what it says.

    Raises:
        NotFoundError, NameTakenError, VersionConflictError, MappingError: nothing is changed.
    """
    with transaction.atomic():
        row = _locked(pk, version)
        row.name = row.name if name is None else _checked(name)
        row.mapping = row.mapping if mapping is None else mapping.to_dict()
        row._history_date = at  # type: ignore[attr-defined]
        return _save(row, by, via)


def delete(pk: int, *, by: User, via: str, version: int | None = None) -> None:
    """Forget a mapping; its history stays.

    Raises:
        NotFoundError, VersionConflictError: nothing is changed.
    """
    with transaction.atomic():
        row = _locked(pk, version)
        row._history_user, row._change_reason = by, via  # type: ignore[attr-defined]
        row.delete()


def named(name: str) -> TableMapping:
    """Return the mapping of a name; raises ``NotFoundError``."""
    row = Mapping.objects.filter(name=name).first()
    if row is None:
        names = Mapping.objects.order_by("name").values_list("name", flat=True)[:20]
        known = f"There are {', '.join(names)}." if names else "None is saved."
        raise NotFoundError(f"There is no mapping {name!r}. {known}")
    return from_json(row.mapping)


def known_mappings() -> Iterator[TableMapping]:
    """Yield the mappings that were saved last, newest first."""
    for row in Mapping.objects.order_by("-updated_at")[:PREFERRED]:
        try:
            yield from_json(row.mapping)
        except MappingError:
            continue  # of an older version


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        detail = "The name of a mapping is 1 to 100 characters that can be printed."
        raise MappingError("bad_name", detail)
    return name


def _locked(pk: int, version: int | None) -> Mapping:
    row = Mapping.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        raise NotFoundError(f"There is no mapping {pk}.")
    row.require_version(version)
    return row


def _save(row: Mapping, by: User | None, via: str) -> Mapping:
    keep_before(row)
    row._history_user, row._change_reason = by, via  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTakenError(f"There is a mapping {row.name!r} already.") from None
    return row
