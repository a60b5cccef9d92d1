"""The shapes of uploads and mappings over REST: commands that come in, rows that go out."""

from typing import Any

from rest_framework import serializers

from streams.rest.strict import Choices, ListQuery, Strict

from .mapping import TableMapping, from_json
from .models import COUNTERS, Mapping, Upload
from .rows import mapping_row, upload_row
from .time_forms import DOUBTS


class MetricColumnSerializer(serializers.Serializer):
    """A column with the values of one metric of the row."""

    metric = serializers.CharField()
    column = serializers.CharField()
    unit = serializers.CharField(required=False, allow_blank=True)


class TableMappingSerializer(serializers.Serializer):
    """How a table's columns become an event's fields; ``ingest.mapping`` does the reading."""

    columns = serializers.DictField(child=serializers.CharField(), required=False)
    constants = serializers.DictField(child=serializers.CharField(), required=False)
    metrics = MetricColumnSerializer(many=True, required=False)
    delimiter = serializers.CharField(required=False, help_text="Empty: found out")
    decimal = serializers.ChoiceField([".", ","], required=False)
    encoding = serializers.CharField(required=False, help_text="Empty: found out")
    time_format = serializers.CharField(
        required=False, help_text="iso, epoch_s, epoch_ms or a strptime pattern"
    )
    time_zone = serializers.CharField(required=False, help_text="IANA name")


class MappingField(TableMappingSerializer):
    """A mapping that comes in, as a ``TableMapping``."""

    def to_internal_value(self, data: Any) -> TableMapping:
        """Read and check it; raises ``MappingError``, which has its own code."""
        return from_json(data)


class DialectSerializer(serializers.Serializer):
    """How a file is written; empty where that does not apply."""

    delimiter = serializers.CharField()
    decimal = serializers.CharField()
    encoding = serializers.CharField()
    compression = serializers.CharField()


class DoubtSerializer(serializers.Serializer):
    """What about a suggestion only a person can tell."""

    code = serializers.ChoiceField(sorted(DOUBTS))
    detail = serializers.CharField()


class UploadSerializer(serializers.ModelSerializer):
    """An upload. ``upload_row`` makes it; the fields here only describe it."""

    dialect = DialectSerializer()
    columns = serializers.ListField(child=serializers.CharField())
    sample = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    mapping = TableMappingSerializer(allow_null=True)
    suggestion = TableMappingSerializer()
    doubts = DoubtSerializer(many=True)
    created_by = serializers.CharField(allow_null=True)

    class Meta:
        model = Upload
        fields = [
            *("id", "name", "size", "format", "status", "problem", "dialect", "columns"),
            *("sample", "mapping", "suggestion", "doubts", *COUNTERS, "created_by"),
            *("created_at", "started_at", "finished_at", "version"),
        ]

    def to_representation(self, instance: Upload) -> dict[str, Any]:
        """Return the row as every route answers it."""
        return upload_row(instance)


class UploadedSerializer(serializers.Serializer):
    """The body of an upload: ``multipart/form-data``."""

    file = serializers.FileField(help_text="CSV, NDJSON (both also gzip) or Parquet")


class UploadQuery(ListQuery):
    """Filters of the list."""

    status = Choices(Upload.Status.choices)
    lookups = {"status": "status__in"}


class PreviewCommand(Strict):
    """The mapping to try."""

    mapping = MappingField()


class StartCommand(Strict):
    """The mapping to load with, and a name to keep it under."""

    mapping = MappingField()
    save_as = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="Keep the mapping by this name"
    )


class PreviewLineSerializer(serializers.Serializer):
    """One reading of the file as it would be read, or why not."""

    line = serializers.IntegerField()
    reading = serializers.DictField(allow_null=True)
    code = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)


class PreviewSerializer(serializers.Serializer):
    """The first lines, and the columns that nothing is taken from."""

    lines = PreviewLineSerializer(many=True)
    unused = serializers.ListField(child=serializers.CharField())


class MappingSerializer(serializers.ModelSerializer):
    """A saved mapping. ``mapping_row`` makes it; the fields here only describe it."""

    mapping = TableMappingSerializer()
    created_by = serializers.CharField(allow_null=True)

    class Meta:
        model = Mapping
        fields = ["id", "name", "mapping", "created_by", "created_at", "updated_at", "version"]

    def to_representation(self, instance: Mapping) -> dict[str, Any]:
        """Return the row as every route answers it."""
        return mapping_row(instance)


class MappingCommand(Strict):
    """A mapping to keep."""

    name = serializers.CharField(max_length=100)
    mapping = MappingField()


class MappingChange(Strict):
    """What to change of a saved mapping."""

    name = serializers.CharField(max_length=100, required=False)
    mapping = MappingField(required=False)
