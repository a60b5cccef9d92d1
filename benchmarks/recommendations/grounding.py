"""What the grounding check lets through, and what it catches.

    python -m benchmarks.recommendations.grounding

Claims come from the shipped playbooks: each sentence with its own passage, with passages of other
playbooks, and with one number changed in every way; paraphrases, inventions, instructions and
advice about something else were written by hand. Then every recommendation for every situation is
looked through by another program than the check: are its figures in its source or its event, do
its quotes stand where it says? Prints each sort, some of what was judged wrongly, and fails if a
bound is missed.
"""

import argparse
import os
import sys
from collections import defaultdict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.streams.costs import Line, verdict  # noqa: E402 - after django.setup()
from benchmarks.streams.machine import describe  # noqa: E402
from recommendations.generation.grounding import check  # noqa: E402
from recommendations.generation.recommending import recommend  # noqa: E402
from recommendations.generation.situation import Situation  # noqa: E402
from recommendations.knowledge.playbook import read_all  # noqa: E402
from recommendations.knowledge.retrieval import PassageIndex  # noqa: E402
from tests.recommendations.corpus_claims import Claim, claims  # noqa: E402
from tests.recommendations.evaluation import SITUATIONS, indexes, rows  # noqa: E402
from tests.recommendations.support import (  # noqa: E402
    bad_citations,
    foreign_figures,
    with_event,
)

SHOWN = 5
#: What a line of the table says: the sorts that begin so, what is wanted of them, in percent.
BOUNDS = (
    ("extractive sentences supported", "own sentence", 100),
    ("the same number in another notation supported", "rewritten", None),
    ("paraphrases supported", "paraphrase", 90),
    ("changed numbers caught", "changed", 95),
    ("swapped citations caught", "swapped", 98),
    ("invented figures caught", "invented", 100),
    ("other advice caught", "off-topic", 100),
    ("instructions caught", "instruction", 100),
)

Judged = tuple[Claim, bool]


def main() -> int:
    """Measure, print, and fail if a bound is missed."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    print(describe())
    judged: dict[str, list[Judged]] = defaultdict(list)
    for claim in claims(read_all()):
        right = check(claim.text, claim.passage).supported == claim.supported
        judged[claim.sort].append((claim, right))
    table(judged)
    lines = [line(name, sort, bound, judged) for name, sort, bound in BOUNDS]
    for index in indexes().values():
        lines += recommendations(index)
    return verdict(lines)


def table(judged: dict[str, list[Judged]]) -> None:
    """Print each sort of claim with its share of right verdicts, and some wrong ones."""
    print(f"\n{'':36}{'claims':>8}{'right':>9}")
    for sort, found in judged.items():
        print(f"{sort:36}{len(found):8}{share(found):9.1%}")
        wrong = [claim for claim, right in found if not right]
        for claim in wrong[:SHOWN]:
            print(f"    {claim.text}\n        cites: {claim.passage[:100]} ...")
        if len(wrong) > SHOWN:
            print(f"    and {len(wrong) - SHOWN} more")


def share(found: list[Judged]) -> float:
    """Return the share of right verdicts."""
    return sum(right for _, right in found) / len(found)


def line(name: str, sort: str, bound: float | None, judged: dict[str, list[Judged]]) -> Line:
    """Return one figure over all sorts that begin so."""
    found = [one for key, some in judged.items() if key.startswith(sort) for one in some]
    return Line(f"{name} ({len(found)})", 100 * share(found), "%", bound, at_most=False)


def recommendations(index: PassageIndex) -> list[Line]:
    """Look through everything that is recommended for every situation."""
    numbers = quotes = drafts = foreign = misquoted = 0
    for path in SITUATIONS.values():
        for row in map(with_event, rows(path)):
            for draft in recommend(Situation.from_row(row, note=row["text"]), index).drafts:
                document = index.corpus.documents[draft.playbook]
                drafts += 1
                foreign += bool(foreign_figures(draft, document))
                misquoted += bool(list(bad_citations(draft, document)))
                numbers += draft.predicted_reduction is not None
                quotes += len(draft.citations)
    said = f"{index.name}: of {drafts} recommendations ({quotes} quotes, {numbers} amounts)"
    return [
        Line(f"{said}: foreign number", foreign, "", 0),
        Line(f"{index.name}: with a citation that is not borne out", misquoted, "", 0),
    ]


if __name__ == "__main__":
    sys.exit(main())
