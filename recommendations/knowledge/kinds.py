"""Kinds of entity: which playbooks may be proposed for which."""

KINDS = frozenset({"supplier", "site", "route", "grid"})
_KIND_OF = {"factory": "site", "warehouse": "site", "fleet": "route"}


def kind_of(entity_type: str) -> str | None:
    """Return the kind of an entity type, or ``None`` for a type that is not known."""
    name = entity_type.strip().lower()
    name = _KIND_OF.get(name, name)
    return name if name in KINDS else None
