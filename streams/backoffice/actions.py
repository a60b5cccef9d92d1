"""What can be done with a row: the form of each action, the service behind it, what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.db.models import Model


class ActionForm(forms.Form):
    """What comes with every action: the version of the row that its user saw.

    What subclasses ask for goes to the service by name. ``heading`` stands above the buttons on a
    row's page, ``hint`` below them.
    """

    heading = hint = ""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def given(self) -> dict[str, Any]:
        """What was filled in."""
        filled = self.cleaned_data if self.is_bound else {}
        return {name: value for name, value in filled.items() if name != "version"}


class NoteForm(ActionForm):
    """A decision, and why."""

    heading, hint = "Decide", "The first decision stands."

    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Why? Kept with the decision."}),
    )


@dataclass(frozen=True)
class RowAction:
    """One thing that staff may do with a row: a button on its page, an action of its list.

    ``call`` is the service: ``call(id, by=, at=, via=, version=)``, and what else ``form`` asks
    for. ``permission`` names a ``has_…_permission`` method, ``done`` is what the row
    then is, ``offered`` says whether a row's page shows the button; the service has the last word.
    ``in_list`` is false for what only makes sense right after something on the page. ``confirm``
    is a sentence on what it leads to, for what is asked about once more before it is done.
    """

    name: str
    label: str
    done: str
    call: Callable[..., Model]
    permission: str = "act"
    form: type[ActionForm] = ActionForm
    offered: Callable[[Any], bool] = lambda row: True
    tone: str = ""
    in_list: bool = True
    confirm: str = ""

    @property
    def asks(self) -> bool:
        """Whether there is something to fill in."""
        return self.form is not ActionForm


class Outcome(NamedTuple):
    """What became of one row of an action."""

    row: Any
    name: str
    ok: bool
    text: str


def by_form(
    buttons: list[tuple[RowAction, str]], version: int, typed: ActionForm | None = None
) -> list[tuple[ActionForm, Any]]:
    """Return the buttons below one another's form, in the order of the actions.

    Args:
        buttons: actions that ask for something, each with the address that it is sent to.
        version: of the row that is shown.
        typed: what was sent and refused; its form shows it again.
    """
    groups: dict[type[ActionForm], list[tuple[RowAction, str]]] = {}
    for action, url in buttons:
        groups.setdefault(action.form, []).append((action, url))
    # On one page each needs ids of its own.
    return [
        (
            form(
                initial={**(texts(typed) if type(typed) is form else {}), "version": version},
                auto_id=f"id_{form.__name__}_%s",
            ),
            pairs,
        )
        for form, pairs in groups.items()
    ]


def texts(form: forms.Form) -> dict[str, str]:
    """What was typed into the fields that a form shows, as it was sent."""
    sent = {field.name: field.value() for field in form.visible_fields()}
    return {name: str(value) for name, value in sent.items() if value}


def first_error(form: forms.Form) -> str:
    """The first thing that is wrong with a form, as a sentence."""
    field, errors = next(iter(form.errors.items()))
    return f"{field.replace('_', ' ')}: {errors[0]}"
