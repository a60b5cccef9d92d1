"""Playbooks can be read where they are cited, and changed only in their files."""

import pytest
from django.contrib.auth.models import Permission

from recommendations.models import Document, Passage, Playbook
from tests.factories import AT, make_recommendation
from tests.pages import listing, page, words
from tests.recommendations.books import make_playbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def playbook():
    return make_playbook()


def test_an_analyst_reads_playbooks_and_passages(client, analyst, playbook):
    client.force_login(analyst)
    html = client.get(page(playbook)).text
    assert "Rail saves &lt;b&gt;much&lt;/b&gt;." in html
    assert "medium" in words(html)
    assert "1 - 0.02779 / 0.10163 = 72.7 %" in words(html)
    assert 'href="https://example.org/factors"' in html
    assert 'id="passage-why-it-works"' in html
    assert "Freight on rail" in words(client.get(f"{listing(Passage)}?q=saves").text)


@pytest.mark.parametrize("model", [Playbook, Passage])
def test_nobody_writes_them_here(client, staff, playbook, model):
    client.force_login(staff)
    row = model.objects.get()
    assert client.post(page(row), {"title": "x"}).status_code == 403
    assert client.get(listing(model) + "add/").status_code == 403
    assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403


def test_a_citation_links_to_its_passage_and_marks_the_quote_there(client, analyst, playbook):
    client.force_login(analyst)
    cited = {"document": "rail", "section": "Why it works", "quote": "Rail saves, by-and-by."}
    row = make_recommendation(citations=[cited, {"document": "gone"}])
    html = client.get(page(row)).text
    marked = "#passage-why-it-works:~:text=Rail%20saves%2C%20by%2Dand%2Dby."
    assert f'<a href="{page(playbook)}{marked}">rail</a>' in html
    assert 'id="passage-why-it-works"' in client.get(page(playbook)).text
    assert ">gone</a>" not in html


def test_who_may_not_read_playbooks_gets_no_link(client, make_user, playbook):
    user = make_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_recommendation"))
    client.force_login(user)
    row = make_recommendation(citations=[{"document": "rail"}])
    assert page(playbook) not in client.get(page(row)).text
    assert client.get(page(playbook)).status_code == 403


def test_the_list_and_the_page_compare_what_was_realised_with_what_was_predicted(
    client, analyst, approver, playbook
):
    make_recommendation(
        playbook="rail",
        status="implemented",
        decided_by=approver,
        decided_at=AT,
        predicted_reduction=200.0,
        realised_reduction=150.0,
    )
    client.force_login(analyst)

    for address in (listing(Playbook), page(playbook)):
        assert "150 kg of 200 kg (75%)" in words(client.get(address).text)


@pytest.mark.parametrize(
    ("chosen", "seen"),
    [
        ("", ["Freight on rail", "Own ovens"]),
        ("?origin=shipped", ["Freight on rail"]),
        ("?origin=document", ["Own ovens"]),
        ("?origin=elsewhere", ["Freight on rail", "Own ovens"]),
    ],
)
def test_the_list_is_narrowed_down_to_one_origin(client, analyst, playbook, chosen, seen):
    own = make_playbook("own-ovens", title="Own ovens")
    own.document = Document.objects.create(name="ovens.md", kind="markdown", size=1)
    own.save()
    client.force_login(analyst)

    shown = words(client.get(listing(Playbook) + chosen).text)

    assert [title for title in ("Freight on rail", "Own ovens") if title in shown] == seen
    assert "ovens.md" in words(client.get(page(own)).text)
