"""Calendars that were tried: days that are taken for a weekend's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from hotspots.detection import rex
from hotspots.detection.slots import DAY, HOURS, slot_of, weekday


def us_holidays(year: int) -> set[date]:
    """Federal holidays by 5 U.S.C. 6103(a), on the day itself."""

    def nth(month: int, day: int, number: int) -> date:
        first = date(year, month, 1)
        return first + timedelta((day - first.weekday()) % 7 + 7 * (number - 1))

    memorial = max(d for d in (nth(5, 0, 4), nth(5, 0, 5)) if d.month == 5)
    return {
        date(year, 1, 1), nth(1, 0, 3), nth(2, 0, 3), memorial, date(year, 7, 4), nth(9, 0, 1),
        nth(10, 0, 2), date(year, 11, 11), nth(11, 3, 4), date(year, 12, 25),
    } | ({date(year, 6, 19)} if year >= 2021 else set())  # fmt: skip


class NoCalendar:
    """Every day is what its weekday says."""

    def shift(self, memory: rex.Rex, t: float, x: float) -> float:
        """Seconds to add so that the reading falls into the slots of another day."""
        return 0.0


class NamedCalendar(NoCalendar):
    """Named holidays have the slots of a weekend."""

    def __init__(self, holidays: Callable[[int], set[date]] = us_holidays) -> None:
        self.holidays = holidays
        self.years: dict[int, set[date]] = {}

    def shift(self, memory: rex.Rex, t: float, x: float) -> float:
        day = datetime.fromtimestamp(t, UTC).date()
        named = self.years.setdefault(day.year, self.holidays(day.year))
        return days_to_saturday(t) if day in named else 0.0


class LearnedCalendar(NoCalendar):
    """A weekday on which so far the weekend's slots did better than its own is taken for one."""

    def __init__(self, *, after: int = 6, ratio: float = 0.5) -> None:
        self.after, self.ratio = after, ratio
        self.day, self.count, self.usual, self.weekend = -1, 0, 0.0, 0.0

    def shift(self, memory: rex.Rex, t: float, x: float) -> float:
        if weekday(t) >= 5 or memory.kind != HOURS:
            return 0.0
        slot, day = slot_of(t, HOURS), int(t // DAY)
        if day != self.day:
            self.day, self.count, self.usual, self.weekend = day, 0, 0.0, 0.0
        is_holiday = self.count >= self.after and self.weekend < self.ratio * self.usual
        if memory.counts[slot] and memory.counts[slot + 24]:
            self.count += 1
            self.usual += abs(x - rex.base(memory, slot))
            self.weekend += abs(x - rex.base(memory, slot + 24))
        return days_to_saturday(t) if is_holiday else 0.0


def days_to_saturday(t: float) -> float:
    """Seconds from a moment to the same hour of the Saturday of its week."""
    return (5 - weekday(t)) * DAY
