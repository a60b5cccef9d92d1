from django.apps import AppConfig


class HotspotsConfig(AppConfig):
    name = "hotspots"

    def ready(self) -> None:
        """Connect the signals."""
        from . import signals  # noqa: F401
