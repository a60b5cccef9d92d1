from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        """Connect the signals."""
        from . import signals  # noqa: F401
