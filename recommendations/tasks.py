"""The work that runs in a task worker."""

from django.tasks import task

from . import advising


@task()
def generate_recommendations(hotspot_id: int) -> int:
    """Write a hotspot's recommendations; safe to run twice. Returns how many were written."""
    return advising.generate(hotspot_id)
