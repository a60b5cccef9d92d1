"""What the lists of series and targets can be narrowed by."""

from rest_framework import serializers

from hotspots.models import Target
from streams.rest.strict import Choices, ListQuery, Texts


class SeriesListQuery(ListQuery):
    """Filters of the list; values of one parameter are alternatives."""

    entity = Texts(max_length=200)
    entity_type = Texts(max_length=40)
    metric = Texts(max_length=100)
    search = serializers.CharField(
        required=False, max_length=200, help_text="A part of the entity's name, in any case"
    )

    lookups = {
        "entity": "entity__name__in",
        "search": "entity__name__icontains",
        "entity_type": "entity__entity_type__in",
        "metric": "metric__in",
    }


class TargetListQuery(ListQuery):
    """Filters of the list; values of one parameter are alternatives."""

    entity = Texts(max_length=200)
    metric = Texts(max_length=100)
    period = Choices(Target.Period.choices)

    lookups = {"entity": "entity__name__in", "metric": "metric__in", "period": "period__in"}
