from django.apps import AppConfig


class HotspotsConfig(AppConfig):
    name = "hotspots"

    def ready(self) -> None:
        """Connect the signals, and do beside the server what no reading brings about."""
        from streams.background import Job, every, jobs

        from . import signals  # noqa: F401

        jobs.append(Job("silence", every(SILENCE_CHECK_SECONDS, look_for_silence)))
        jobs.append(Job("updates", every(UPDATE_CHECK_SECONDS, bring_rows_up_to_date)))


SILENCE_CHECK_SECONDS = 30.0
UPDATE_CHECK_SECONDS = 1.0


def look_for_silence() -> None:
    """Open a hotspot for each feed that fell silent."""
    from django.utils import timezone

    from .silent_feeds import check_silence

    check_silence(timezone.now())


def bring_rows_up_to_date() -> None:
    """Write the hotspots whose update had to wait."""
    from django.utils import timezone

    from .updates import flush_pending

    flush_pending(timezone.now())
