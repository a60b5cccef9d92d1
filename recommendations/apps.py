import threading

from django.apps import AppConfig
from django.conf import settings


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        """Connect the signals, follow hotspots, and work beside the server."""
        from hotspots.services import followers
        from streams.background import Job, jobs

        from . import services, signals  # noqa: F401

        if services.follow not in followers:
            followers.append(services.follow)
        jobs.append(Job("tasks", run_tasks))


def run_tasks(stop: threading.Event) -> None:
    """Run the tasks when embedded; their upkeep in any case."""
    from .worker import run_embedded_worker, run_upkeep

    run = run_embedded_worker if settings.EMBEDDED_WORKER else run_upkeep
    run(stop)
