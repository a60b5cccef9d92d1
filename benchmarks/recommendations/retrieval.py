"""What the retriever finds for situations, and what it refuses.

    python -m benchmarks.recommendations.retrieval [--only bm25]

Every situation goes through `recommend()` with the shipped playbooks, once with words and
embeddings (hybrid) and once with words alone, as on a machine without the model. Four sets: the
one that is developed on, one held out that nobody looks at to change anything, an earlier one, and
a second one that was written without a look at any playbook. Prints the figures of each set, the
paired difference between the two, every miss by name, and fails if a gate is missed on the
development set, the held-out set or all together.
"""

import argparse
import os
import sys
from collections.abc import Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from benchmarks.streams.costs import Line, verdict  # noqa: E402 - after django.setup()
from benchmarks.streams.machine import describe  # noqa: E402
from tests.recommendations.evaluation import (  # noqa: E402
    AT_MOST,
    GATES,
    Result,
    bootstrap,
    evaluate_all,
    gate,
    indexes,
)

BOUND_SETS = ("dev", "held-out", "all")


def main() -> int:
    """Measure, print, and fail if a gate is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=["hybrid", "bm25"], help="one retriever")
    only = parser.parse_args().only
    print(describe())
    found = {name: evaluate_all(index) for name, index in indexes().items() if only in (None, name)}
    table(found)
    for retriever, results in found.items():
        misses(retriever, results)
    return verdict([*gates(found), *difference(found)])


def table(found: dict[str, dict[str, Result]]) -> None:
    """Print a row for each set and retriever."""
    print(f"\n{'':16}{'situations':>11}" + "".join(f"{name:>20}" for name in GATES))
    for retriever, results in found.items():
        for name, result in results.items():
            cells = "".join(f"{value:20.3f}" for value in result.figures.values())
            print(f"{retriever:7}{name:9}{len(result.answers):11}{cells}")


def misses(retriever: str, results: dict[str, Result]) -> None:
    """Print what did not come first, what came instead, and what should have been refused."""
    for name, result in results.items():
        if name == "all":
            continue
        print(f"\n{retriever}, {name}: not first")
        for answer in result.answers:
            if answer.rank > 1:
                expected = " or ".join(sorted(answer.situation.expected))
                instead = ", ".join(answer.proposed) or "refused"
                print(f"  {answer.situation.id}: {expected}; got {instead}")
        for text, proposed in result.off_domain:
            if proposed:
                print(f"  not refused: {text} ({', '.join(proposed)})")
        for situation, playbook in result.wrong_kind:
            print(f"  wrong kind: {playbook} for {situation}")


def gates(found: dict[str, dict[str, Result]]) -> Iterator[Line]:
    """Yield a line for each figure, in percent."""
    for retriever, results in found.items():
        for name in BOUND_SETS:
            for figure, value in results[name].figures.items():
                share = 1 if figure == "wrong kind" else 100
                yield Line(
                    f"{retriever}, {name}: {figure}",
                    value * share,
                    "" if figure == "wrong kind" else "%",
                    gate(retriever, figure) * share,
                    at_most=figure in AT_MOST,
                )


def difference(found: dict[str, dict[str, Result]]) -> Iterator[Line]:
    """Print and yield by how much hybrid is better than words alone."""
    if len(found) < 2:
        return
    print()
    for name in BOUND_SETS:
        ours, theirs = (found[retriever][name].answers for retriever in ("hybrid", "bm25"))
        mean, low, high = bootstrap(ours, theirs)
        print(f"{name}: MRR, hybrid - bm25: {mean:+.3f}, 95 % interval [{low:+.3f}, {high:+.3f}]")
        label = f"{name}: MRR, hybrid - bm25, points"
        yield Line(label, 100 * mean, "", 0, at_most=False)


if __name__ == "__main__":
    sys.exit(main())
