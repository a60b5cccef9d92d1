"""The work that runs in a task worker."""

from django.tasks import task

#: Below everything else that waits: people wait for recommendations, not for the last row.
PRIORITY = -10


@task(priority=PRIORITY)
def load_upload(upload_id: int, turn: int) -> str:
    """Load the next part of an upload; safe to run twice. Returns how it stands then.

    Args:
        turn: of the upload; a task of another turn does nothing.
    """
    from .turns import take_turn

    return take_turn(upload_id, turn)
