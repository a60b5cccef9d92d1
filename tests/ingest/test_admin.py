"""Uploads in the back office: upload, mapping with a preview, load, rejected lines."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from hotspots.models import Measurement
from ingest.models import Mapping, Upload
from tests.pages import inline_parts, words

from .uploading import work

pytestmark = pytest.mark.django_db
ADD = "/admin/ingest/upload/add/"
TABLE = "Datum;Werk;kWh;<b>Notiz</b>\n31.01.2026 14:30;Süd;1,5;=1+1\n31.01.2026 14:45;Süd;x;\n"
FORM = {
    "column_entity": "Werk",
    "column_value": "kWh",
    "column_time": "Datum",
    "constant_metric": "energy",
    "constant_unit": "kWh",
    "delimiter": ";",
    "decimal": ",",
    "encoding": "utf-8",
    "time_format": "%d.%m.%Y %H:%M",
    "time_zone": "Europe/Berlin",
    "save_as": "Werk",
}


@pytest.fixture
def sender(client, make_user):
    user = make_user("sender", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="add_measurement"))
    client.force_login(user)
    return client


def upload(client, content=TABLE):
    file = BytesIO(content.encode())
    file.name = "werk.csv"
    return client.post(ADD, {"file": file})


def page():
    return reverse("admin:ingest_upload_change", args=[Upload.objects.get().pk])


def test_a_file_is_uploaded_mapped_previewed_and_loaded(sender):
    assert upload(sender).url == page()

    shown = sender.get(page()).content.decode()
    assert inline_parts(shown) == []
    assert "<b>Notiz" not in shown

    preview = words(sender.post(page(), {**FORM, "act": "preview"}).content.decode())
    assert "Süd energy 1.5 kWh 2026-01-31T13:30:00.000Z" in preview
    assert "bad_value" in preview
    assert "is no number with a decimal comma." in preview
    assert not Measurement.objects.exists()

    assert sender.post(page(), {**FORM, "act": "start"}).url == page()
    running = sender.get(page()).content.decode()
    assert 'http-equiv="refresh"' in running
    work(Upload.objects.get().pk)
    done = sender.get(page()).content.decode()
    assert 'http-equiv="refresh"' not in done
    assert "accepted 1" in words(done)
    errors = sender.get(reverse("admin:ingest_upload_errors", args=[Upload.objects.get().pk]))
    assert errors.content.decode().splitlines()[1].startswith("3,bad_value,")
    assert Mapping.objects.get().name == "Werk"
    assert Upload.objects.get().history.first().history_change_reason == "worker"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"column_time": ""}, "No column 'time'"),
        ({"time_zone": "Mars/Base"}, "There is no time zone 'Mars/Base'"),
        ({"constant_entity": "A"}, "entity has a column and a constant."),
        ({"metrics": "nonsense"}, "write it as NAME=COLUMN"),
        ({"column_time": "nope"}, "Select a valid choice"),
    ],
)
@pytest.mark.parametrize("act", ["preview", "start"])
def test_a_wrong_mapping_is_said_and_starts_nothing(sender, change, said, act):
    upload(sender)

    answer = sender.post(page(), {**FORM, **change, "act": act})

    assert said in words(answer.content.decode()).replace("&#x27;", "'")
    assert Upload.objects.get().status == "waiting"
    assert not Mapping.objects.exists()


def test_a_file_that_is_none_is_said(sender):
    answer = upload(sender, "")

    assert "empty: there is no line in it." in words(answer.content.decode())
    assert not Upload.objects.exists()


def test_cancel_and_delete(sender, django_capture_on_commit_callbacks):
    upload(sender)
    address = page()

    sender.post(address, {"act": "cancel"})
    assert Upload.objects.get().status == "cancelled"
    sender.post(address, {"act": "delete"})
    assert not Upload.objects.exists()
    assert sender.get(address).status_code in (302, 404)


def test_the_lists_are_clean_and_in_one_query_each(sender):
    upload(sender)
    sender.post(page(), {**FORM, "act": "start"})

    for name in ("upload", "mapping"):
        shown = sender.get(reverse(f"admin:ingest_{name}_changelist")).content.decode()
        assert inline_parts(shown) == []
    assert "entity from Werk" in words(shown)


def test_a_saved_mapping_is_checked(sender):
    add = reverse("admin:ingest_mapping_add")

    bad = sender.post(add, {"name": "x", "mapping": '{"time_zone": "Mars/Base"}'})
    assert "There is no time zone" in words(bad.content.decode())
    assert not Mapping.objects.exists()
    sender.post(add, {"name": "x", "mapping": '{"time_zone": "Asia/Seoul"}'})
    row = Mapping.objects.get()
    assert (row.mapping["time_zone"], row.created_by.username) == ("Asia/Seoul", "sender")


def test_who_may_not_send_readings_sees_no_files(client, analyst):
    analyst.is_staff = True
    analyst.save()
    client.force_login(analyst)

    for address in (ADD, "/admin/ingest/upload/", "/admin/ingest/mapping/"):
        assert client.get(address).status_code == 403
    assert "/admin/ingest/" not in client.get("/admin/").content.decode()
