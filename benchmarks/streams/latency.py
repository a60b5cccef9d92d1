"""From the save to the last of 1,000 sockets, at ten events a second.

    python -m benchmarks.streams.latency [--quick]

The clock starts before the transaction, which is the same for both servers.
"""

import argparse

from benchmarks.streams import table
from benchmarks.streams.profile import print_profile
from benchmarks.streams.rig import Rig

OPTIONS = {"sockets": 1000, "rate": 10}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    quick = parser.parse_args().quick
    rounds, seconds = (1, 2.0) if quick else (5, 10.0)
    with Rig() as rig:
        ours, bare = rig.ours(), rig.bare()
        table.begin("Save to the last of 1,000 sockets, 10 events a second")
        found = table.interleave(rig, [ours, bare], rounds, seconds=seconds, **OPTIONS)
        table.print_rounds(found)
        p99 = [table.last_p99(found[one.name]) for one in (ours, bare)]
        table.ratio("p99 to bare uvloop, ms", *p99, 1.3, at_least=False)
        table.bound("lost", sum(one.lost for one in found[ours.name]), 0, at_least=False)
        print_profile(rig, ours, **OPTIONS)


if __name__ == "__main__":
    main()
