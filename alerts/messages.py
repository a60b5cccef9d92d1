"""The sentence that an alert says."""

from hotspots.models import Hotspot


def message(hotspot: Hotspot) -> str:
    """Return one sentence: level, metric, entity, and how far off the value is."""
    entity, metric = hotspot.series.entity.name, hotspot.series.metric
    begin = f"{hotspot.severity.capitalize()}: {metric.name} of {entity}"
    if hotspot.rule == Hotspot.Rule.DATA_QUALITY:
        return f"{begin} looks like a fault in the data ({hotspot.reason.replace('_', ' ')})."
    return f"{begin} is {hotspot.value:,.4g} {metric.unit}, {_compared(hotspot)}."


def _compared(hotspot: Hotspot) -> str:
    if hotspot.baseline is None:
        return "which is not as expected"
    side = "above" if hotspot.side == Hotspot.Side.HIGH else "below"
    percent = "" if hotspot.percent_above is None else f"{abs(hotspot.percent_above):,.0f} % "
    unit = hotspot.series.metric.unit
    expected = "the target" if hotspot.rule == Hotspot.Rule.POLICY else "the expected"
    return f"{percent}{side} {expected} {hotspot.baseline:,.4g} {unit}"
