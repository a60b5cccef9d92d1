"""The work on documents that runs in a task worker."""

from django.tasks import task

#: Below the recommendations that people wait for.
PRIORITY = -5


@task(priority=PRIORITY)
def read_document(document_id: int, version: int) -> str:
    """Read an uploaded document; safe to run twice. Returns how it stands then.

    Args:
        version: of the row; a task of another version does nothing.
    """
    from .work import read

    return read(document_id, version)


@task(priority=PRIORITY)
def prepare_document(document_id: int, version: int) -> str:
    """Make a reviewed document's embeddings and its preview; see ``read_document``."""
    from .work import prepare

    return prepare(document_id, version)
