"""Input that says exactly what it means: unknown names are refused, not ignored."""

import base64
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

MAX_NAMES_TOLD = 20
MAX_PAGE_SIZE = 500
MAX_ID = 2**63 - 1


class Strict(serializers.Serializer):
    """A command's body. A name that it does not know is an error with its own code."""

    default_error_messages = {"invalid": "A JSON object is required, not {datatype}."}
    unknown_code = "unknown_field"
    unknown_text = "There is no such field."

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown names first: they explain what the other errors only follow from."""
        if isinstance(data, Mapping):
            unknown = [str(name)[:100] for name in data if name not in self.fields]
            if unknown:
                problem = ErrorDetail(self.unknown_text, code=self.unknown_code)
                raise serializers.ValidationError(
                    {name: [problem] for name in unknown[:MAX_NAMES_TOLD]}
                )
        return super().to_internal_value(data)


class NumberField(serializers.FloatField):
    """A JSON number: no text, no truth value, nothing infinite."""

    default_error_messages = {"invalid": "A valid number is required."}

    def to_internal_value(self, data: Any) -> float:
        """Return the number as it is."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        value = float(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


class Query(Strict):
    """A route's query parameters: none, unless a subclass names them."""

    unknown_code = "unknown_parameter"
    unknown_text = "There is no such query parameter."


class Position(NamedTuple):
    """The last row of a page: its id, and its time in a list that is ordered by one."""

    pk: int
    at: datetime | None = None

    def cursor(self) -> str:
        """Return the position as clients carry it: opaque."""
        text = f"{self.pk} {self.at.isoformat()}" if self.at else str(self.pk)
        return base64.urlsafe_b64encode(text.encode()).decode()


class CursorField(serializers.CharField):
    """Where a page begins: an opaque text from ``next``."""

    default_error_messages = {"invalid": "This is not a cursor from this list's `next`."}

    def to_internal_value(self, data: Any) -> Position:  # type: ignore[override]
        """Return the position after which the page begins."""
        try:
            text = base64.urlsafe_b64decode(super().to_internal_value(data)).decode()
            number, _, time = text.partition(" ")
            position = Position(int(number), datetime.fromisoformat(time) if time else None)
        except ValueError:
            self.fail("invalid")
        naive = position.at is not None and position.at.tzinfo is None
        if naive or not 0 < position.pk <= MAX_ID:
            self.fail("invalid")
        return position


class ListQuery(Query):
    """What every list takes; subclasses add filters."""

    cursor = CursorField(required=False, help_text="From a list's `next`")
    page_size = serializers.IntegerField(default=50, min_value=1, max_value=MAX_PAGE_SIZE)

    # Each parameter and the lookup that it stands for.
    lookups: Mapping[str, str] = {}

    def order(self, given: Mapping[str, Any]) -> str:
        """Return the field whose highest values come first: a time of the row, or its id."""
        return "pk"

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a cursor of a list in another order."""
        if "cursor" in attrs and (attrs["cursor"].at is None) != (self.order(attrs) == "pk"):
            raise serializers.ValidationError(
                {"cursor": CursorField.default_error_messages["invalid"]}
            )
        return attrs

    def filtered(self, rows: QuerySet) -> QuerySet:
        """Return the rows that match every filter which was given."""
        given = self.validated_data
        return rows.filter(
            **{lookup: given[name] for name, lookup in self.lookups.items() if name in given}
        )


class Choices(serializers.ListField):
    """One or more of a field's values: repeated, or with commas."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(
            child=serializers.ChoiceField(choices), required=False, max_length=20, **kwargs
        )

    def to_internal_value(self, data: Any) -> Any:
        """Split at commas, then check each value."""
        return super().to_internal_value([part for text in data for part in text.split(",")])


class Texts(serializers.ListField):
    """One or more names, repeated; each is compared as a whole."""

    def __init__(self, max_length: int, **kwargs: Any) -> None:
        child = serializers.CharField(max_length=max_length)
        super().__init__(child=child, required=False, max_length=100, **kwargs)


class Ids(serializers.ListField):
    """One or more ids, repeated."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.IntegerField(min_value=1, max_value=MAX_ID)
        super().__init__(child=child, required=False, max_length=100, **kwargs)
