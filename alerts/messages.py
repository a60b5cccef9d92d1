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
    above = hotspot.percent_above
    if above is None:
        distance = "above" if hotspot.side == Hotspot.Side.HIGH else "below"
    else:  # a target that is nearly used up is a finding of the high side, and not yet reached
        distance = f"{abs(above):,.0f} % {'below' if above < 0 else 'above'}"
    unit = hotspot.series.metric.unit
    expected = "the target" if hotspot.rule == Hotspot.Rule.POLICY else "the expected"
    return f"{distance} {expected} {hotspot.baseline:,.4g} {unit}"
