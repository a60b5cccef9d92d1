"""Session mode when events come many at a time: they travel many to a frame.

    python -m benchmarks.streams.batched [--quick]

1,000 sockets of the subprotocol emberwatch.v1; transactions of 64 events, two under way.
"""

import argparse

from benchmarks.streams import table
from benchmarks.streams.profile import print_profile
from benchmarks.streams.rig import Rig

LOAD = {"subprotocol": "emberwatch.v1"}
OPTIONS = {"sockets": 1000, "window": 2, "batch": 64}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    quick = parser.parse_args().quick
    rounds, seconds = (1, 1.0) if quick else (3, 4.0)
    with Rig() as rig:
        ours = rig.ours()
        table.begin("Batched fan-out in session mode, events that reached sockets a second")
        found = table.interleave(rig, [ours], rounds, load=LOAD, seconds=seconds, **OPTIONS)
        table.print_rounds(found)
        rows = found[ours.name]
        p99 = max(one.load["latency_ms"]["p99"] for one in rows)
        table.bound("events/s", table.of(rows, "rate"), 1_000_000, at_least=True)
        table.bound("p99, the slowest round", p99, 100, at_least=False, unit=" ms")
        table.bound("lost", sum(one.lost for one in rows), 0, at_least=False)
        print_profile(rig, ours, load=LOAD, **OPTIONS)


if __name__ == "__main__":
    main()
