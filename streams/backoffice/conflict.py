"""Two people at one form: what is stored now beside what the later one typed."""

from dataclasses import dataclass
from typing import Any

from django import forms


class VersionField(forms.IntegerField):
    """The version that a form was filled in from; one that is missing or no number is of none."""

    widget = forms.HiddenInput
    NONE = -1

    def clean(self, value: Any) -> int:
        """Return the version, ``NONE`` if there is none: the service refuses that as any other."""
        try:
            return int(super().clean(value))
        except forms.ValidationError:
            return self.NONE


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why nothing was saved: who changed the row, and ``(label, stored, typed)`` where they differ.

    ``who`` is empty if nobody is known to have: the form did not say what it was made on.
    """

    who: str
    fields: list[tuple[str, str, str]]


def conflict(row: Any, stored: forms.Form, typed: forms.Form) -> Conflict:
    """Compare what was typed with the same form filled from the row as it is now."""
    who = ""
    if typed.cleaned_data.get("version") != VersionField.NONE:
        newest = row.history.select_related("history_user").order_by("-history_id").first()
        user = newest and newest.history_user
        who = user.get_username() if user else "the engine"
    pairs = ((field, stored[field.name]) for field in typed.visible_fields())
    texts = ((str(field.label), _text(now.value()), _text(field.value())) for field, now in pairs)
    return Conflict(who, [found for found in texts if found[1] != found[2]])


def _text(value: Any) -> str:
    """A field's value as it is compared and shown."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
