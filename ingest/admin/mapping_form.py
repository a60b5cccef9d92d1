"""The form that says what the columns of an upload mean."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django import forms
from django.forms.boundfield import BoundField

from ingest.mapping import (
    CONSTANT_FIELDS,
    ENCODINGS,
    MappingError,
    TableMapping,
    from_json,
)
from ingest.options import OptionError, metric_column
from ingest.time_forms import USUAL
from ingest.validation import REQUIRED, TEXT_LIMITS

FIELDS = (*REQUIRED, "entity_type", "unit", "id", "baseline", "attributes")
NONE = ("", "—")
DELIMITERS = ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe"))
DECIMALS = ((".", "point: 1234.5"), (",", "comma: 1234,5"))
TIMES = (
    ("iso", "ISO 8601: 2026-01-31T14:30:00Z"),
    ("epoch_s", "seconds since 1970"),
    ("epoch_ms", "milliseconds since 1970"),
)


class TableForm(forms.Form):
    """A mapping for a table with these columns.

    Every field has a choice of columns; some also a text that holds for every row.
    """

    def __init__(self, columns: Sequence[str], mapping: TableMapping, data: Any = None) -> None:
        """Make the fields; ``mapping`` is what they show at first."""
        super().__init__(data)
        choices = [NONE, *((name, name) for name in dict.fromkeys(columns) if name)]
        self._columns = columns
        for name in FIELDS:
            first = mapping.columns.get(name) or (name if name in columns else "")
            given = mapping.constants.get(name)
            label = name.replace("_", " ")
            self.fields[f"column_{name}"] = forms.ChoiceField(
                choices=choices, required=False, initial="" if given else first,
                widget=forms.Select({"aria-label": f"Column of {label}"}),
            )  # fmt: skip
            if name in CONSTANT_FIELDS:
                self.fields[f"constant_{name}"] = forms.CharField(
                    required=False, initial=given, max_length=TEXT_LIMITS[name],
                    widget=forms.TextInput({"aria-label": f"{label}, the same in every row"}),
                )  # fmt: skip
        self._add_dialect(mapping)
        self._add_times(mapping)

    def lines(self) -> Iterator[tuple[str, bool, BoundField, BoundField | None]]:
        """Yield name, whether it is required, column and constant of every field."""
        for name in FIELDS:
            constant = self[f"constant_{name}"] if name in CONSTANT_FIELDS else None
            label = name.replace("_", " ")
            yield label, name in REQUIRED, self[f"column_{name}"], constant

    def others(self) -> list[BoundField]:
        """Return the fields about how the table is written."""
        names = ("delimiter", "decimal", "encoding", "time_format", "time_pattern", "time_zone")
        return [self[name] for name in (*names, "metrics", "save_as")]

    def mapping(self) -> TableMapping | None:
        """Return the mapping, or ``None`` with the reason among the form's errors."""
        if not self.is_valid():
            return None
        try:
            return from_json(self._as_dict())
        except (MappingError, OptionError) as error:
            self.add_error(None, str(error))
            return None

    def _as_dict(self) -> dict[str, Any]:
        given = self.cleaned_data
        metrics = [line for line in given["metrics"].splitlines() if line.strip()]
        taken = {"value", "metric", "unit"} if metrics else set()
        constants = {n: given[f"constant_{n}"] for n in CONSTANT_FIELDS if n not in taken}
        columns = {n: given[f"column_{n}"] for n in FIELDS if n not in taken}
        return {
            "columns": {n: column for n, column in columns.items() if column},
            "constants": {n: text for n, text in constants.items() if text},
            "metrics": [msgspec.to_builtins(metric_column(line)) for line in metrics],
            **{n: given[n] for n in ("delimiter", "decimal", "encoding", "time_zone")},
            "time_format": given["time_pattern"] or given["time_format"],
        }

    def _add_dialect(self, mapping: TableMapping) -> None:
        encodings = [(name, name) for name in ENCODINGS]
        self.fields["delimiter"] = forms.ChoiceField(
            label="Between cells", choices=[("", "found out"), *DELIMITERS], required=False,
            initial=mapping.delimiter,
        )  # fmt: skip
        self.fields["decimal"] = forms.ChoiceField(
            label="Decimals", choices=DECIMALS, initial=mapping.decimal
        )
        self.fields["encoding"] = forms.ChoiceField(
            label="Encoding", choices=[("", "found out"), *encodings], required=False,
            initial=mapping.encoding,
        )  # fmt: skip
        metrics = [f"{m.metric}:{m.unit}={m.column}" for m in mapping.metrics]
        self.fields["metrics"] = forms.CharField(
            label="Several metrics in a row", required=False, initial="\n".join(metrics),
            widget=forms.Textarea({"rows": 2}), help_text="One a line: energy:kWh=Usage_kWh",
        )  # fmt: skip
        self.fields["save_as"] = forms.CharField(
            label="Keep this mapping as", required=False, max_length=100,
            help_text="It is then suggested for the next file with these columns",
        )  # fmt: skip

    def _add_times(self, mapping: TableMapping) -> None:
        form = mapping.time_format
        known = [*TIMES, *((pattern, pattern) for pattern in USUAL)]
        listed = form in dict(known)
        self.fields["time_format"] = forms.ChoiceField(
            label="Times", choices=known, initial=form if listed else "iso"
        )
        self.fields["time_pattern"] = forms.CharField(
            label="Another form of times", required=False, initial="" if listed else form,
            max_length=100, help_text="strptime: %d.%m.%y %H:%M",
        )  # fmt: skip
        self.fields["time_zone"] = forms.CharField(
            label="Time zone", required=False, initial=mapping.time_zone, max_length=64,
            help_text="Of times without an offset: Europe/Berlin",
        )  # fmt: skip
