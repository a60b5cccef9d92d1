"""Run a list of commands one after another, all of them, and say at the end what ran."""

import json
import os
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUMMARY = ROOT / ".tools/summary.txt"
LIMIT_SECONDS = 1800


@dataclass(frozen=True)
class Counts:
    """How many tests of each outcome."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Part:
    """A command, from the project's root; `report` is where it writes its counts, if it has any."""

    name: str
    command: Sequence[str | Path]
    report: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a part did, and how long it took in seconds."""

    name: str
    counts: Counts
    seconds: float


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


def run(part: Part) -> Outcome:
    """Run one part, with its output on the terminal; one that takes too long has failed."""
    print(f"\n=== {part.name} ===", flush=True)
    started = time.monotonic()
    process = subprocess.Popen(
        part.command,
        cwd=ROOT,
        env={**os.environ, **part.environment},
        start_new_session=True,
    )
    try:
        succeeded = process.wait(LIMIT_SECONDS) == 0
    except BaseException as error:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        print(f"{part.name}: stopped after {LIMIT_SECONDS} s", flush=True)
        succeeded = False
    counts = count(part, succeeded=succeeded)
    return Outcome(part.name, counts, time.monotonic() - started)


def summarize(outcomes: Sequence[Outcome]) -> int:
    """Print a line per part and the total, and return the exit code: 0 if all ran and passed."""
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
    lines.append(f"{skipped} skipped, {sum(outcome.seconds for outcome in outcomes):.0f} s")
    lines.append(f"{passed} passed, {failed} failed")
    text = "\n".join(lines)
    print(f"\n{text}", flush=True)
    SUMMARY.write_text(f"{text}\n")
    return int(bool(failed or skipped))
