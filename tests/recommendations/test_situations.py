"""How well the retriever does on situations, and on texts about something else.

A situation is what a hotspot plus somebody's note would say: terse, in prose, or awkward
(negated, misspelled, with two causes). ``expected`` names every playbook that fits. The set held
out is measured by ``benchmarks.recommendations.retrieval`` and belongs to no gate here: a gate
would be tuned on.
"""

import pytest

from recommendations.knowledge import reference
from tests.recommendations.evaluation import (
    GATES,
    OFF_DOMAIN,
    SITUATIONS,
    bootstrap,
    evaluate,
    gate,
    indexes,
    keeps,
    rows,
    sum_of,
)

RETRIEVERS = ("hybrid", "bm25")
STYLES = {"terse", "prose", "awkward"}


@pytest.fixture(scope="module")
def results():
    """What each retriever makes of the sets that are developed on."""
    return {
        name: sum_of(evaluate(index, chosen) for chosen in ("dev", "earlier"))
        for name, index in indexes().items()
    }


@pytest.mark.parametrize("figure", GATES)
@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_the_retriever_reaches_its_gates(results, retriever, figure):
    figures = results[retriever].figures

    assert keeps(figure, figures[figure], gate(retriever, figure)), figures


def test_meaning_and_words_find_more_than_words_alone(results):
    difference, low, _ = bootstrap(results["hybrid"].answers, results["bm25"].answers)

    assert difference > 0
    assert low > -0.02


@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_an_index_proposes_nothing_written_for_another_kind(results, retriever):
    assert results[retriever].wrong_kind == ()


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_playbook_expected_exists(name):
    expected = {playbook for one in reference.read(SITUATIONS[name]) for playbook in one.expected}

    assert expected <= indexes()["bm25"].corpus.documents.keys()


@pytest.mark.parametrize(("name", "times"), [("dev", 2), ("held-out", 1)])
def test_every_playbook_is_expected_somewhere(name, times):
    situations = reference.read(SITUATIONS[name])
    expected = [playbook for one in situations for playbook in one.expected]

    assert [p for p in indexes()["bm25"].corpus.documents if expected.count(p) < times] == []


@pytest.mark.parametrize("name", ["dev", "held-out"])
def test_a_third_of_the_situations_is_written_in_each_style(name):
    styles = [row["style"] for row in rows(SITUATIONS[name])]

    assert set(styles) == STYLES
    assert all(styles.count(style) / len(styles) > 0.28 for style in STYLES)


def test_no_line_is_in_two_sets():
    paths = [*SITUATIONS.values(), *OFF_DOMAIN.values()]
    texts = [row["text"] for path in paths for row in rows(path)]
    names = [row["id"] for path in paths for row in rows(path)]

    assert len(texts) == len(set(texts))
    assert len(names) == len(set(names))


def test_the_shipped_situations_are_read_as_they_stand():
    first = reference.reference_situations()[0]

    assert len(reference.reference_situations()) == len(rows(reference.FILE))
    assert first.expected == frozenset(rows(reference.FILE)[0]["expected"])
