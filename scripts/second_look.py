"""Run what failed once more, alone: a machine that other tests fill may fail one that is right.

What passes then is named at the end of the run, since it is no sound test either. Where more
failed than a busy machine explains, nothing is run again.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from scripts.parts import Counts, Outcome, Part, run_live

MOST = 3


def look_again(part: Part, outcome: Outcome) -> Outcome:
    """Return the outcome, with what failed counted as passed if all of it passes alone."""
    ids = failed_ids(part)
    if not part.again or not 0 < len(ids) <= outcome.counts.failed <= MOST:
        return outcome
    name = f"{part.name}, alone"
    alone = run_live(replace(part, name=name, command=(*part.again, *ids), report=None))
    seconds = outcome.seconds + alone.seconds
    if alone.counts.failed:
        return replace(outcome, seconds=seconds)
    counts = outcome.counts
    total = Counts(counts.passed + counts.failed, 0, counts.skipped)
    return Outcome(outcome.name, total, seconds, only_alone=tuple(ids))


def failed_ids(part: Part) -> Sequence[str]:
    """The tests that failed, by what pytest's cache keeps of them beside the report."""
    if part.report is None:
        return []
    kept = part.report.with_suffix(".cache") / "v/cache/lastfailed"
    return sorted(json.loads(kept.read_text())) if kept.exists() else []
