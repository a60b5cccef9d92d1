"""The rows' JSON Schemas, taken from the OpenAPI description so that the two cannot differ."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator

Schema = dict[str, Any]
PREFIX = "#/components/schemas/"


class Rows:
    """What the REST API says about the rows of each stream."""

    def __init__(self) -> None:
        self._openapi: Schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        self.schemas: dict[str, Schema] = {}

    def name(self, stream: str) -> str:
        """Return the schema of a stream's rows, by its name in ``schemas``."""
        answers = self._openapi["paths"][f"/api/{stream}/{{id}}"]["get"]["responses"]
        ref = answers["200"]["content"]["application/json"]["schema"]["$ref"]
        name = str(ref).removeprefix(PREFIX)
        self._take(name)
        row = self.schemas[name]
        row["required"] = sorted(row["properties"])  # an event always has the whole row
        return name

    def _take(self, name: str) -> None:
        """Copy a component, and those that it refers to."""
        if name not in self.schemas:
            component = self._openapi["components"]["schemas"][name]
            self.schemas[name] = {}  # it may refer to itself
            self.schemas[name] = self._converted(component)

    def _converted(self, schema: Any) -> Any:
        """Return OpenAPI 3.0 as JSON Schema: there is no ``nullable`` there."""
        if isinstance(schema, list):
            return [self._converted(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        if isinstance(ref := schema.get("$ref"), str):
            self._take(ref.removeprefix(PREFIX))
        nullable = ("nullable", True)
        plain = {
            key: self._converted(value) for key, value in schema.items() if (key, value) != nullable
        }
        return {"anyOf": [plain, {"type": "null"}]} if nullable in schema.items() else plain
