"""What fails beside other tests is run alone once more, and what passes then is named."""

import sys

import pytest

from scripts import parts
from scripts.parts import Counts, Part, run, summarize
from scripts.second_look import look_again

PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:xdist")
SOUND = "def test_sound(): pass\n"
ONCE = """
from pathlib import Path
def test_busy():
    sign = Path("seen")
    if not sign.exists():
        sign.touch()
        raise AssertionError
"""
BROKEN = "def test_broken_{0}(): raise AssertionError\n"


@pytest.fixture
def look(tmp_path, monkeypatch):
    """Run a file of tests as a part, look at it again; the outcome."""
    monkeypatch.setattr(parts, "ROOT", tmp_path)
    monkeypatch.setattr(parts, "SUMMARY", tmp_path / "summary.txt")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    report = tmp_path / "a.xml"

    def looked(tests):
        (tmp_path / "test_it.py").write_text(tests)
        command = (*PYTEST, f"--junitxml={report}", "-o", f"cache_dir={tmp_path / 'a.cache'}")
        part = Part("a", command, report, again=PYTEST)
        return look_again(part, run(part))

    return looked


def test_what_passes_alone_counts_as_passed_and_is_named(look, capfd):
    outcome = look(SOUND + ONCE)

    assert outcome.counts == Counts(passed=2)
    assert summarize([outcome], 1.0) == 0
    said = capfd.readouterr().out
    assert "=== a, alone ===" in said
    assert "passed only alone: test_it.py::test_busy\n0 skipped" in said


def test_what_fails_alone_too_has_failed(look):
    outcome = look(SOUND + ONCE + BROKEN.format(1))

    assert outcome.counts == Counts(passed=1, failed=2)
    assert outcome.only_alone == ()
    assert summarize([outcome], 1.0) == 1


@pytest.mark.parametrize(
    "tests", [SOUND, "".join(map(BROKEN.format, range(4))), "import nothing_of_that_name\n"]
)
def test_nothing_is_run_again_where_all_passed_or_much_failed(look, tests, capfd):
    counts = look(tests).counts

    assert counts in (Counts(passed=1), Counts(failed=4), Counts(failed=1))
    assert ("alone" in capfd.readouterr().out) == ("import" in tests)


def test_a_run_that_broke_off_is_not_taken_for_a_test_that_failed(look, capfd):
    outcome = look(SOUND + "def test_end(): import os; os._exit(3)\n")

    assert outcome.counts.failed == 1
    assert "alone" not in capfd.readouterr().out
