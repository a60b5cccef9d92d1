from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"

    def ready(self) -> None:
        """Connect the signals, and follow hotspots."""
        from hotspots.services import followers

        from . import services, signals  # noqa: F401

        if services.follow not in followers:
            followers.append(services.follow)
