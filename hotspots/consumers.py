"""The socket of hotspots."""

from streams.consumers import StreamConsumer


class HotspotConsumer(StreamConsumer):
    """Sends every change of a hotspot."""

    stream = "hotspots"
