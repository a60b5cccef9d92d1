from django.apps import AppConfig


class HotspotsConfig(AppConfig):
    name = "hotspots"

    def ready(self) -> None:
        """Connect the signals, and do beside the server what no reading brings about."""
        from streams.background import Job, every, jobs

        from . import signals  # noqa: F401

        jobs.append(Job("silent feeds", every(SILENCE_CHECK_SECONDS, look_for_silent_feeds)))
        jobs.append(Job("silences", every(SILENCE_ROUND_SECONDS, hide_and_release)))
        jobs.append(Job("hours", every(ROLL_UP_SECONDS, roll_up_hours)))
        jobs.append(Job("stale hours", every(MEND_SECONDS, mend_hours)))
        jobs.append(Job("old readings", every(PRUNE_SECONDS, prune_readings), keeps_not_all))
        jobs.append(Job("updates", every(UPDATE_CHECK_SECONDS, bring_rows_up_to_date)))


SILENCE_CHECK_SECONDS = 30.0
SILENCE_ROUND_SECONDS = 5.0
UPDATE_CHECK_SECONDS = 1.0
ROLL_UP_SECONDS, MEND_SECONDS = 600.0, 60.0
PRUNE_SECONDS = 3600.0


def look_for_silent_feeds() -> None:
    """Open a hotspot for each feed that fell silent."""
    from django.utils import timezone

    from .silent_feeds import check_silence

    check_silence(timezone.now())


def hide_and_release() -> None:
    """Hide what a silence began to cover, and release what none does any more."""
    from django.utils import timezone

    from .silences.silencing import apply_silences

    apply_silences(timezone.now())


def bring_rows_up_to_date() -> None:
    """Write the hotspots whose update had to wait."""
    from django.utils import timezone

    from .updates import flush_pending

    flush_pending(timezone.now())


def roll_up_hours() -> None:
    """Add up days that are over, for charts."""
    from .measurements.rollup import roll_up

    roll_up()


def mend_hours() -> None:
    """Add up again where late readings came."""
    from .measurements.rollup import mend

    mend()


def keeps_not_all() -> bool:
    """Whether readings are to be forgotten at all."""
    from django.conf import settings

    return settings.MEASUREMENTS_RETENTION_DAYS > 0


def prune_readings() -> None:
    """Forget readings that are past their time, so many at most."""
    from .measurements.retention import ROUND_ROWS, prune

    prune(most=ROUND_ROWS)
