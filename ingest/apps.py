import threading

from django.apps import AppConfig
from django.conf import settings


class IngestConfig(AppConfig):
    name = "ingest"

    def ready(self) -> None:
        """Play the demo beside the server, where it is switched on."""
        from streams.background import Job, before_start, jobs

        before_start.append(prepare_demo)
        jobs.append(Job("demo", run_demo, lambda: settings.DEMO and settings.DEMO_FEED))


def prepare_demo(host: str) -> None:
    """See ``ingest.demo``, which is only imported by a server."""
    from . import demo

    demo.prepare_demo(host)


def run_demo(stop: threading.Event) -> None:
    """See ``ingest.demo``."""
    from . import demo

    demo.run_demo(stop)
