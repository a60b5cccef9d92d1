"""Loads a large CSV file by `manage.py ingest`: rows a second, and the most memory it ever had.

    python -m benchmarks.ingest.large_file [--rows 10000000] [--series 100] [--sqlite] [--gzip]
                                           [--format csv|ndjson|parquet]

Makes the file (15-minute readings of some hundred meters, in order of time), loads it into a new
PostgreSQL (or SQLite) with detection, samples the memory of the command and its children every
tenth of a second, and ends with 1 when that passed the bound of 300 MB.
"""

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.servers import PostgresServer

BOUND_MB = 300
ROOT = Path(__file__).parents[2]
START = datetime(2020, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)
DAY = 96  # steps


def main() -> int:
    """The exit code: 0 if everything went in within the bound."""
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="emberwatch-large-") as folder:
        path = Path(folder, f"large.{options.format}{'.gz' if options.gzip else ''}")
        make_file(path, options)
        print(f"{options.rows:,} rows of {options.series} series, {path.stat().st_size:,} bytes")
        with database(folder, sqlite=options.sqlite) as url:
            environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": url}
            environment |= {"SECRET_KEY": "benchmark" * 6, "REDIS_URL": ""}
            run(environment, "migrate", "--verbosity", "0")
            return load(environment, path, options)


def read_options() -> argparse.Namespace:
    """What is to be measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--series", type=int, default=100)
    parser.add_argument("--format", choices=["csv", "ndjson", "parquet"], default="csv")
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--gzip", action="store_true")
    return parser.parse_args()


def load(environment: dict[str, str], path: Path, options: argparse.Namespace) -> int:
    """Load the file, watched; print what it took."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "ingest", str(path)], env=environment, cwd=ROOT
    )
    peak = watch(process)
    seconds = time.monotonic() - started
    kind = "SQLite" if options.sqlite else "PostgreSQL"
    print(
        f"{kind}: {options.rows / seconds:,.0f} rows/s, {seconds:,.1f} s, peak RSS {peak:.0f} MB "
        f"(bound {BOUND_MB} MB), exit {process.returncode}"
    )
    return int(bool(process.returncode) or peak > BOUND_MB)


def watch(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; return the most memory that it and its children had, in MB."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(rss_mb(pid) for pid in family(process.pid)))
        time.sleep(0.1)
    return peak


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *map(int, children)]


def rss_mb(pid: int) -> float:
    """A process's resident memory, in MB."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def make_file(path: Path, options: argparse.Namespace) -> None:
    """Write the rows."""
    if options.format == "parquet":
        make_parquet(path, options.rows, options.series)
        return
    with gzip.open(path, "wb", 1) if options.gzip else path.open("wb") as file:
        if options.format == "csv":
            file.write(b"entity,entity_type,metric,unit,value,time\n")
        for entity, value, moment in rows(options.rows, options.series):
            if options.format == "csv":
                line = f"{entity},site,energy,kWh,{value:.2f},{moment}\n"
            else:
                line = (
                    f'{{"entity":"{entity}","entity_type":"site","metric":"energy","unit":"kWh",'
                    f'"value":{value:.2f},"time":"{moment}"}}\n'
                )
            file.write(line.encode())


def rows(count: int, series: int) -> Iterator[tuple[str, float, str]]:
    """Entity, value and time of each reading: a daily rhythm with a little noise."""
    moment = ""
    for number in range(count):
        step, meter = divmod(number, series)
        if not meter:
            moment = (START + step * STEP).isoformat().replace("+00:00", "Z")
        yield f"Meter {meter}", 50 + abs(step % DAY - DAY // 2) / 2 + step * 7919 % 13 / 4, moment


def make_parquet(path: Path, count: int, series: int) -> None:
    """Write the rows as Parquet, in groups of 100,000."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ["entity", "value", "time"]
    writer = None
    batch: list[tuple[str, float, str]] = []
    for number, row in enumerate(rows(count, series), 1):
        batch.append(row)
        if len(batch) == 100_000 or number == count:
            table = pa.table(dict(zip(names, map(list, zip(*batch, strict=True)), strict=True)))
            table = table.append_column("metric", pa.array(["energy"] * len(batch)))
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
            batch.clear()
    if writer is not None:
        writer.close()


@contextmanager
def database(folder: str, *, sqlite: bool) -> Iterator[str]:
    """A new database; yields its address, empty for SQLite."""
    if sqlite:
        yield ""
        return
    with PostgresServer() as postgres:
        yield postgres.url


def run(environment: dict[str, str], *arguments: str) -> None:
    """Run a command of ours."""
    subprocess.run([sys.executable, "manage.py", *arguments], env=environment, cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main())
