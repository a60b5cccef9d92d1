"""``one_of``: ``in`` for long lists, with one parameter however long the list is.

``in`` writes a placeholder for every value, which costs more than the query once a batch
names a thousand series. Here the list travels as one JSON array.
"""

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler


@Field.register_lookup
class OneOf(Lookup):
    """``filter(name__one_of=[...])``, for integers and text."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        """SQLite's spelling."""
        column, params = self.process_lhs(compiler, connection)
        values = "SELECT value FROM json_each(%s)"
        return f"{column} IN ({values})", (*params, self._array())

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        """PostgreSQL's spelling."""
        column, params = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.cast_db_type(connection)
        values = f"SELECT value::{kind} FROM json_array_elements_text(%s::json)"  # noqa: S608 - a type
        return f"{column} IN ({values})", (*params, self._array())

    def _array(self) -> str:
        return json.dumps(list(self.rhs))
