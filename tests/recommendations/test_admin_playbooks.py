"""Playbooks can be read where they are cited, and changed only in their files."""

import pytest
from django.contrib.auth.models import Permission

from recommendations.models import Passage, Playbook
from tests.factories import make_recommendation
from tests.pages import listing, page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def playbook():
    book = Playbook.objects.create(
        slug="rail", title="Freight on rail", edition=2, front_matter={"cost_band": "low"}
    )
    Passage.objects.create(
        playbook=book, position=1, heading="Effect", text="Rail saves <b>much</b>."
    )
    return book


def test_an_analyst_reads_playbooks_and_passages(client, analyst, playbook):
    client.force_login(analyst)
    html = client.get(page(playbook)).text
    assert "Rail saves &lt;b&gt;much&lt;/b&gt;." in html
    assert "cost_band: low" in words(html)
    assert "Freight on rail" in words(client.get(f"{listing(Passage)}?q=saves").text)


@pytest.mark.parametrize("model", [Playbook, Passage])
def test_nobody_writes_them_here(client, staff, playbook, model):
    client.force_login(staff)
    row = model.objects.get()
    assert client.post(page(row), {"title": "x"}).status_code == 403
    assert client.get(listing(model) + "add/").status_code == 403
    assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 403


def test_a_citation_links_to_its_playbook(client, analyst, playbook):
    client.force_login(analyst)
    row = make_recommendation(citations=[{"document": "rail"}, {"document": "gone"}])
    html = client.get(page(row)).text
    assert f'<a href="{page(playbook)}">rail</a>' in html
    assert ">gone</a>" not in html


def test_who_may_not_read_playbooks_gets_no_link(client, make_user, playbook):
    user = make_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_recommendation"))
    client.force_login(user)
    row = make_recommendation(citations=[{"document": "rail"}])
    assert page(playbook) not in client.get(page(row)).text
    assert client.get(page(playbook)).status_code == 403
