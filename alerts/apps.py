from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"

    def ready(self) -> None:
        """Connect the signals, follow hotspots, and look after storms beside the server."""
        from hotspots.services import followers
        from streams.background import Job, every, jobs

        from . import services, signals  # noqa: F401

        if services.follow not in followers:
            followers.append(services.follow)
        jobs.append(Job("storms", every(STORM_ROUND_SECONDS, look_after_storms)))


STORM_ROUND_SECONDS = 5.0


def look_after_storms() -> None:
    """Bring the alerts of storms up to date."""
    from django.utils import timezone

    from .services import tend_storms

    tend_storms(timezone.now())
