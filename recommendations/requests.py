"""Ask for recommendations, and see to it that every request is answered in the end.

The task queue neither retries nor notices a dead worker: ``sweep`` does. What it decides from is
in the database only (hotspots that wait, rows of tasks), so any process may run it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from hotspots.models import Hotspot
from streams.events import batch

from .advising import give_up
from .tasks import generate_recommendations

MAX_ATTEMPTS = 5
#: A request younger than this is not looked at: its task is just being enqueued or run.
GRACE = timedelta(seconds=10)
#: A task that runs longer than this has lost its worker.
LEASE = timedelta(seconds=60)
SWEEP_SIZE = 200
FINISHED_KEPT = timedelta(days=7)


def request(hotspots: Iterable[Hotspot]) -> int:
    """Enqueue a task for each hotspot that waits for advice, in the caller's transaction.

    Returns:
        The number of tasks enqueued.
    """
    waiting = [hotspot.pk for hotspot in hotspots if hotspot.advice == Hotspot.Advice.PENDING]
    for pk in waiting:
        generate_recommendations.enqueue(pk)
    return len(waiting)


def sweep(at: datetime, *, grace: timedelta = GRACE, lease: timedelta = LEASE) -> int:
    """Enqueue again what was lost or failed; give up after ``MAX_ATTEMPTS``.

    Running it twice, or in several processes at once, enqueues nothing twice; even a task that
    was only thought lost writes nothing a second time.

    Args:
        at: the clock's time.
        grace: leave requests alone that are younger than this.
        lease: how long a task may run.

    Returns:
        The number of hotspots that it did something about.
    """
    waiting = Hotspot.objects.filter(
        advice=Hotspot.Advice.PENDING, created_at__lte=at - grace
    ).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:SWEEP_SIZE])
    tasks = _tasks_of(ids)
    lost = [pk for pk in ids if not _is_under_way(tasks[pk], at, lease)]
    return sum(_ask_again(pk, at, lease) for pk in lost)


def prune(at: datetime) -> int:
    """Delete the rows of tasks that succeeded long ago."""
    done = DBTaskResult.objects.successful().filter(
        task_path=generate_recommendations.module_path, finished_at__lt=at - FINISHED_KEPT
    )
    return done.delete()[0]


def _ask_again(hotspot_id: int, at: datetime, lease: timedelta) -> bool:
    with batch():
        rows = Hotspot.objects.with_names().select_for_update(
            no_key=True, skip_locked=True, of=("self",)
        )
        hotspot = rows.filter(pk=hotspot_id, advice=Hotspot.Advice.PENDING).first()
        if hotspot is None:
            return False  # answered meanwhile, or somebody else is at it
        tasks = _tasks_of([hotspot_id])[hotspot_id]  # again, now that nobody else enqueues
        if _is_under_way(tasks, at, lease):
            return False
        attempts = _failed_since_success(tasks)
        if attempts >= MAX_ATTEMPTS:
            give_up(hotspot, _last_error(tasks))
            return True
        wait = timedelta(seconds=2**attempts) if attempts else timedelta()
        generate_recommendations.using(run_after=at + wait).enqueue(hotspot_id)
    return True


def _tasks_of(hotspot_ids: Sequence[int]) -> dict[int, list[DBTaskResult]]:
    """Return the tasks of each hotspot, oldest first."""
    tasks: dict[int, list[DBTaskResult]] = {pk: [] for pk in hotspot_ids}
    rows = DBTaskResult.objects.filter(
        task_path=generate_recommendations.module_path,
        args_kwargs__args__0__in=list(hotspot_ids),
    )
    for row in rows.order_by("enqueued_at"):
        tasks[row.args_kwargs["args"][0]].append(row)
    return tasks


def _is_under_way(tasks: list[DBTaskResult], at: datetime, lease: timedelta) -> bool:
    return any(
        task.status == TaskResultStatus.READY
        or (task.status == TaskResultStatus.RUNNING and task.started_at > at - lease)
        for task in tasks
    )


def _failed_since_success(tasks: list[DBTaskResult]) -> int:
    """Count the attempts of this request; one that never ended counts as failed."""
    attempts = 0
    for task in tasks:
        attempts = 0 if task.status == TaskResultStatus.SUCCESSFUL else attempts + 1
    return attempts


def _last_error(tasks: list[DBTaskResult]) -> str:
    error = tasks[-1].exception_class_path.rpartition(".")[2] or "the worker was lost"
    return f"Gave up after {MAX_ATTEMPTS} attempts: {error}."
