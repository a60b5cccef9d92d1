"""Which readings are comparable: slots of the week, or of the year for slow series.

A slot is found by arithmetic on local epoch seconds (UTC seconds plus the zone's offset):
building a ``datetime`` for every reading would cost more than the detector itself.
"""

from time import gmtime

HOUR = 3_600.0
DAY = 86_400.0

#: Kinds of slots: hours of weekdays and weekends, weekdays, months.
HOURS, WEEKDAYS, MONTHS = 0, 1, 2
SIZE = 48

DAILY_INTERVAL = 20 * HOUR
MONTHLY_INTERVAL = 20 * DAY

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def kind_for(interval: float) -> int:
    """The kind of slots for readings that come every ``interval`` seconds."""
    if interval < DAILY_INTERVAL:
        return HOURS
    return WEEKDAYS if interval <= MONTHLY_INTERVAL else MONTHS


def weekday(local: float) -> int:
    """Monday = 0. The epoch's first day was a Thursday."""
    return (int(local // DAY) + 3) % 7


def slot_of(local: float, kind: int) -> int:
    """The slot of a moment.

    Args:
        local: seconds since 1970 on the entity's wall clock.
        kind: ``HOURS``, ``WEEKDAYS`` or ``MONTHS``.

    Returns:
        0-23 for the hours of weekdays and 24-47 for those of weekends; 0-6; or 0-11.
    """
    if kind == HOURS:
        hour = int(local % DAY // HOUR)
        return hour if weekday(local) < 5 else hour + 24
    return weekday(local) if kind == WEEKDAYS else gmtime(local).tm_mon - 1


def month(local: float) -> int:
    """The number of a moment's month, counted over the years."""
    moment = gmtime(local)
    return moment.tm_year * 12 + moment.tm_mon


def comparable(kind: int, slot: int) -> str:
    """The readings of a slot, in words: ``weekdays at 09 h``, ``Mondays``, ``March``."""
    if kind == HOURS:
        return f"{'weekdays' if slot < 24 else 'weekends'} at {slot % 24:02d} h"
    return f"{WEEKDAY_NAMES[slot]}s" if kind == WEEKDAYS else MONTH_NAMES[slot]


def norm(kind: int) -> str:
    """What a slot's mean is called."""
    return ("hourly norm", "weekday norm", "monthly norm")[kind]


def label(kind: int, slot: int) -> str:
    """One slot's name: ``weekday 09 h``, ``Monday``, ``March``."""
    if kind == HOURS:
        return f"{'weekday' if slot < 24 else 'weekend'} {slot % 24:02d} h"
    return WEEKDAY_NAMES[slot] if kind == WEEKDAYS else MONTH_NAMES[slot]
