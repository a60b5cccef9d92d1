"""Saved mappings in the back office."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.safestring import SafeString

from ingest.mapping import MappingError, from_json
from ingest.models import Mapping
from streams.audit import keep_before
from streams.backoffice.cells import EMPTY, age
from streams.backoffice.history import HistoryAdmin
from streams.backoffice.lists import BackOfficeAdmin

from .permission import ForSenders

EXAMPLE = """{
  "columns": {"entity": "Site", "value": "Usage_kWh", "time": "Date"},
  "constants": {"metric": "energy"}
}"""


class Indented(json.JSONEncoder):
    """JSON for people."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "indent": 2})


class MappingJson(forms.JSONField):
    """A mapping as text; one that is not there yet is no text, not ``null``."""

    def prepare_value(self, value: Any) -> Any:
        """Return what the form shows."""
        return "" if value is None else super().prepare_value(value)


class MappingForm(forms.ModelForm):
    """A mapping that can be read."""

    mapping = MappingJson(
        encoder=Indented,
        widget=forms.Textarea(
            {"rows": 18, "cols": 60, "class": "vLargeTextField", "placeholder": EXAMPLE}
        ),
        help_text="As the REST API takes it; an upload's page saves one without any JSON",
    )

    class Meta:
        model = Mapping
        fields = ["name", "mapping"]

    def clean_mapping(self) -> dict[str, Any]:
        """Refuse what is no mapping, in the words of the REST API."""
        try:
            return from_json(self.cleaned_data["mapping"]).to_dict()
        except MappingError as error:
            raise ValidationError(str(error), code=error.code) from error


@admin.register(Mapping)
class MappingAdmin(ForSenders, HistoryAdmin, BackOfficeAdmin):
    """How kinds of tables are read."""

    form = MappingForm
    list_display = ["name", "fields_of", "constants_of", "by", "changed"]
    list_select_related = ["created_by"]
    search_fields = ["name"]
    search_help_text = "Part of its name"
    nothing_yet = "An upload's page keeps what you said of its columns under a name."
    ordering = ["name"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Note who made it."""
        if change:
            keep_before(obj)
        else:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description="columns")
    def fields_of(self, row: Mapping) -> str:
        """Which column each field is taken from."""
        return _pairs(row.mapping.get("columns") or {}, " from ")

    @admin.display(description="the same in every row")
    def constants_of(self, row: Mapping) -> str:
        """What holds for every row."""
        return _pairs(row.mapping.get("constants") or {}, " ")

    @admin.display(description="by")
    def by(self, row: Mapping) -> str:
        """Who made it."""
        return str(row.created_by or EMPTY)

    @admin.display(description="changed", ordering="updated_at")
    def changed(self, row: Mapping) -> SafeString:
        """When it was saved last."""
        return age(row.updated_at)


def _pairs(values: dict[str, str], between: str) -> str:
    return ", ".join(f"{name}{between}{value}" for name, value in values.items()) or EMPTY
