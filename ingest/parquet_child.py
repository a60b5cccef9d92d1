"""Reads a Parquet file in a process of its own: no Django, little memory, and it may crash.

The format is read by native code, and a crafted file can ask it for any amount of memory. Here
that ends this process, and whoever started it says that the file is bad.

    python -I parquet_child.py '{"path": …, "after": 0, "limit": 0, "decimal": ".", "memory": …}'

Writes frames to standard output, each a length of four bytes and MessagePack: first
``{"header": […], "rows": n}`` or ``{"error": "…"}``, then lists of rows, each a list of texts.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

CPU_SECONDS = 4 * 3600
CPU_SECONDS_OF_A_LOOK = 20
MAX_COLUMNS = 1_000
FOOTER_BYTES = 16 * 1024**2
BATCH = 500  # rows
BUFFER = 256 * 1024  # bytes of a column in memory


def main(order: dict[str, Any]) -> None:
    """Write the file's frames, or why there are none."""
    cpu_seconds = CPU_SECONDS_OF_A_LOOK if order["limit"] else CPU_SECONDS
    limit_resources(order["memory"], cpu_seconds)
    try:
        for frame in frames(**order):
            write(frame)
    except (MemoryError, OSError, ValueError, NotImplementedError, OverflowError) as error:
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        write({"error": reason[:300]})


def limit_resources(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound memory and time, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def frames(*, path: str, after: int, limit: int, decimal: str, **_: Any) -> Iterator[Any]:
    """Yield the header, then the rows behind the first ``after``, at most ``limit`` (0: all)."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # the others reserve gigabytes
    import pyarrow.parquet as pq

    file = pq.ParquetFile(
        path,
        buffer_size=BUFFER,
        pre_buffer=False,
        thrift_string_size_limit=FOOTER_BYTES,
        thrift_container_size_limit=1_000_000,
    )
    names = file.schema_arrow.names
    if len(names) > MAX_COLUMNS:
        raise ValueError(f"{len(names):,} columns: at most {MAX_COLUMNS:,}")
    yield {"header": names, "rows": file.metadata.num_rows}
    groups, skip = _groups_after(file.metadata, after)
    left = limit or file.metadata.num_rows
    for batch in file.iter_batches(BATCH, row_groups=groups, use_threads=False):
        if skip >= batch.num_rows:
            skip -= batch.num_rows
            continue
        part = batch.slice(skip, left)
        skip, left = 0, left - part.num_rows
        yield _texts(part, decimal)
        if left <= 0:
            return


def _groups_after(metadata: Any, after: int) -> tuple[list[int], int]:
    """The row groups that are not wholly before a row, and the rows to skip in the first."""
    for number in range(metadata.num_row_groups):
        rows = metadata.row_group(number).num_rows
        if after < rows:
            return list(range(number, metadata.num_row_groups)), after
        after -= rows
    return [], 0


def _texts(batch: Any, decimal: str) -> list[list[str]]:
    write_cell = text_writer(decimal)
    columns = [[write_cell(cell) for cell in column.to_pylist()] for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def text_writer(decimal: str) -> Callable[[Any], str]:
    """What writes a cell as it would stand in a CSV file; times come as ISO 8601."""

    def text(cell: Any) -> str:
        if isinstance(cell, str):
            return cell
        if cell is None:
            return ""
        if isinstance(cell, float):
            return repr(cell) if decimal == "." else repr(cell).replace(".", decimal)
        if hasattr(cell, "isoformat"):
            return str(cell.isoformat())
        if isinstance(cell, bytes):
            return cell.decode("utf-8", "replace")
        if isinstance(cell, dict | list):
            return json.dumps(cell, default=str)
        return str(cell)

    return text


def write(frame: Any) -> None:
    """Write one frame; ends quietly if nobody reads any more."""
    content = msgspec.msgpack.encode(frame)
    try:
        sys.stdout.buffer.write(len(content).to_bytes(4, "big") + content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
