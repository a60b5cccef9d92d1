"""The grounding check from outside, on claims of the whole corpus, and on all that is recommended.

A sample that is the same every time; ``benchmarks.recommendations.grounding`` asks about all.
"""

import io
import json
import sys
from collections import defaultdict

import pytest
from django.core.management import call_command

from recommendations.generation.recommending import recommend
from recommendations.generation.situation import Situation
from recommendations.knowledge.playbook import read_all
from tests.recommendations.corpus_claims import claims
from tests.recommendations.evaluation import SITUATIONS, indexes, rows
from tests.recommendations.support import bad_citations, foreign_figures, with_event

#: Of the sorts that a program makes by the thousand, every so manieth.
EVERY = {"own sentence": 37, "swapped citation": 61}
#: What the check must get right of a sort, or of the sorts that begin so.
BOUNDS = {
    "own sentence": 1.0,
    "rewritten": 1.0,
    "paraphrase": 0.9,
    "changed": 0.95,
    "swapped citation": 0.98,
    "invented": 1.0,
    "off-topic": 1.0,
    "instruction": 1.0,
}


def sample():
    """The claims that are asked about."""
    seen = defaultdict(int)
    for claim in claims(read_all()):
        seen[claim.sort] += 1
        if seen[claim.sort] % EVERY.get(claim.sort, 1) == 0:
            yield claim


@pytest.fixture(scope="module")
def judged():
    """Claims with what ``manage.py ground --json`` says of them."""
    asked = list(sample())
    lines = [
        json.dumps({"id": n, "claim": one.text, "passage": one.passage, "event_numbers": []})
        for n, one in enumerate(asked)
    ]
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "stdin", io.StringIO("\n".join(lines)))
        call_command("ground", "--json", stdout=out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer["id"] for answer in answers] == list(range(len(asked)))
    return [(one, answer["supported"]) for one, answer in zip(asked, answers, strict=True)]


@pytest.mark.parametrize("sort", BOUNDS)
def test_the_check_reaches_its_bounds(judged, sort):
    found = [(claim, said) for claim, said in judged if claim.sort.startswith(sort)]
    wrong = [claim for claim, said in found if said != claim.supported]

    assert len(found) >= 4
    assert 1 - len(wrong) / len(found) >= BOUNDS[sort], wrong


@pytest.mark.parametrize("retriever", ["hybrid", "bm25"])
def test_all_that_is_recommended_stands_in_its_source_or_its_event(retriever):
    index = indexes()[retriever]
    seen = 0
    for row in map(with_event, rows(SITUATIONS["dev"]) + rows(SITUATIONS["earlier"])):
        for draft in recommend(Situation.from_row(row, note=row["text"]), index).drafts:
            document = index.corpus.documents[draft.playbook]
            seen += 1
            assert not foreign_figures(draft, document), (row["id"], draft)
            assert not list(bad_citations(draft, document)), (row["id"], draft)
    assert seen > len(rows(SITUATIONS["dev"]))
