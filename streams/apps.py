from django.apps import AppConfig


class StreamsConfig(AppConfig):
    name = "streams"

    def ready(self) -> None:
        """Name the daily job."""
        from .background import Job, every, jobs
        from .retention import prune

        jobs.append(Job("retention", every(86_400, prune)))
