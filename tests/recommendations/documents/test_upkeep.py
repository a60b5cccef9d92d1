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
from recommendations.documents import parsing, service, upkeep, work
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
    taken_up = fresh(row).heartbeat_at

    assert work.read(row.pk, row.version) == work.NOT_OURS
    assert (fresh(row).status, fresh(row).heartbeat_at) == ("waiting", taken_up)
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


@pytest.fixture
def meanwhile(monkeypatch):
    """A function: what it is given happens while a file is read, and every question is asked."""
    real = parsing.parse
    monkeypatch.setattr(work, "WORD_EVERY", 0)

    def during(happens):
        def parse(kind, content, still_ours):
            happens(still_ours)
            return real(kind, content, still_ours=still_ours)

        monkeypatch.setattr(parsing, "parse", parse)

    return during


def test_a_reader_at_work_is_not_taken_for_dead(analyst, meanwhile):
    row = upload(analyst)
    DBTaskResult.objects.update(status="RUNNING")
    taken_up = []

    def slowly(still_ours):
        Document.objects.update(heartbeat_at=timezone.now() - 2 * LEASE)
        assert still_ours()
        taken_up.append(resume_documents(timezone.now()))

    meanwhile(slowly)
    assert work.read(row.pk, row.version) == "draft"
    assert taken_up == [0]
    assert fresh(row).attempts == 1


def test_a_reader_says_at_its_start_that_it_is_at_work(analyst, meanwhile):
    row = upload(analyst)
    DBTaskResult.objects.update(status="RUNNING")
    Document.objects.update(heartbeat_at=timezone.now() - 2 * LEASE)
    taken_up = []

    meanwhile(lambda _: taken_up.append(resume_documents(timezone.now())))
    work.read(row.pk, row.version)
    assert taken_up == [0]


def test_a_reader_learns_that_its_document_was_taken_up_by_another(analyst, meanwhile):
    row = upload(analyst)
    DBTaskResult.objects.update(status="RUNNING")
    answers = []

    def lost(still_ours):
        assert resume_documents(later()) == 1
        answers.append(still_ours())

    meanwhile(lost)
    assert work.read(row.pk, row.version) == work.NOT_OURS
    assert answers == [False]
    assert (fresh(row).status, fresh(row).sections) == ("waiting", [])
    assert not row.history.filter(status="draft").exists()


def test_what_was_read_of_a_document_that_was_taken_up_meanwhile_is_not_written(
    analyst, meanwhile, monkeypatch
):
    row = upload(analyst)
    DBTaskResult.objects.update(status="RUNNING")

    def lost_between_two_questions(_):
        assert resume_documents(later()) == 1
        monkeypatch.setattr(work, "WORD_EVERY", 60)  # the next one comes too late

    meanwhile(lost_between_two_questions)
    assert work.read(row.pk, row.version) == work.NOT_OURS
    assert fresh(row).status == "waiting"
