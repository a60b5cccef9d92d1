"""What the list of recommendations takes in its query."""

from streams.rest.strict import Choices, Ids, ListQuery, Texts

from .models import Recommendation


class RecommendationQuery(ListQuery):
    """Filters of the list; values of one parameter are alternatives."""

    status = Choices(Recommendation.Status.choices)
    entity = Texts(max_length=200)
    hotspot_id = Ids()

    lookups = {
        "status": "status__in",
        "entity": "hotspot__series__entity__name__in",
        "hotspot_id": "hotspot_id__in",
    }
