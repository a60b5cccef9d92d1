"""Documents whose worker died: taken up again, a bounded number of times, with one result."""

import json
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from recommendations import worker
from recommendations.documents import service, upkeep, work
from recommendations.documents.upkeep import LEASE, MAX_ATTEMPTS, resume_documents
from recommendations.models import Document, Playbook
from tests.recommendations.test_crash import DATABASE, ROOT

from .house import REVIEW, about, draft, fresh, upload

pytestmark = pytest.mark.django_db(transaction=True)


def run_killed_worker(doing):
    database = json.dumps({name: str(connection.settings_dict[name]) for name in DATABASE})
    module = "tests.recommendations.documents.killed_reader"
    command = [sys.executable, "-m", module, database, doing]
    return subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode


def later():
    """A moment at which whoever said nothing since is taken for dead."""
    return timezone.now() + LEASE + timedelta(seconds=1)


def test_a_reader_killed_in_the_middle_is_done_again_once(analyst):
    row = upload(analyst)

    assert run_killed_worker("read") == -signal.SIGKILL
    assert fresh(row).status == "waiting"
    assert resume_documents(timezone.now()) == 0  # it may be alive

    assert resume_documents(later()) == 1
    assert resume_documents(later()) == 0  # its task waits
    worker.run_waiting_tasks()

    assert fresh(row).status == "draft"
    told = [(one.status, one.history_change_reason) for one in row.history.order_by("history_id")]
    assert told == [("waiting", "admin"), ("waiting", "upkeep"), ("draft", "worker")]


def test_a_reader_that_was_only_thought_dead_writes_nothing(analyst):
    row = upload(analyst)
    assert resume_documents(later()) == 0  # its task only waits for its turn
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    assert resume_documents(later()) == 1

    assert work.read(row.pk, row.version) == work.NOT_OURS
    assert fresh(row).status == "waiting"
    worker.run_waiting_tasks()
    assert fresh(row).status == "draft"
    assert row.history.filter(status="draft").count() == 1


def test_a_document_that_kills_every_reader_is_given_up(analyst):
    row = upload(analyst)
    for _ in range(MAX_ATTEMPTS):
        DBTaskResult.objects.update(status="RUNNING")
        assert resume_documents(later()) == 1
        Document.objects.update(heartbeat_at=timezone.now())
        DBTaskResult.objects.update(status="RUNNING")

    Document.objects.filter(status="waiting").update(heartbeat_at=timezone.now())
    resume_documents(later())
    row = fresh(row)
    assert (row.status, row.problem_code) == ("refused", upkeep.GAVE_UP)
    assert "lost 3 times" in row.problem
    assert resume_documents(later()) == 0


@pytest.mark.usefixtures("playbooks", "few_situations")
def test_a_worker_killed_while_it_prepares_is_done_again(approver):
    row = draft(approver)
    service.save_review(row.pk, REVIEW, **about(approver))
    service.mark_reviewed(row.pk, **about(approver))
    DBTaskResult.objects.exclude(task_path__contains="prepare").delete()

    assert run_killed_worker("prepare") == -signal.SIGKILL
    assert fresh(row).preview is None
    assert not Playbook.objects.filter(slug="our-air").exists()
    assert resume_documents(later()) == 1
    worker.run_waiting_tasks()

    assert fresh(row).status == "reviewed"
    assert fresh(row).preview["situations"]["asked"] == 3
    assert not Playbook.objects.filter(slug="our-air").exists()


def test_a_preparation_that_is_lost_again_and_again_is_a_draft_again(approver):
    row = draft(approver)
    service.save_review(row.pk, REVIEW, **about(approver))
    service.mark_reviewed(row.pk, **about(approver))
    Document.objects.update(attempts=MAX_ATTEMPTS)
    DBTaskResult.objects.update(status="RUNNING")

    assert resume_documents(later()) == 1
    assert (fresh(row).status, fresh(row).problem_code) == ("draft", "gave_up")


def test_a_round_of_the_worker_does_this(analyst, monkeypatch):
    row = upload(analyst)
    DBTaskResult.objects.update(status="RUNNING")
    Document.objects.update(heartbeat_at=timezone.now() - 2 * LEASE)

    worker.Upkeep().run(timezone.now())

    assert fresh(row).attempts == 2


def test_old_notes_of_the_queue_are_deleted(analyst):
    upload(analyst)
    old = timezone.now() - upkeep.TASKS_KEPT - timedelta(hours=1)
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=old)

    assert upkeep.prune_document_tasks(timezone.now()) == 1
