"""Run commands, all of them, in lanes beside one another, and say at the end what ran."""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
SUMMARY = ROOT / ".tools/summary.txt"
LIMIT_SECONDS = 1800
_running: list[subprocess.Popen[bytes]] = []
_interrupted = threading.Event()


@dataclass(frozen=True)
class Counts:
    """How many tests of each outcome."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Part:
    """A command, from the project's root.

    `report` is where it writes its counts, if it has any; `again` runs the tests whose ids follow.
    """

    name: str
    command: Sequence[str | Path]
    report: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    again: Sequence[str | Path] = ()


@dataclass(frozen=True)
class Outcome:
    """What a part did, how long it took in seconds, and what passed only on its own."""

    name: str
    counts: Counts
    seconds: float
    only_alone: Sequence[str] = ()


def read_junit(report: Path) -> Counts:
    """The counts in a JUnit XML file of pytest; an error counts as a failure."""
    suite = next(ElementTree.parse(report).iter("testsuite"))  # noqa: S314 - written by ourselves
    total, failures, errors, skipped = (
        int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return Counts(max(total - failed - skipped, 0), failed, skipped)


def read_vitest(report: Path) -> Counts:
    """The counts in a JSON file of vitest; a suite that does not load is a failure."""
    seen = json.loads(report.read_text())
    broken = seen["numFailedTestSuites"] if not seen["numFailedTests"] else 0
    failed = seen["numFailedTests"] + broken
    return Counts(seen["numPassedTests"], failed, seen["numPendingTests"])


def count(part: Part, *, succeeded: bool) -> Counts:
    """The counts of a part; a command without a report is one test."""
    if part.report is None or not part.report.exists():
        return Counts(passed=int(succeeded and part.report is None), failed=int(not succeeded))
    read = read_vitest if part.report.suffix == ".json" else read_junit
    counts = read(part.report)
    if succeeded or counts.failed:
        return counts
    return Counts(counts.passed, 1, counts.skipped)


def run(part: Part, output: IO[bytes] | None = None) -> Outcome:
    """Run one part; one that takes too long has failed.

    Args:
        part: what to run.
        output: where it writes; without it, the terminal.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        part.command,
        cwd=ROOT,
        env={**os.environ, **part.environment},
        start_new_session=True,
        stdout=output,
        stderr=output and subprocess.STDOUT,
    )
    _running.append(process)
    try:
        succeeded = process.wait(LIMIT_SECONDS) == 0
    except subprocess.TimeoutExpired:
        print(f"{part.name}: stopped after {LIMIT_SECONDS} s", flush=True)
        succeeded = False
    finally:
        _stop(process)
    counts = count(part, succeeded=succeeded)
    return Outcome(part.name, counts, time.monotonic() - started)


def run_lanes(lanes: Sequence[Sequence[Part]]) -> list[Outcome]:
    """Run lanes beside one another, the parts of each one after another.

    Of several lanes each part's output is shown when it has ended, so that no two are mixed.
    """
    run_one = run_live if len(lanes) == 1 else run_aside
    with ThreadPoolExecutor(len(lanes)) as pool:
        futures = [pool.submit(_run_lane, lane, run_one) for lane in lanes]
        try:
            return [outcome for future in futures for outcome in future.result()]
        except BaseException:
            _interrupted.set()
            for process in tuple(_running):
                _stop(process)
            raise


def run_live(part: Part) -> Outcome:
    """Run a part on the terminal."""
    print(f"\n=== {part.name} ===", flush=True)
    return run(part)


def run_aside(part: Part) -> Outcome:
    """Run a part and show at its end what it wrote."""
    print(f"... {part.name}", flush=True)
    with tempfile.TemporaryFile() as output:
        try:
            return run(part, output)
        finally:
            output.seek(0)
            text = output.read().decode(errors="replace")
            print(f"\n=== {part.name} ===\n{text}", end="", flush=True)


def _run_lane(lane: Sequence[Part], run_one: Callable[[Part], Outcome]) -> list[Outcome]:
    return [run_one(part) for part in lane if not _interrupted.is_set()]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a part with everything it started, if it has not ended."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    if process in _running:
        _running.remove(process)


def summarize(outcomes: Sequence[Outcome], seconds: float) -> int:
    """Print a line per part and the total, and return the exit code: 0 if all ran and passed.

    Args:
        outcomes: what ran.
        seconds: how long all of it took; less than the sum where parts ran side by side.
    """
    lines = ["=== what ran ==="]
    for outcome in outcomes:
        counts = outcome.counts
        lines.append(
            f"{outcome.name:<32} {counts.passed:>5} passed {counts.failed:>3} failed"
            f" {counts.skipped:>3} skipped {outcome.seconds:>6.1f} s"
        )
    passed, failed, skipped = (
        sum(getattr(outcome.counts, kind) for outcome in outcomes)
        for kind in ("passed", "failed", "skipped")
    )
    lines += [f"passed only alone: {test}" for outcome in outcomes for test in outcome.only_alone]
    lines.append(f"{skipped} skipped, {seconds:.0f} s")
    lines.append(f"{passed} passed, {failed} failed")
    text = "\n".join(lines)
    print(f"\n{text}", flush=True)
    SUMMARY.write_text(f"{text}\n")
    return int(bool(failed or skipped))
