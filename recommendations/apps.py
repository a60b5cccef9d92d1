from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        """Connect the signals, and follow hotspots."""
        from hotspots.services import followers

        from . import services, signals  # noqa: F401

        if services.follow not in followers:
            followers.append(services.follow)
