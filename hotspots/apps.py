from django.apps import AppConfig


class HotspotsConfig(AppConfig):
    name = "hotspots"

    def ready(self) -> None:
        """Connect the signals, and look for silent feeds beside the server."""
        from streams.background import Job, every, jobs

        from . import signals  # noqa: F401

        jobs.append(Job("silence", every(SILENCE_CHECK_SECONDS, look_for_silence)))


SILENCE_CHECK_SECONDS = 30.0


def look_for_silence() -> None:
    """Open a hotspot for each feed that fell silent."""
    from django.utils import timezone

    from .silent_feeds import check_silence

    check_silence(timezone.now())
