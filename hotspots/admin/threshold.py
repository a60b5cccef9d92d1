"""What a threshold would have changed, before it is saved."""

from typing import Any

from django import forms

from hotspots.backtest.comparison import MAX_DAYS, Comparison, compare
from hotspots.backtest.serializers import proposed_setup
from hotspots.models import Series
from hotspots.series import tuning

from .comparison import shown


class ThresholdForm(forms.Form):
    """A series' own threshold; empty: the metric's holds."""

    threshold = forms.FloatField(
        required=False,
        label="Threshold of this series",
        widget=forms.NumberInput(attrs={"step": "any", "min": 0, "max": tuning.THRESHOLD_LIMIT}),
    )
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean_threshold(self) -> float | None:
        """Refuse what the service would refuse, at the field."""
        threshold = self.cleaned_data["threshold"]
        try:
            tuning.check_threshold(threshold)
        except tuning.BadSettingError as error:
            raise forms.ValidationError(str(error), code=error.code) from error
        return threshold


def tried(series: Series, threshold: float | None) -> dict[str, Any]:
    """What the page shows of a threshold that is tried.

    Raises:
        DomainError: it cannot be replayed, or not now.
    """
    found: Comparison = compare(
        series, proposed_setup(series, {"threshold": threshold}), days=MAX_DAYS
    )
    return shown(series, found)
