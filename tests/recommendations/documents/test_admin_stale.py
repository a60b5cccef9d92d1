"""A review form that was open while somebody else changed its document: nothing typed is lost."""

import pytest

from recommendations.documents import service
from tests.pages import page, told, words

from .house import REVIEW, about, draft, filled, fresh, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client, approver):
    client.force_login(approver)
    return client


def test_a_review_made_on_another_version_shows_both_and_keeping_it_again_replaces(
    reviewer, approver, staff
):
    row = draft(approver)
    stale = filled(row, title="Mine", act="save")
    service.save_review(row.pk, {**REVIEW, "title": "Theirs"}, **about(staff))

    answer = reviewer.post(page(row), stale)

    assert answer.status_code == 409
    assert "staff changed it while this form was open" in words(answer.text)
    assert "Title Theirs Mine" in words(answer.text)
    assert 'value="Mine"' in answer.text
    assert fresh(row).front_matter["title"] == "Theirs"
    version = fresh(row).version
    assert f'name="version" value="{version}"' in answer.text
    reviewer.post(page(row), {**stale, "version": version})
    assert fresh(row).front_matter["title"] == "Mine"


@pytest.mark.parametrize("version", ["", "one", "-1", "9" * 40])
def test_a_review_that_does_not_say_its_version_is_not_kept(reviewer, approver, version):
    row = draft(approver)

    answer = reviewer.post(page(row), filled(row, version=version, title="Typed", act="save"))

    assert answer.status_code == 409
    assert "Nothing was saved" in words(answer.text)
    assert 'value="Typed"' in answer.text
    assert fresh(row).version == row.version


def test_a_form_that_cannot_be_read_stays_of_the_version_that_it_was_made_on(
    reviewer, approver, staff
):
    row = draft(approver)
    stale = filled(row, feasibility="ten", act="save")
    service.save_review(row.pk, REVIEW, **about(staff))

    answer = reviewer.post(page(row), stale)

    assert answer.status_code == 400
    assert f'name="version" value="{row.version}"' in answer.text


@pytest.mark.usefixtures("playbooks", "few_situations")
def test_what_was_typed_while_somebody_published_is_shown_again(reviewer, approver):
    row = published(approver)

    answer = reviewer.post(page(row), filled(row, title="Typed", act="save"))

    assert answer.status_code == 409
    assert "nothing was kept. The document is published." in told(answer)[0]
    assert 'value="Typed"' in answer.text
    assert fresh(row).version == row.version


def test_what_was_typed_is_not_taken_away_by_a_page_that_comes_again(reviewer, approver, staff):
    row = draft(approver)
    stale = filled(row, title="Mine", act="save")
    service.save_review(row.pk, REVIEW, **about(staff))
    service.mark_reviewed(row.pk, **about(staff))
    assert 'http-equiv="refresh"' in reviewer.get(page(row)).text

    answer = reviewer.post(page(row), stale)

    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert 'http-equiv="refresh"' not in answer.text
