"""What the list of alerts takes in its query."""

from hotspots.models import Hotspot
from streams.rest.strict import Choices, Ids, ListQuery, Texts

from .models import Alert


class AlertQuery(ListQuery):
    """Filters of the list; values of one parameter are alternatives."""

    status = Choices(Alert.Status.choices)
    level = Choices(Hotspot.Severity.choices)
    entity = Texts(max_length=200)
    hotspot_id = Ids()

    lookups = {
        "status": "status__in",
        "level": "level__in",
        "entity": "hotspot__series__entity__name__in",
        "hotspot_id": "hotspot_id__in",
    }
