"""Files for `manage.py ingest`, and a way to run it."""

from io import StringIO
from typing import NamedTuple

from django.core.management import CommandError, call_command

HEADER = "entity,metric,value,time"


class Ran(NamedTuple):
    """How a run ended and what it wrote."""

    ok: bool
    out: str
    err: str


def load(*paths, **options):
    """Run the command on files."""
    out, err = StringIO(), StringIO()
    try:
        call_command("ingest", *map(str, paths), stdout=out, stderr=err, **options)
    except CommandError as error:
        return Ran(ok=False, out=out.getvalue(), err=f"{err.getvalue()}{error}")
    return Ran(ok=True, out=out.getvalue(), err=err.getvalue())


def csv_file(folder, *, rows, name="events.csv", entity="A"):
    """Write a valid file with a reading per minute."""
    path = folder / name
    lines = [f"{entity},co2e,{n}.5,2026-01-02T04:{n:02}:00Z" for n in range(rows)]
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path
