"""Feeds for the engine's tests: readings with a daily rhythm, and what they lead to."""

from math import pi, sin
from random import Random

from hotspots.detection import engine
from hotspots.detection.episode import SeriesState
from hotspots.detection.ladder import Rules

HOUR = 3_600.0
DAY = 24 * HOUR
#: a Monday, 00:00 UTC
START = 1_767_571_200.0


def rhythm(hour):
    """The value of an hour: a daily wave around 100 with a little noise."""
    return 100 + 30 * sin(hour * pi / 12) + noise(hour, 3)


def noise(hour, width):
    """A number between -width and width that depends on the hour alone."""
    return Random(f"noise-{hour}").uniform(-width, width)  # noqa: S311 - no secret


class Feed:
    """One series under watch: hands readings over and keeps what came of them."""

    def __init__(self, rules=None, targets=None, step=HOUR):
        self.state = SeriesState()
        self.rules = rules or Rules()
        self.targets = targets or {}
        self.step = step
        self.hour = 0
        self.changes = []

    @property
    def now(self):
        return START + self.hour * self.step

    def send(self, value):
        """Hand over the next reading; returns what it changed."""
        self.hour += 1
        result, changes = engine.observe(
            self.state, self.now, value, self.rules, targets=self.targets
        )
        self.result = result
        self.changes += changes
        return changes

    def usual(self, count):
        """Hand over readings of the usual rhythm."""
        return [change for _ in range(count) for change in self.send(self.usual_value())]

    def usual_value(self):
        """What the next reading would usually be."""
        return rhythm(self.hour + 1)

    def kinds(self):
        return [change.kind for change in self.changes]


def trained(days=21, **options):
    """A feed whose rhythm is known and that has no episode."""
    feed = Feed(**options)
    feed.usual(days * 24)
    feed.changes.clear()
    feed.state.rex.peak = 0.0
    engine.lifecycle.forget(feed.state)
    return feed
