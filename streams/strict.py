"""Input that says exactly what it means: unknown names are refused, not ignored."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

MAX_NAMES_TOLD = 20
MAX_PAGE_SIZE = 500
MAX_ID = 2**63 - 1


class Strict(serializers.Serializer):
    """A command's body. A name that it does not know is an error with its own code."""

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


class Query(Strict):
    """A route's query parameters: none, unless a subclass names them."""

    unknown_code = "unknown_parameter"
    unknown_text = "There is no such query parameter."


class CursorField(serializers.CharField):
    """Where a page begins: an opaque text from ``next``."""

    default_error_messages = {"invalid": "This is not a cursor from a list's `next`."}

    def to_internal_value(self, data: Any) -> Any:
        """Return the id before which the page begins."""
        try:
            number = int(base64.urlsafe_b64decode(super().to_internal_value(data)))
        except (binascii.Error, ValueError):
            self.fail("invalid")
        if not 0 < number <= MAX_ID:
            self.fail("invalid")
        return number


def cursor(row_id: int) -> str:
    """Return the cursor of the page after a row."""
    return base64.urlsafe_b64encode(str(row_id).encode()).decode()


class ListQuery(Query):
    """What every list takes; subclasses add filters."""

    cursor = CursorField(required=False, help_text="From a list's `next`")
    page_size = serializers.IntegerField(default=50, min_value=1, max_value=MAX_PAGE_SIZE)

    # Each parameter and the lookup that it stands for.
    lookups: Mapping[str, str] = {}

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
