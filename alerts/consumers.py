"""The socket of alerts."""

from streams.consumers import StreamConsumer


class AlertConsumer(StreamConsumer):
    """Sends every change of a alert."""

    stream = "alerts"
