from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"

    def ready(self) -> None:
        """Connect the signals."""
        from . import signals  # noqa: F401
