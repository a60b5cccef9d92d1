"""Readers that stop reading beside healthy ones.

    python -m benchmarks.streams.stalled [--quick]

100 healthy sockets with and without 25 that stop reading once they are connected, 150 events of
8 kB a second: the healthy ones get everything, as fast as without, and memory stays bounded.
"""

import argparse

from benchmarks.streams import table
from benchmarks.streams.rig import Rig, Round

HEALTHY, STALLED = 100, 25
MAX_BYTES_EACH = 1 << 20  # a transport's high water and what one write adds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    quick = parser.parse_args().quick
    rounds, feed = (1, {"seconds": 3.0}) if quick else (5, {"seconds": 7.0})
    feed |= {"rate": 150, "bytes": 8192}
    found: dict[str, list[Round]] = {"without": [], "with stalled": []}
    with Rig() as rig:
        ours = rig.ours()
        table.begin("Stalled readers beside healthy ones")
        rig.round(ours, sockets=HEALTHY, **feed)  # fills the ring, so that memory compares
        for _ in range(rounds):
            found["without"].append(rig.round(ours, sockets=HEALTHY, **feed))
            load = {"stalled": STALLED}
            stalled = rig.round(ours, sockets=HEALTHY + STALLED, load=load, **feed)
            found["with stalled"].append(stalled)
    table.print_rounds(found)
    alone, beside = found.values()
    p99 = [table.last_p99(rows) for rows in (beside, alone)]
    table.ratio("p99 with to without, ms", *p99, 1.2, at_least=False)
    table.bound("lost by healthy ones", sum(one.lost for one in beside), 0, at_least=False)
    growth = table.of(beside, "memory_bytes") - table.of(alone, "memory_bytes")
    limit = STALLED * MAX_BYTES_EACH / 1e6
    table.bound("memory for stalled ones", growth / 1e6, limit, at_least=False, unit=" MB")


if __name__ == "__main__":
    main()
