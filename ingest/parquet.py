"""Parquet files, row by row."""

from collections.abc import Iterator
from typing import Any


class Rows:
    """The rows of a Parquet file; a context manager."""

    def __init__(self, path: str, *, limit: int = 0, after: int = 0) -> None:
        self.header: list[str] = []

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[list[Any]]:
        return iter(())

    def position(self) -> int:
        """Return how many bytes of the file were read, about."""
        return 0

    def close(self) -> None:
        """Let go of the file."""
