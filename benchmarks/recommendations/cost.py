"""What one search and its recommendations cost, in processor time.

    python -m benchmarks.recommendations.cost

Each text of the development and the held-out set is asked about once, after the earlier set has
warmed everything up: the model is loaded, the passages and their sentences are known, the text is
new. Only this thread's processor time counts, so that a busy machine changes little.

Bounds: p95 below 50 ms with embeddings, below 5 ms with words alone.
"""

import argparse
import os
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.streams.costs import Line, verdict  # noqa: E402 - after django.setup()
from benchmarks.streams.machine import describe  # noqa: E402
from recommendations.knowledge.retrieval import PassageIndex  # noqa: E402
from tests.recommendations.evaluation import (  # noqa: E402
    OFF_DOMAIN,
    SITUATIONS,
    indexes,
    proposed,
    rows,
)

BOUNDS = {"hybrid": 50.0, "bm25": 5.0}  # milliseconds


def main() -> int:
    """Measure, print, and fail if a bound is missed."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    print(describe())
    return verdict([line for index in indexes().values() for line in measure(index)])


def measure(index: PassageIndex) -> list[Line]:
    """Return the median and the p95 of one retriever."""
    for row in rows(SITUATIONS["earlier"]) + rows(OFF_DOMAIN["earlier"]):
        proposed(index, row)
    took = []
    for row in rows(SITUATIONS["dev"]) + rows(SITUATIONS["held-out"]):
        began = time.thread_time()
        proposed(index, row)
        took.append((time.thread_time() - began) * 1e3)
    name = f"{index.name}: search and extract, {len(took)} texts"
    return [
        Line(f"{name}, p50", statistics.median(took), "ms"),
        Line(f"{name}, p95", statistics.quantiles(took, n=20)[18], "ms", BOUNDS[index.name]),
        Line(f"{name}, longest", max(took), "ms"),
    ]


if __name__ == "__main__":
    sys.exit(main())
