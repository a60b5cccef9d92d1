"""Loading in turns: what is stored counts, and nothing twice, whatever happens to a worker."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hotspots.models import Measurement
from ingest import loading, turns
from ingest.models import Upload
from ingest.storage import file_of, rejections_of
from ingest.tasks import load_upload
from ingest.turns import take_turn
from ingest.upload_upkeep import LEASE, MAX_LOST, delete_old, resume_lost

from .uploading import begin, send, table, turn, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(api, ingester):
    return api(ingester)


@pytest.fixture
def short_turns(monkeypatch):
    """Each batch is a turn, and is told."""
    monkeypatch.setattr(turns, "SECONDS", -1.0)
    monkeypatch.setattr(turns, "PER_SECOND_OF_SEARCH", 0)
    monkeypatch.setattr(turns, "SAID_EVERY", 0.0)
    monkeypatch.setattr(turns, "BATCH_SIZE", 10)


def tasks_of(pk):
    rows = DBTaskResult.objects.filter(task_path=load_upload.module_path)
    return [row for row in rows.order_by("enqueued_at") if row.args_kwargs["args"][0] == pk]


def later(seconds=0):
    return timezone.now() + LEASE + timedelta(seconds=seconds)


def test_a_turn_ends_and_leaves_a_task_for_the_next(client, short_turns):
    pk = begin(client, table(25))["id"]

    said = turn(pk)

    upload = Upload.objects.get(pk=pk)
    assert said == "to be continued"
    assert (upload.status, upload.accepted, upload.lines) == ("running", 10, 11)
    assert [task.args_kwargs["args"] for task in tasks_of(pk)] == [[pk, 1], [pk, 2]]
    assert work(pk).accepted == 25
    assert Measurement.objects.count() == 25


def test_a_task_of_an_earlier_turn_does_nothing(client, short_turns):
    pk = begin(client, table(25))["id"]
    turn(pk)
    before = Upload.objects.values().get(pk=pk)

    assert take_turn(pk, 1) == "not mine"

    assert Upload.objects.values().get(pk=pk) == before
    assert Measurement.objects.count() == 10


def test_every_format_goes_on_where_it_was(client, short_turns, tmp_path):
    events = [
        f'{{"entity":"A","metric":"co2e","value":{n},"time":"2026-01-02T04:{n:02}:00Z"}}'
        for n in range(25)
    ]

    pk = begin(client, "\n\n".join(events), "events.ndjson")["id"]

    assert work(pk).accepted == 25
    assert Upload.objects.get(pk=pk).duplicates == 0


def test_rows_over_several_lines_are_counted_in_lines(client, short_turns):
    rows = [f'"A\n{n}",co2e,1,2026-01-02T04:{n:02}:00Z' for n in range(25)]

    upload = work(begin(client, "\n".join(["entity,metric,value,time", *rows]))["id"])

    assert (upload.accepted, upload.duplicates, upload.lines) == (25, 0, 51)


def test_the_rejected_lines_of_all_turns_are_in_one_file(client, short_turns):
    pk = begin(client, table(25).replace("5.5,", "x,"))["id"]

    work(pk)

    answer = client.get(f"/api/uploads/{pk}/errors")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "line,code,detail,entity,metric,value,time"
    assert [line.split(",")[0] for line in lines[1:]] == ["7", "17"]
    assert 'attachment; filename="events-rejected.csv"' in answer["Content-Disposition"]


def test_a_worker_that_died_after_storing_costs_nothing_but_duplicates(client, monkeypatch):
    monkeypatch.setattr(turns, "BATCH_SIZE", 10)
    pk = begin(client, table(25).replace("3.5,", "x,"))["id"]
    die_after(2, monkeypatch)

    with pytest.raises(SystemExit):
        turn(pk)

    assert Upload.objects.get(pk=pk).lines == 0  # it had said nothing yet
    assert Measurement.objects.count() == 18
    monkeypatch.undo()
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    assert resume_lost(later()) == 1
    upload = work(pk)
    assert (upload.status, upload.accepted, upload.duplicates) == ("done", 4, 18)
    assert Measurement.objects.count() == 22
    assert upload.rejected == 3
    assert len(client.get(f"/api/uploads/{pk}/errors").content.splitlines()) == 4


def test_a_lost_worker_is_noticed_once_and_only_when_it_is_silent(client):
    pk = begin(client, table(5))["id"]
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)

    assert resume_lost(timezone.now()) == 0
    assert resume_lost(later()) == 1
    assert resume_lost(later()) == 0
    assert [task.args_kwargs["args"] for task in tasks_of(pk)] == [[pk, 1], [pk, 2]]
    assert take_turn(pk, 1) == "not mine"


def test_a_task_that_waits_for_its_turn_is_left_alone(client):
    pk = begin(client, table(5))["id"]

    assert resume_lost(later(3600)) == 0
    assert len(tasks_of(pk)) == 1


def test_who_is_lost_again_and_again_is_given_up(client):
    pk = begin(client, table(5))["id"]
    for n in range(MAX_LOST + 1):
        DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
        resume_lost(later(3600 * (n + 1)))

    upload = Upload.objects.get(pk=pk)
    assert (upload.status, upload.problem) == (
        "failed",
        "Its worker was lost 5 times after line 0.",
    )
    assert not Measurement.objects.exists()


def test_a_database_that_fails_is_tried_again(client, monkeypatch):
    pk = begin(client, table(5))["id"]

    def fail(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(loading, "ingest", fail)
    with pytest.raises(OperationalError):
        turn(pk)

    monkeypatch.undo()
    assert Upload.objects.get(pk=pk).status == "running"
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED)
    assert resume_lost(later()) == 1
    assert work(pk).accepted == 5


def test_a_fault_of_ours_is_no_secret_and_no_stack_trace(client, monkeypatch, caplog):
    pk = begin(client, table(5))["id"]
    monkeypatch.setattr(loading, "ingest", lambda *args, **kwargs: 1 / 0)

    assert turn(pk) == "failed"

    problem = Upload.objects.get(pk=pk).problem
    assert problem == "Something went wrong on the server; it has been logged."
    assert "ZeroDivisionError" in caplog.text


def test_a_cancelled_upload_stops_and_keeps_what_is_stored(client, short_turns):
    pk = begin(client, table(25))["id"]
    turn(pk)

    row = client.post(f"/api/uploads/{pk}/cancel", {}, format="json").json()

    assert (row["status"], row["accepted"]) == ("cancelled", 10)
    assert take_turn(pk, 2) == take_turn(pk, 3) == "not mine"
    assert Measurement.objects.count() == 10


def test_a_worker_notices_the_cancel_in_the_middle(client, monkeypatch):
    monkeypatch.setattr(turns, "SAID_EVERY", 0.0)
    monkeypatch.setattr(turns, "BATCH_SIZE", 10)
    pk = begin(client, table(55))["id"]
    ingest = loading.ingest

    def cancel_meanwhile(*args, **kwargs):
        if Measurement.objects.count() == 20:
            client.post(f"/api/uploads/{pk}/cancel", {}, format="json")
        return ingest(*args, **kwargs)

    monkeypatch.setattr(loading, "ingest", cancel_meanwhile)

    assert turn(pk) == "not mine"
    assert Measurement.objects.count() == 30
    assert Upload.objects.get(pk=pk).status == "cancelled"


def test_a_file_that_is_not_on_this_machine_says_so(client):
    pk = begin(client, table(5))["id"]
    file_of(Upload.objects.get(pk=pk).stored).unlink()

    assert turn(pk) == "failed"
    assert "the same DATA_DIR/uploads" in Upload.objects.get(pk=pk).problem


def test_old_uploads_and_files_of_none_are_deleted(client, settings):
    old, new = send(client, table(2)).json()["id"], send(client, table(3)).json()["id"]
    month_ago = timezone.now() - timedelta(days=settings.UPLOAD_RETENTION_DAYS + 1)
    Upload.objects.filter(pk=old).update(created_at=month_ago)
    stored = Upload.objects.get(pk=old).stored
    rejections_of(stored).touch()
    orphan = file_of("of-nobody")
    orphan.touch()

    assert delete_old(timezone.now()) == 1
    assert orphan.exists()  # it may be on its way in
    assert delete_old(timezone.now() + timedelta(days=2)) == 0

    assert not any(path.exists() for path in (file_of(stored), rejections_of(stored), orphan))
    assert file_of(Upload.objects.get().stored).exists()
    assert Upload.objects.get().pk == new


def die_after(batches, monkeypatch):
    """Let the process end right after so many batches are stored."""
    ingest, calls = loading.ingest, []

    def store(*args, **kwargs):
        if len(calls) == batches:
            raise SystemExit
        calls.append(1)
        return ingest(*args, **kwargs)

    monkeypatch.setattr(loading, "ingest", store)
