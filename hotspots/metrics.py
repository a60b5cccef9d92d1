"""The metrics that are known at the start."""

from typing import Any

# name, canonical unit, whether it is an emission, physical minimum, signed
KNOWN = (
    ("co2e", "kg", True, 0.0, False),
    ("energy", "kWh", False, 0.0, False),
    ("fuel", "l", False, 0.0, False),
    ("gas", "kWh", False, 0.0, False),
    ("demand", "MWh", False, None, False),
)


def create_known_metrics(apps: Any) -> None:
    """Create the metrics that are missing; existing ones stay as they are."""
    metrics = apps.get_model("hotspots", "Metric").objects
    for name, unit, is_emission, minimum, signed in KNOWN:
        rules = {"unit": unit, "is_emission": is_emission, "minimum": minimum, "signed": signed}
        metrics.get_or_create(name=name, defaults=rules)
