"""Who may send, review and publish documents, and how large a body is read from whom."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission

from config.bodies import larger_body
from recommendations.models import Playbook
from tests.pages import button, page

from .house import FORM, draft, fresh, reviewed
from .test_admin import ADD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        ([], set()),
        (["view_document"], {"see"}),
        (["view_document", "add_document"], {"see", "add"}),
        (["view_document", "change_document"], {"see", "review"}),
        (["view_document", "publish_document"], {"see", "publish"}),
    ],
)
@pytest.mark.usefixtures("playbooks", "few_situations")
def test_who_may_do_what(client, make_user, approver, permissions, allowed):
    row = reviewed(approver)
    user = make_user("guest", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)

    assert (client.get(page(row)).status_code == 200) == ("see" in allowed)
    assert (client.get(ADD).status_code == 200) == ("add" in allowed)
    kept = client.post(page(row), {**FORM, "act": "save", "version": row.version + 7})
    assert (kept.status_code == 409) == ("review" in allowed)
    client.post(button(row, "publish"), {"confirmed": "yes"})
    assert (fresh(row).status == "published") == ("publish" in allowed)
    assert Playbook.objects.filter(slug="our-air").exists() == ("publish" in allowed)


def test_publishing_is_a_post_with_a_token(approver):
    from django.test import Client

    row = draft(approver)
    client = Client(enforce_csrf_checks=True)
    client.force_login(approver)
    assert client.post(button(row, "publish"), {"confirmed": "yes"}).status_code == 403
    assert client.post(page(row), {**FORM, "act": "save"}).status_code == 403
    assert client.get(button(row, "publish")).status_code == 405
    assert fresh(row).version == row.version


@pytest.mark.parametrize(
    ("user", "path", "limit"),
    [
        ("analyst", ADD, 2 * 10_485_760 + 65_536),
        ("ingester", ADD, 0),
        ("analyst", "/admin/recommendations/document/", 0),
        ("analyst", "/admin/ingest/upload/add/", 0),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_large_body_is_only_read_from_who_may_upload(client, request, user, path, limit):
    client.force_login(request.getfixturevalue(user))
    cookie = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": b"",
        "headers": [(b"cookie", cookie.encode())],
    }  # fmt: skip

    assert async_to_sync(larger_body)(scope) == limit
