"""How many sockets a second one core takes in: full handshake, JWT, hello.

    python -m benchmarks.streams.accept [--sockets 4000] [--rounds 3] [--handshakes 512]

A real ``manage.py serve`` with PostgreSQL and Valkey, logging as usual, on a core of its own; its
limits are on, except that all clients come from one address and as few users. Every socket must
have its hello. Beside it in the same rounds: uvicorn alone with the smallest application, whose
handshake looks nobody up.

Bound: 2,000 a second with a token.
"""

import argparse
import statistics
import sys
import time
from collections import Counter
from typing import Any, NamedTuple

from benchmarks.streams.costs import Line, profiled, shares, verdict
from benchmarks.streams.load import Load
from benchmarks.streams.machine import cpu_seconds, describe
from benchmarks.streams.rig import Contender, Rig
from benchmarks.streams.yardsticks.servers import Echo
from tests.servers import EmberwatchServer

BOUND = 2000
HELLO_SECONDS = 0.5  # the last one comes after the last answer
WARM = 500  # sockets before the first round
HIGH_RATE = {"STREAMS_ACCEPT_RATE": "100000"}  # the limit is on, but not what is measured
SETTINGS = HIGH_RATE | {"LOG_LEVEL": "INFO", "STREAMS_MAX_SOCKETS": "100000"}
CLIENTS = ("with a token", "anonymous", "uvicorn alone")


class Round(NamedTuple):
    """What one round brought."""

    rate: float  # handshakes a second
    microseconds: float  # of the server's processor time for each
    p99: float  # milliseconds from connect to the answer


def round_of(contender: Contender, sockets: int, **options: Any) -> Round:
    """Open so many sockets as fast as the server takes them, then drop them."""
    before = cpu_seconds(contender.pid)
    with Load(
        contender.server.port,
        sockets=sockets,
        path=contender.path,
        subprotocol="emberwatch.v1",
        **options,
    ) as load:
        spent = cpu_seconds(contender.pid) - before
        time.sleep(HELLO_SECONDS)
        connected, told = load.connected, load.stop()
    if connected["connected"] != sockets or told["other_frames"] < sockets:
        raise SystemExit(f"{contender.name}: {connected}, {told['other_frames']} hellos")
    took = connected["seconds"]
    return Round(sockets / took, spent / sockets * 1e6, connected["handshake_ms"]["p99"])


def main() -> int:
    """Measure and print; 1 if the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sockets", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--handshakes", type=int, default=512, help="under way at once")
    options = parser.parse_args()
    print(describe())
    measured: dict[str, list[Round]] = {name: [] for name in CLIENTS}
    where: Counter[str] = Counter()
    with Rig() as rig:
        ours, echo = rig.ours(**SETTINGS), rig.yardstick("uvicorn", Echo)
        assert isinstance(ours.server, EmberwatchServer)
        ours.server.install("analyst")
        asked = (f"Authorization: Bearer {ours.server.token('analyst')}",)
        given: dict[str, dict[str, Any]] = {name: {} for name in CLIENTS}
        given["with a token"] = {"headers": asked}
        for name in CLIENTS:
            round_of(echo if name == CLIENTS[2] else ours, WARM, **given[name])
        for _ in range(options.rounds):
            for name in CLIENTS:
                contender = echo if name == CLIENTS[2] else ours
                measured[name].append(
                    round_of(
                        contender, options.sockets, handshakes=options.handshakes, **given[name]
                    )
                )
        with profiled(ours.pid) as where:
            round_of(ours, options.sockets, handshakes=options.handshakes, headers=asked)
    return report(measured, where)


def report(measured: dict[str, list[Round]], where: Counter[str]) -> int:
    """Print the medians."""
    lines = []
    for name, rounds in measured.items():
        rate = statistics.median(one.rate for one in rounds)
        bound = BOUND if name == CLIENTS[0] else None
        lines.append(Line(f"handshakes to hello, {name}", rate, "a second", bound, at_most=False))
        spent = statistics.median(one.microseconds for one in rounds)
        lines.append(Line("    the server's processor time for each", spent, "µs"))
        p99 = statistics.median(one.p99 for one in rounds)
        lines.append(Line("    from connect to the answer, p99", p99, "ms"))
    code = verdict(lines)
    print(f"\nwhere the time of a handshake with a token goes: {shares(where)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
