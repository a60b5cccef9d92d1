"""A review is complete only if it says what the document says: sentences, figures, sources."""

import copy

import pytest

from recommendations.documents import review, service
from recommendations.documents.review import ReviewError
from recommendations.knowledge.playbook import ACTIONS, REASONS, SIGNS
from streams.errors import IllegalStateError, VersionConflictError

from .house import MARKDOWN, QUOTE, REVIEW, SIGN, WALK, about, draft, fresh

pytestmark = pytest.mark.django_db


def changed(**more):
    """The complete review with some fields replaced; ``effect__quote`` reaches into one."""
    given = copy.deepcopy(REVIEW)
    for name, value in more.items():
        outer, _, inner = name.partition("__")
        if inner:
            given[outer][inner] = value
        else:
            given[outer] = value
    return given


def test_a_complete_review_makes_a_playbook_with_the_usual_passages(analyst):
    row = draft(analyst)
    row.front_matter = REVIEW

    book = review.playbook_of(row)

    texts = {section.heading: section.text for section in book.sections}
    assert texts[ACTIONS].startswith(WALK)
    assert texts[SIGNS] == f"Possible cause: {REVIEW['cause']}. {SIGN}"
    assert texts[REASONS] == QUOTE
    assert "Trucks come back empty from the coast." in texts["About trucks"]
    assert review.playbook_of(fresh_with(row)).content_hash == book.content_hash


def fresh_with(row):
    copied = fresh(row)
    copied.front_matter = copy.deepcopy(REVIEW)
    return copied


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"title": ""}, "title", "needed"),
        ({"id": "Not A Slug"}, "id", "lower case letters, digits and hyphens"),
        ({"id": "steam-traps"}, "id", "another playbook has this name"),
        ({"actions": []}, "actions", "needed"),
        ({"actions": ["Sell the plant."]}, "actions", "not a sentence of the document"),
        ({"actions": [WALK[:-1]]}, "actions", "not a sentence of the document"),
        ({"signs": ["It smells."]}, "signs", "not a sentence"),
        ({"effect": None, "sources": []}, "reasons", "needed"),
        ({"effect__low_pct": 19}, "effect", "neither quoted nor computed"),
        ({"effect__quote": "Leaks waste 30 %"}, "effect.quote", "does not stand in the document"),
        ({"effect__condition": "90 % of it is air"}, "effect.condition", "the document has no 90"),
        ({"cause": "a leak of 7 mm"}, "cause", "the document has no 7"),
        ({"title": "Save 7 percent at once"}, "title", "the document has no 7"),
        ({"effect__basis": "7 of our compressors"}, "effect.basis", "the document has no 7"),
        ({"preconditions": ["Wait 3 days."]}, "preconditions", "the document has no 3"),
        ({"sources": []}, "sources", "none of the sources"),
        ({"cost_band": None}, "cost_band", "needed"),
        ({"id": ""}, "id", "needed"),
        (
            {"sources": [{**REVIEW["sources"][0], "url": "javascript:alert(1)"}]},
            "sources.url",
            "it begins with https://",
        ),
        ({"feasibility": None}, "feasibility", "needed"),
        ({"applies_to__entity_type": ["moon"]}, "applies_to", "unknown entity types: moon"),
    ],
)
def test_what_is_missing_or_foreign_is_said_by_field(approver, change, field, said):
    row = draft(approver)
    service.save_review(row.pk, changed(**change), **about(approver))

    with pytest.raises(ReviewError) as refused:
        service.mark_reviewed(row.pk, **about(approver))

    assert said in " ".join(refused.value.problems[field])
    assert fresh(row).status == "draft"


def test_a_quote_must_not_be_cut_out_of_a_larger_number(approver):
    row = draft(approver, MARKDOWN.replace("waste 20 %", "waste 120 %"))
    cut = "20 % of the output of a compressor."
    sources = [{**REVIEW["sources"][0], "quote": cut}]
    row.front_matter = changed(effect__quote=cut, sources=sources)

    assert "does not stand" in review.problems(row)["effect.quote"][0]


def test_what_is_left_out_is_not_searched_but_may_be_quoted(approver):
    row = draft(approver)
    row.front_matter = changed(left_out=["About trucks", "What we do"])

    headings = [section.heading for section in review.playbook_of(row).sections]

    assert headings == [ACTIONS, SIGNS, REASONS, "Compressed air at our sites"]


def test_front_matter_that_comes_along_fills_the_review(approver):
    import yaml

    text = "---\n" + yaml.safe_dump({**REVIEW, "extra": 1}) + "---\n" + MARKDOWN
    row = draft(approver, text)

    assert row.front_matter["id"] == "our-air"
    assert "extra" not in row.front_matter
    assert row.front_matter["left_out"] == ["Front matter"]


def test_front_matter_of_any_shape_breaks_nothing(approver, client):
    from tests.pages import page

    text = (
        "---\nid: [1]\nactions: {a: 1}\neffect: 7\nsources: [[x]]\napplies_to: no\n---\n# A\n\nB.\n"
    )
    row = draft(approver, text)
    client.force_login(approver)

    assert client.get(page(row)).status_code == 200
    assert review.problems(row)


def test_a_draft_is_kept_incomplete_and_history_says_who(approver):
    row = draft(approver)
    service.save_review(row.pk, {"title": "Half"}, **about(approver))

    assert fresh(row).front_matter == {"title": "Half"}
    newest = fresh(row).history.first()
    assert (newest.history_user, newest.history_change_reason) == (approver, "admin")


def test_a_review_of_another_version_is_not_kept(approver):
    row = draft(approver)
    with pytest.raises(VersionConflictError):
        service.save_review(row.pk, REVIEW, **about(approver), version=row.version - 1)
    assert fresh(row).front_matter != REVIEW


def test_nothing_is_reviewed_before_it_is_read(approver):
    from .house import upload

    row = upload(approver)
    with pytest.raises(IllegalStateError):
        service.save_review(row.pk, REVIEW, **about(approver))
    with pytest.raises(IllegalStateError):
        service.mark_reviewed(row.pk, **about(approver))
    assert fresh(row).status == "waiting"
