import threading

from django.apps import AppConfig
from django.conf import settings


class IngestConfig(AppConfig):
    name = "ingest"
    verbose_name = "Files"

    def ready(self) -> None:
        """Look after uploads beside the server, and play the demo where it is switched on."""
        from streams.background import Job, before_start, jobs

        before_start.append(prepare_uploads)
        before_start.append(prepare_demo)
        jobs.append(Job("uploads", look_after_uploads))
        jobs.append(Job("demo", run_demo, lambda: settings.DEMO and settings.DEMO_FEED))


def prepare_uploads(host: str) -> None:
    """See ``ingest.upload_jobs``, which is only imported by a server."""
    from . import upload_jobs

    upload_jobs.resume_at_once()


def look_after_uploads(stop: threading.Event) -> None:
    """See ``ingest.upload_jobs``."""
    from . import upload_jobs

    upload_jobs.look_after(stop)


def prepare_demo(host: str) -> None:
    """See ``ingest.demo``, which is only imported by a server."""
    from . import demo

    demo.prepare_demo(host)


def run_demo(stop: threading.Event) -> None:
    """See ``ingest.demo``."""
    from . import demo

    demo.run_demo(stop)
