"""Plain fan-out on one core, beside four other servers fed by the same publisher.

    python -m benchmarks.streams.fan_out [--quick]

Every event of about 408 bytes is saved in PostgreSQL, goes through Valkey and then to every
socket as one frame. Bounds are judged with two transactions under way: the server is busy all
the time, and writes each event by itself. A second table has 16 under way, so that events wait:
Emberwatch then writes several frames at once.
"""

import argparse

from benchmarks.streams import table
from benchmarks.streams.profile import print_profile
from benchmarks.streams.rig import Contender, Rig
from benchmarks.streams.yardsticks import install, servers

WINDOW, WAITING = 2, 16
NODE_SECONDS = 3.0


def others(rig: Rig) -> list[Contender]:
    """Start the yardsticks beside the bare writer."""
    found = [rig.yardstick("FastAPI list", servers.FastAPI)]
    if install.node() is None:
        print("Node's ws is left out: node and npm are not on PATH")
    else:
        found.append(rig.yardstick("Node ws", servers.Node))
    return found


def calibrate(rig: Rig, bare: Contender, seconds: float) -> None:
    """Show that the load generator is no bottleneck."""
    load = rig.round(bare, sockets=1000, seconds=seconds, window=WAITING).load
    rate = load["frames"] / load["cpu_seconds"]
    what = "load generator, frames for each second of its own processor time"
    table.bound(what, rate, 150_000, at_least=True)


def compare(rig: Rig, contenders: list[Contender], rounds: int, **options: float) -> None:
    """One table, and its bounds."""
    found = table.interleave(rig, contenders, rounds, **options)
    table.print_rounds(found)
    ours, bare, original = (table.of(found[one.name], "rate") for one in contenders[:3])
    table.ratio("to bare uvloop", ours, bare, 0.8)
    table.ratio("to the FastAPI list", ours, original, 1.5)
    table.bound("lost", sum(one.lost for one in found["Emberwatch"]), 0, at_least=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    quick = parser.parse_args().quick
    rounds, seconds = (1, 1.0) if quick else (3, 2.5)
    install.packages()
    with Rig() as rig:
        ours, bare = rig.ours(), rig.bare()
        contenders = [ours, bare, *others(rig)]
        table.begin("Plain fan-out, events that reached sockets a second")
        calibrate(rig, bare, seconds)
        for sockets in (1000,) if quick else (1000, 5000):
            print(f"\n{sockets:,} sockets, each event by itself")
            compare(rig, contenders, rounds, sockets=sockets, seconds=seconds, window=WINDOW)
        print("\n1,000 sockets, events wait")
        compare(rig, contenders[:3], rounds, sockets=1000, seconds=seconds, window=WAITING)
        print("\n1,000 sockets, Channels as in its tutorial, one round")
        tutorial = [rig.yardstick("Channels tutorial", servers.Tutorial)]
        table.print_rounds(
            table.interleave(rig, tutorial, 1, sockets=1000, seconds=seconds, window=WINDOW)
        )
        print_profile(rig, ours, sockets=1000, window=WINDOW)


if __name__ == "__main__":
    main()
