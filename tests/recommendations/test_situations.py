"""How well the retriever does on situations, and on texts about something else.

A situation is what a hotspot plus somebody's note would say: terse, in prose, or awkward
(negated, misspelled, with two causes). ``expected`` names every playbook that fits.
"""

import json
from pathlib import Path

import pytest

from recommendations.generation.extractive import recommend
from recommendations.generation.situation import Situation
from recommendations.knowledge.corpus import file_index

HERE = Path(__file__).parent
INDEX = file_index()


def read(name):
    return [json.loads(line) for line in (HERE / name).read_text().splitlines()]


def proposed(row):
    advice = recommend(Situation.from_row(row, note=row["text"]), INDEX)
    return [draft.playbook for draft in advice.drafts]


SITUATIONS = [(set(row["expected"]), proposed(row)) for row in read("situations.jsonl")]
OFF_DOMAIN = [proposed(row) for row in read("off_domain.jsonl")]


def rank(expected, found):
    """The position of the first playbook that fits, from 1; infinity if there is none."""
    return next((n for n, playbook in enumerate(found, 1) if playbook in expected), float("inf"))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


FIGURES = {
    "hit@1": mean(rank(*pair) == 1 for pair in SITUATIONS),
    "hit@3": mean(rank(*pair) <= 3 for pair in SITUATIONS),
    "recall@3": mean(len(e & set(found)) / len(e) for e, found in SITUATIONS),
    "MRR": mean(1 / rank(*pair) for pair in SITUATIONS),
    "refused off-domain": mean(not found for found in OFF_DOMAIN),
    "answered situations": mean(bool(found) for _, found in SITUATIONS),
}


@pytest.mark.parametrize(
    ("figure", "gate"),
    [
        ("hit@1", 0.75),
        ("hit@3", 0.85),
        ("recall@3", 0.78),
        ("MRR", 0.82),
        ("refused off-domain", 0.80),
        ("answered situations", 0.90),
    ],
)
def test_the_retriever_reaches_its_gates(figure, gate):
    assert FIGURES[figure] >= gate, FIGURES


def test_every_expected_playbook_exists_and_almost_all_are_expected_somewhere():
    expected = set().union(*(pair[0] for pair in SITUATIONS))

    assert expected <= set(INDEX.corpus.documents)
    assert len(expected) >= len(INDEX.corpus.documents) - 1
