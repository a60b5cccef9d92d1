"""``manage.py ingest FILE…``: load files with events; safe to rerun."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from hotspots.updates import settle
from ingest.files import EventFile
from ingest.loading import Batch, Tally, load, newest_hotspot
from ingest.mapping import TableMapping
from ingest.mappings import named
from ingest.options import OptionError, make_mapping
from ingest.parsing import MAX_EVENTS
from ingest.preview import preview
from ingest.progress import Progress
from ingest.rejections import Rejections
from ingest.reporting import previewed, rejections, report
from streams.errors import DomainError, NotFoundError
from streams.garbage import collecting_seldom

EXAMPLES = """
A table has a header line and a column for each field: entity, metric, value, time, and
optionally entity_type, unit, id, baseline, attributes. Other tables are described:
  manage.py ingest plant.csv --set entity=plant-1 --set entity_type=site \\
      --set metric=energy --set unit=kWh --map value=Usage_kWh --map time=date \\
      --time-format '%d/%m/%Y %H:%M' --time-zone Asia/Seoul
  manage.py ingest plant.csv ... --metric energy:kWh=Usage_kWh --metric 'co2e:t=CO2(tCO2)'
  manage.py ingest plant.csv --mapping 'Plant export' --preview
Loading a file twice changes nothing. Interrupted, whole batches are stored: load it again.
Ends with 0, 1 (nothing taken, or a file not read to its end), 2 (wrong usage), 130 (Ctrl-C).
"""


class Command(BaseCommand):
    help = "Load CSV, NDJSON or Parquet files with events (also .gz, - for standard input)."
    requires_system_checks = ()  # they load every view: a second that each call would pay

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the examples' line ends."""
        return super().create_parser(
            *args, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        add = parser.add_argument
        add("files", nargs="+", metavar="FILE", help="CSV, NDJSON or Parquet; - is standard input")
        self._add_mapping(parser)
        add("--batch-size", type=int, default=1000, metavar="N", help="events per transaction")
        add("--errors", metavar="FILE", help="write every rejected line there, as CSV")
        add("--preview", action="store_true", help="show the first 20 lines, store nothing")

    def _add_mapping(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--mapping", metavar="NAME", help="one that was saved; the options here go before it")
        add("--map", action="append", default=[], metavar="FIELD=COLUMN", help="a field's column")
        add("--set", action="append", default=[], metavar="FIELD=VALUE", help="for every row")
        add(
            "--metric",
            action="append",
            default=[],
            metavar="NAME[:UNIT]=COLUMN",
            help="a column with this metric's values; give it once per metric of a row",
        )
        add(
            "--time-format",
            metavar="FORMAT",
            help="iso, epoch_s, epoch_ms or '%%d/%%m/%%Y %%H:%%M'",
        )
        add("--time-zone", metavar="ZONE", help="of times without offset: Asia/Seoul")
        add("--delimiter", help="between cells: , ; | tab (default: what the file uses)")
        add("--decimal", help="mark before decimals: . or , (default .)")
        add("--encoding", help="of the text (default: UTF-8, or what its mark says)")

    def handle(self, *, files: list[str], **options: Any) -> None:
        """Load the files one after the other."""
        mapping, batch_size = _mapping(options), _batch_size(options["batch_size"])
        if options["preview"]:
            for path in files:
                self._preview(path, mapping)
            return
        taken, failed = 0, 0
        with _rejections_to(options["errors"]) as errors, collecting_seldom():
            for path in files:
                tally = Tally()
                failed += not self._load(path, mapping, tally, batch_size, errors)
                taken += tally.accepted + tally.duplicates
        settle()  # there may be no server that brings the hotspots' rows up to date
        if failed:
            raise CommandError(f"{failed} of {len(files)} files could not be read to the end.")
        if not taken:
            raise CommandError("Nothing was accepted.")

    def _preview(self, path: str, mapping: TableMapping) -> None:
        try:
            with EventFile(path, mapping) as file:
                for line in previewed(file.name, preview(file)):
                    self.stdout.write(line)
        except DomainError as error:
            raise CommandError(_said(path, error)) from error

    def _load(
        self,
        path: str,
        mapping: TableMapping,
        tally: Tally,
        batch_size: int,
        errors: Rejections | None,
    ) -> bool:
        """Load one file and report it; return whether it was read to its end."""
        try:
            tally.newest_hotspot = newest_hotspot()
            with EventFile(path, mapping) as file:
                self._load_open(file, tally, batch_size, errors)
        except DomainError as error:
            self._stopped(path, tally, _said(path, error))
            return False
        except KeyboardInterrupt:
            self._stopped(path, tally, f"{path}: interrupted")
            raise CommandError("Stopped; load the file again to go on.", returncode=130) from None
        except DatabaseError as error:
            reason = next(iter(str(error).splitlines()), "no reason given")
            self._stopped(path, tally, f"{path}: the database refused the next batch: {reason}")
            raise CommandError("Stopped; load the file again to go on.") from error
        return True

    def _load_open(
        self, file: EventFile, tally: Tally, batch_size: int, errors: Rejections | None
    ) -> None:
        terminal = self.stdout.isatty()
        progress = Progress(file, tally, partial(self.stdout.write, ending=""), terminal=terminal)

        def on_batch(batch: Batch) -> None:
            if errors is not None:
                errors.write_batch(batch, file.header)
            progress.show()

        try:
            load(file, tally, batch_size=batch_size, on_batch=on_batch)
        finally:
            progress.clear()
        for line in report(file.name, tally):
            self.stdout.write(line)
        if file.unused:
            more = ", …" if len(file.unused) > 5 else ""
            names = ", ".join(file.unused[:5]) + more
            self.stdout.write(f"{file.name}: columns not used: {names}")

    def _stopped(self, path: str, tally: Tally, reason: str) -> None:
        """Say in one line why a file was not read to its end, and how far it came."""
        events = tally.accepted + tally.duplicates
        stored = f" (stored: {events:,} events, up to line {tally.line:,})" if tally.line else ""
        self.stderr.write(reason + stored)
        for line in rejections(path, tally):
            self.stdout.write(line)


def _mapping(options: dict[str, Any]) -> TableMapping:
    try:
        base = named(options["mapping"]) if options["mapping"] else TableMapping()
        return make_mapping(base, options)
    except NotFoundError as error:
        raise CommandError(f"--mapping: {error}") from error
    except OptionError as error:
        raise CommandError(str(error)) from error


def _said(path: str, error: DomainError) -> str:
    unmapped = error.code == "missing_column"
    hint = " Say which one it is (--map), or what it is in every row (--set)." if unmapped else ""
    return f"{path}: {error}{hint}"


def _batch_size(number: int) -> int:
    if not 1 <= number <= MAX_EVENTS:
        raise CommandError(f"--batch-size is from 1 to {MAX_EVENTS:,}.")
    return number


@contextmanager
def _rejections_to(path: str | None) -> Iterator[Rejections | None]:
    """Open the file for rejected lines, if one is wanted."""
    if not path:
        yield None
        return
    try:
        errors = Rejections(Path(path), bounded=False)
    except OSError as error:
        raise CommandError(f"--errors {path}: {error.strerror}.") from error
    try:
        yield errors
    finally:
        errors.close()
