"""Parquet files, row by row, read by a process of their own (see ``parquet_child``)."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import msgspec

from .errors import FileError

CHILD = Path(__file__).with_name("parquet_child.py")
MEMORY_BYTES = 1024**3  # what the process may have
MAX_FRAME = 256 * 1024**2  # bytes; the child has less than that in hand
_Frame = dict[str, Any] | list[list[str]]


class Rows:
    """The rows of a Parquet file as texts; a context manager.

    Attributes:
        header: the names of the columns.
        total: how many rows the file says it has.
    """

    def __init__(self, path: str, *, after: int = 0, limit: int = 0, decimal: str = ".") -> None:
        """Start reading.

        Args:
            after: rows to leave out at the beginning.
            limit: how many rows to read; 0 for all.
            decimal: the mark before decimals of numbers.

        Raises:
            FileError: it is no Parquet, or none that can be read.
        """
        order: dict[str, object] = {
            "path": path,
            "after": after,
            "limit": limit,
            "decimal": decimal,
        }
        order["memory"] = MEMORY_BYTES
        self._child = subprocess.Popen(  # noqa: S603 - our own program, and no shell
            [sys.executable, "-I", str(CHILD), json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._decoder = msgspec.msgpack.Decoder()
        self.header: list[str] = []
        self.total = self.done = 0
        try:
            first = cast(dict[str, Any], self._frame() or {"error": self._died()})
            if "error" in first:
                raise FileError(f"Parquet that cannot be read: {first['error']}.", "bad_parquet")
        except FileError:
            self.close()
            raise
        self.header, self.total, self.done = first["header"], first["rows"], after

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the rows.

        Raises:
            FileError: the file cannot be read further.
        """
        while (frame := self._frame()) is not None:
            if isinstance(frame, dict):
                self._fail(frame["error"])
            for row in cast(list[list[str]], frame):
                self.done += 1
                yield row
        if self._child.wait() != 0:
            self._fail(self._died())

    @property
    def part(self) -> float:
        """How much of the file was read, from 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0

    def close(self) -> None:
        """End the process."""
        self._child.kill()
        self._child.wait()
        cast(IO[bytes], self._child.stdout).close()

    def _frame(self) -> _Frame | None:
        pipe = cast(IO[bytes], self._child.stdout)
        size = int.from_bytes(pipe.read(4), "big")
        if not size or size > MAX_FRAME:
            return None
        content = pipe.read(size)
        return cast(_Frame, self._decoder.decode(content)) if len(content) == size else None

    def _fail(self, reason: str) -> None:
        detail = f"Parquet that is damaged after row {self.done:,}: {reason}."
        raise FileError(detail, "bad_parquet")

    def _died(self) -> str:
        code = self._child.wait()
        return f"its reader ended with {code}; it may need too much memory" if code else "empty"
