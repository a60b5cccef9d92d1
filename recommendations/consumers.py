"""The socket of recommendations."""

from streams.consumers import StreamConsumer


class RecommendationConsumer(StreamConsumer):
    """Sends every change of a recommendation."""

    stream = "recommendations"
