"""The totals at the end of `make test` can be trusted."""

import sys

import pytest

from scripts import parts
from scripts.parts import Counts, Outcome, Part, run, summarize

REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


@pytest.fixture(autouse=True)
def summary(tmp_path, monkeypatch):
    """Keep the summary of the run that this test is part of."""
    monkeypatch.setattr(parts, "SUMMARY", tmp_path / "summary.txt")
    return parts.SUMMARY


def ran(tmp_path, code, report=None):
    """The counts of a part that runs a line of Python."""
    path = tmp_path / "report.xml" if report else None
    if report:
        path.write_text(report)
    return run(Part("a part", (sys.executable, "-c", code), path)).counts


def test_a_command_that_fails_counts_as_a_failed_test(tmp_path):
    assert ran(tmp_path, "raise SystemExit(3)") == Counts(failed=1)


def test_a_run_that_crashed_after_a_clean_report_counts_as_failed(tmp_path):
    report = REPORT.format(5, 0, 0, 0)
    assert ran(tmp_path, "raise SystemExit(3)", report) == Counts(passed=5, failed=1)


def test_errors_count_as_failures(tmp_path):
    report = REPORT.format(9, 2, 1, 1)
    assert ran(tmp_path, "raise SystemExit(1)", report) == Counts(5, 3, 1)


@pytest.mark.parametrize(
    ("counts", "code"),
    [(Counts(3), 0), (Counts(3, failed=1), 1), (Counts(3, skipped=1), 1)],
    ids=["passed", "failed", "skipped"],
)
def test_only_a_run_without_failure_or_skip_succeeds(counts, code):
    assert summarize([Outcome("a", counts, 1.0), Outcome("b", Counts(2), 1.0)], 2.0) == code


def test_the_last_line_is_the_total(capsys, summary):
    summarize([Outcome("a", Counts(3, 1), 1.0), Outcome("b", Counts(2), 1.0)], 2.0)
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 1 failed"
    assert summary.read_text().splitlines()[-1] == "5 passed, 1 failed"


def test_lanes_run_beside_each_other_and_show_one_output_after_the_other(
    tmp_path, capfd, monkeypatch
):
    """Each of the two waits for a sign of the other: one after the other they would never end."""
    code = """
import pathlib, sys, time
ours, other = map(pathlib.Path, sys.argv[1:])
print("first", ours.name)
ours.touch()
while not other.exists():
    time.sleep(0.01)
print("last", ours.name)
"""
    monkeypatch.setattr(parts, "LIMIT_SECONDS", 30)
    signs = [str(tmp_path / "a"), str(tmp_path / "b")]
    lanes = [
        [Part("a", (sys.executable, "-c", code, *signs)), Part("c", (sys.executable, "-V"))],
        [Part("b", (sys.executable, "-c", code, *reversed(signs)))],
    ]
    outcomes = parts.run_lanes(lanes)

    assert [(one.name, one.counts) for one in outcomes] == [
        (name, Counts(passed=1)) for name in "acb"
    ]
    said = capfd.readouterr().out
    for name in "ab":
        assert f"=== {name} ===\nfirst {name}\nlast {name}\n" in said
