"""``manage.py ingest FILE…``: load files with events; safe to rerun."""

import codecs
import csv
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from msgspec.structs import astuple

from hotspots.readings import Intake
from ingest.files import EventFile, FileError, Format
from ingest.loading import Tally, load
from ingest.options import OptionError, make_layout
from ingest.parsing import MAX_EVENTS
from ingest.progress import Progress
from ingest.reporting import rejections, report

EXAMPLES = """
A table has a header line and a column for each field: entity, metric, value, time, and
optionally entity_type, unit, id, baseline, attributes. Other tables are described:

  manage.py ingest plant.csv --set entity=plant-1 --set entity_type=site \\
      --set metric=energy --set unit=kWh --map value=Usage_kWh --map time=date \\
      --time-format '%d/%m/%Y %H:%M' --time-zone Asia/Seoul

  manage.py ingest plant.csv ... --metric energy:kWh=Usage_kWh --metric 'co2e:t=CO2(tCO2)'

Loading a file twice changes nothing. Interrupted, whole batches are stored: load it again.
"""


class Command(BaseCommand):
    help = "Load CSV or NDJSON files with events (also .gz, - for standard input)."
    requires_system_checks = ()  # they load every view: a second that each call would pay

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the examples' line ends."""
        return super().create_parser(
            *args, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        add = parser.add_argument
        add("files", nargs="+", metavar="FILE", help="CSV or NDJSON, also .gz; - is standard input")
        add("--map", action="append", default=[], metavar="FIELD=COLUMN", help="a field's column")
        add("--set", action="append", default=[], metavar="FIELD=VALUE", help="for every row")
        add(
            "--metric",
            action="append",
            default=[],
            metavar="NAME[:UNIT]=COLUMN",
            help="a column with this metric's values; give it once per metric of a row",
        )
        add("--time-format", default="", metavar="FORMAT", help="strptime, e.g. '%%d/%%m/%%Y'")
        add("--time-zone", default="", metavar="ZONE", help="of times without offset: Asia/Seoul")
        add("--delimiter", default=",", help="between cells (default ,; 'tab' for a tab)")
        add("--decimal-comma", action="store_true", help="numbers are written 1.234,5")
        add("--encoding", default="utf-8", help="of the file (default utf-8)")
        add("--batch-size", type=int, default=1000, metavar="N", help="events per transaction")
        add("--errors-to", metavar="FILE", help="write every rejection there, as CSV")

    def handle(self, *, files: list[str], **options: Any) -> None:
        """Load the files one after the other."""
        written, batch_size = _format(options), _batch_size(options["batch_size"])
        taken, failed = 0, 0
        with _rejections_to(options["errors_to"]) as errors:
            for path in files:
                tally = Tally()
                failed += not self._load(path, written, tally, batch_size, errors)
                taken += tally.accepted + tally.duplicates
        if failed:
            raise CommandError(f"{failed} of {len(files)} files could not be read to the end.")
        if not taken:
            raise CommandError("Nothing was accepted.")

    def _load(
        self, path: str, written: Format, tally: Tally, batch_size: int, errors: "_Rejections"
    ) -> bool:
        """Load one file and report it; return whether it was read to its end."""
        try:
            with EventFile(path, written) as file:
                self._load_open(file, tally, batch_size, errors)
        except FileError as error:
            self._stopped(path, tally, f"{path}: {error}")
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
        self, file: EventFile, tally: Tally, batch_size: int, errors: "_Rejections"
    ) -> None:
        terminal = self.stdout.isatty()
        progress = Progress(file, tally, partial(self.stdout.write, ending=""), terminal=terminal)

        def on_batch(intake: Intake) -> None:
            errors(file.name, intake)
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


_Rejections = Callable[[str, Intake], None]


def _format(options: dict[str, Any]) -> Format:
    try:
        layout = make_layout(
            maps=options["map"],
            sets=options["set"],
            metrics=options["metric"],
            time_format=options["time_format"],
            time_zone=options["time_zone"],
            decimal_comma=options["decimal_comma"],
        )
        encoding = codecs.lookup(options["encoding"]).name
    except OptionError as error:
        raise CommandError(str(error)) from error
    except LookupError as error:
        raise CommandError(f"--encoding: {error}.") from error
    delimiter = "\t" if options["delimiter"] == "tab" else options["delimiter"]
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise CommandError("--delimiter is one character, or the word tab.")
    return Format(layout, delimiter, "utf-8-sig" if encoding == "utf-8" else encoding)


def _batch_size(number: int) -> int:
    if not 1 <= number <= MAX_EVENTS:
        raise CommandError(f"--batch-size is from 1 to {MAX_EVENTS:,}.")
    return number


@contextmanager
def _rejections_to(path: str | None) -> Iterator[_Rejections]:
    """Open the file for rejections, if one is wanted; yield what writes to it."""
    if not path:
        yield lambda name, intake: None
        return
    try:
        Path(path).touch()
    except OSError as error:
        raise CommandError(f"--errors-to {path}: {error.strerror}.") from error
    with Path(path).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", "code", "detail"])
        yield lambda name, intake: writer.writerows([name, *astuple(r)] for r in intake.rejected)
