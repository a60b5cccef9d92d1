"""How good retrieval is: the sets, what is asked of each line, and the figures.

Everything goes through ``recommend()``, as a hotspot does: what a set gets is what somebody
would be shown. The benchmarks print these figures; the tests hold them to their gates.
"""

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from recommendations.generation.recommending import recommend
from recommendations.generation.situation import Situation
from recommendations.knowledge import reference
from recommendations.knowledge.corpus import file_corpus, file_index
from recommendations.knowledge.index_words import BM25Index
from recommendations.knowledge.reference import ReferenceSituation
from recommendations.knowledge.retrieval import PassageIndex, Place

HERE = Path(__file__).parent
#: The development set is the product's own; nobody looks at the held-out ones to change anything.
#: The second was written without a look at any playbook; its odd lines were measured only.
SITUATIONS = {
    "dev": reference.FILE,
    "held-out": HERE / "held_out.jsonl",
    "earlier": HERE / "situations.jsonl",
    "second": HERE / "second.jsonl",
}
OFF_DOMAIN = {
    "dev": HERE / "off_domain_dev.jsonl",
    "held-out": HERE / "off_domain_held_out.jsonl",
    "earlier": HERE / "off_domain.jsonl",
    "second": HERE / "second_off_domain.jsonl",
}
RESAMPLES = 10_000
#: Figure -> gate, for hybrid and for words alone; ``AT_MOST`` names those that must stay below.
GATES = {
    "hit@1": (0.85, 0.75),
    "hit@3": (0.95, 0.85),
    "recall@3": (0.88, 0.78),
    "MRR": (0.90, 0.82),
    "refused off-domain": (0.90, 0.80),
    "refused situations": (0.05, 0.10),
    "wrong kind": (0, 0),
}
AT_MOST = ("refused situations", "wrong kind")


def gate(retriever: str, figure: str) -> float:
    """Return the gate of a figure for ``hybrid`` or ``bm25``."""
    hybrid, words = GATES[figure]
    return hybrid if retriever == "hybrid" else words


def keeps(figure: str, value: float, limit: float) -> bool:
    """Return whether a figure is on the right side of its gate."""
    return value <= limit if figure in AT_MOST else value >= limit


@dataclass(frozen=True)
class Answer:
    """What one situation got: playbooks, best first."""

    situation: ReferenceSituation
    proposed: tuple[str, ...]

    @property
    def rank(self) -> float:
        """The position of the first playbook that fits, from 1; infinity if there is none."""
        ranks = (n for n, name in enumerate(self.proposed, 1) if name in self.situation.expected)
        return next(ranks, float("inf"))

    @property
    def recall(self) -> float:
        """The share of the playbooks that fit which was proposed."""
        expected = self.situation.expected
        return len(expected.intersection(self.proposed)) / len(expected)


@dataclass(frozen=True)
class Result:
    """What a retriever made of some situations and of texts about something else."""

    answers: tuple[Answer, ...]
    off_domain: tuple[tuple[str, tuple[str, ...]], ...]  # text, what was proposed for it
    wrong_kind: tuple[tuple[str, str], ...]  # situation, playbook

    @property
    def figures(self) -> dict[str, float]:
        """The figures of ``GATES``."""
        return {
            "hit@1": mean(answer.rank == 1 for answer in self.answers),
            "hit@3": mean(answer.rank <= 3 for answer in self.answers),
            "recall@3": mean(answer.recall for answer in self.answers),
            "MRR": mean(1 / answer.rank for answer in self.answers),
            "refused off-domain": mean(not proposed for _, proposed in self.off_domain),
            "refused situations": mean(not answer.proposed for answer in self.answers),
            "wrong kind": len(self.wrong_kind),
        }

    def __add__(self, other: "Result") -> "Result":
        return Result(
            self.answers + other.answers,
            self.off_domain + other.off_domain,
            self.wrong_kind + other.wrong_kind,
        )


@cache
def indexes() -> dict[str, PassageIndex]:
    """Return the shipped playbooks as each retriever searches them, hybrid first.

    Embeds every passage, which takes seconds; without the model there are only words.
    """
    found = (file_index(), BM25Index(file_corpus()))
    return {index.name: index for index in found}


@cache
def rows(path: Path) -> tuple[dict[str, Any], ...]:
    """Return the lines of a file."""
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def proposed(index: PassageIndex, row: dict[str, Any]) -> tuple[str, ...]:
    """Return the playbooks recommended for a row of ``entity_type``, ``metric`` and ``text``."""
    advice = recommend(Situation.from_row(row, note=row["text"]), index)
    return tuple(draft.playbook for draft in advice.drafts)


def evaluate(index: PassageIndex, name: str) -> Result:
    """Ask the index about every line of the sets of that name."""
    situations = reference.read(SITUATIONS[name])
    answers = tuple(Answer(one, proposed(index, _row(one))) for one in situations)
    off_domain = tuple((row["text"], proposed(index, row)) for row in rows(OFF_DOMAIN[name]))
    return Result(answers, off_domain, tuple(_misplaced(index, answers)))


def evaluate_all(index: PassageIndex) -> dict[str, Result]:
    """Return the result of each set, and of all together."""
    results = {name: evaluate(index, name) for name in SITUATIONS}
    return results | {"all": sum_of(results.values())}


def sum_of(results: Iterable[Result]) -> Result:
    """Return several results as one."""
    first, *rest = results
    for result in rest:
        first += result
    return first


def bootstrap(ours: Sequence[Answer], theirs: Sequence[Answer]) -> tuple[float, float, float]:
    """Return the difference of the mean reciprocal ranks, paired, and its 95 % interval."""
    differences = [1 / a.rank - 1 / b.rank for a, b in zip(ours, theirs, strict=True)]
    draw: Callable[..., list[float]] = random.Random(1).choices  # noqa: S311 - no secret
    means = sorted(mean(draw(differences, k=len(differences))) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    return mean(differences), low, high


def mean(values: Iterable[float]) -> float:
    """Return the mean of at least one value."""
    found = list(values)
    return sum(found) / len(found)


def _row(situation: ReferenceSituation) -> dict[str, Any]:
    return {name: getattr(situation, name) for name in ("entity_type", "metric", "text")}


def _misplaced(index: PassageIndex, answers: Iterable[Answer]) -> Iterable[tuple[str, str]]:
    """Yield what was proposed for another kind of entity or metric than it is written for."""
    for answer in answers:
        one = answer.situation
        for name in answer.proposed:
            where = index.corpus.documents[name].front.applies_to
            kind = Place.of(index.corpus, entity_type=one.entity_type, metric="", side="").kind
            if kind and where.entity_type and kind not in where.entity_type:
                yield one.id, name
