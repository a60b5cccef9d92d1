"""What somebody with a database client does to the history, past every rule of the program."""

import json
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection

from recommendations.models import Recommendation

TABLES = {
    "rows": Recommendation._meta.db_table,
    "records": Recommendation.history.model._meta.db_table,
    "links": "recommendations_historylink",
    "head": "recommendations_chainhead",
}


def sql(statement: str, *values: Any, **names: str) -> None:
    """Run a statement; `{rows}`, `{records}`, `{links}` and `{head}` are its tables."""
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**TABLES, **names), values)


def copy_record(record: int, **changes: Any) -> int:
    """Insert a copy of a record with other values; returns its id."""
    columns = [f.column for f in Recommendation.history.model._meta.concrete_fields]
    columns.remove("history_id")
    names = ", ".join(columns)
    values = ", ".join("%s" if name in changes else name for name in columns)
    given = [changes[name] for name in columns if name in changes]
    # The next id that the table would give: nothing tells the row from one of the program.
    sql(
        "INSERT INTO {records} ({names}) SELECT {values} FROM {records} WHERE history_id = %s",
        *(*given, record),
        names=names,
        values=values,
    )
    return Recommendation.history.order_by("-history_id").values_list("history_id", flat=True)[0]


def verify(*arguments: str) -> tuple[int, list[dict[str, Any]], dict[str, Any]]:
    """Run the command; returns its exit code, its findings and its summary."""
    out, code = StringIO(), 0
    try:
        call_command("verify_history", "--json", *arguments, stdout=out)
    except SystemExit as ended:
        code = ended.code
    *findings, summary = map(json.loads, out.getvalue().splitlines())
    return code, findings, summary


def codes(findings: list[dict[str, Any]]) -> list[str]:
    """The codes of findings, in order."""
    return [finding["code"] for finding in findings]
