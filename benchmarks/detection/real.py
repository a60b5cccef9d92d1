"""What the engine opens on real data: a year of a steel plant, twenty days of the US grid.

::

    python -m benchmarks.detection.real

Pure: every series through ``engine.observe``, no database. Prints the hotspots by rule, severity
and reason, the share of readings that open one, whether the known errors of the grid's feed are
doubted and not learned, and which public holidays opened something; then what a calendar would
have changed.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from benchmarks.detection import data
from benchmarks.detection.calendars import LearnedCalendar, NamedCalendar
from benchmarks.detection.candidates import Candidate
from hotspots.detection import engine
from hotspots.detection.episode import SeriesState
from hotspots.detection.findings import REASONS, RULES
from hotspots.detection.ladder import Rules, Severity
from hotspots.detection.lifecycle import Change
from hotspots.detection.rex import WARM_UP
from hotspots.detection.slots import DAY

BOUND_PERCENT = 0.5
#: Errors that stand in EIA form 930 as published: series, time, and about what was expected.
FEED_ERRORS = {
    ("SWPP demand", "2023-06-13T02:00+00:00"): "3,621,097 MWh for about 33,000",
    ("SRP demand", "2023-06-11T06:00+00:00"): "38,020 MWh for about 4,200",
    ("PNM demand", "2023-06-15T10:00+00:00"): "49 MWh for about 1,300",
}
#: Public holidays of South Korea in 2018, by the Presidential Decree on Holidays of Government
#: Offices with its substitutes; 1 May is one for employees, by the Designation of Workers' Day Act.
#: Lunar New Year fell on 16 February, Chuseok on 24 September.
KOREA = {
    date(2018, 1, 1): "New Year",
    date(2018, 2, 15): "Lunar New Year", date(2018, 2, 16): "Lunar New Year",
    date(2018, 2, 17): "Lunar New Year", date(2018, 3, 1): "Independence Movement Day",
    date(2018, 5, 1): "Labour Day", date(2018, 5, 5): "Children's Day",
    date(2018, 5, 7): "Children's Day, substitute", date(2018, 5, 22): "Buddha's Birthday",
    date(2018, 6, 6): "Memorial Day", date(2018, 6, 13): "local elections",
    date(2018, 8, 15): "Liberation Day", date(2018, 9, 23): "Chuseok",
    date(2018, 9, 24): "Chuseok", date(2018, 9, 25): "Chuseok",
    date(2018, 9, 26): "Chuseok, substitute", date(2018, 10, 3): "National Foundation Day",
    date(2018, 10, 9): "Hangul Day", date(2018, 12, 25): "Christmas Day",
}  # fmt: skip
#: The only federal holiday (5 U.S.C. 6103) within the two periods, 10-20 July 2021 and
#: 10-20 June 2023; a Monday.
USA = {date(2023, 6, 19): "Juneteenth"}


class Opening(NamedTuple):
    """A reading that opened a hotspot."""

    series: str
    at: float
    local: datetime
    rule: str
    reason: str
    severity: str
    side: int


class Outcome(NamedTuple):
    """What became of one file: openings and re-openings, and the worst severity of each row."""

    readings: int
    warm: int
    openings: list[Opening]
    reopened: int
    escalated: int


def main() -> None:
    """Print everything for both files."""
    for name, holidays in (("steel", KOREA), ("grid", USA)):
        series = data.events(name)
        outcome = run(series)
        print_outcome(name, series, outcome)
        if name == "grid":
            print_feed_errors(series, outcome)
        print_holidays(outcome, holidays)
        print_calendars(series, set(holidays))
        print()


def run(series: list[data.Series]) -> Outcome:
    """Every series through the engine, in order of its readings."""
    openings: list[Opening] = []
    kinds: Counter[str] = Counter()
    rules = Rules()
    for one in series:
        state = SeriesState()
        for t, x in zip(one.times, one.values, strict=True):
            changes = engine.observe(state, t, x, rules, one.offset)[1]
            kinds.update(change.kind for change in changes)
            openings += [opening(one, change) for change in changes if change.kind == "opened"]
    readings = sum(len(one.times) for one in series)
    warm = sum(max(0, len(one.times) - WARM_UP[0]) for one in series)
    return Outcome(readings, warm, openings, kinds["reopened"], kinds["escalated"])


def opening(one: data.Series, change: Change) -> Opening:
    """What opened, with the wall clock's time."""
    finding = change.finding
    assert finding is not None
    return Opening(
        one.name, change.at, local_time(one, change.at), RULES[finding.rule],
        REASONS[finding.reason], Severity(change.severity).name.lower(), finding.side,
    )  # fmt: skip


def local_time(one: data.Series, at: float) -> datetime:
    """A moment on the series' wall clock."""
    return datetime.fromtimestamp(at + one.offset, UTC).replace(tzinfo=None)


def print_outcome(name: str, series: list[data.Series], outcome: Outcome) -> None:
    """How many hotspots, of what rule, severity, reason and side."""
    count = len(outcome.openings)
    opened = count + outcome.reopened
    print(f"== {name}: {len(series)} series, {outcome.readings:,} readings")
    print(f"hotspots {count}, re-opened {outcome.reopened}, escalated {outcome.escalated}")
    share, warm = 100 * opened / outcome.readings, 100 * opened / outcome.warm
    print(f"share of readings that open or re-open one: {share:.3f} %, {warm:.3f} % of those after")
    print(f"each series' first {WARM_UP[0]} (bound {BOUND_PERCENT} %)")
    for title, of in (
        ("rule", [one.rule for one in outcome.openings]),
        ("severity", [one.severity for one in outcome.openings]),
        ("reason", [one.reason for one in outcome.openings]),
        ("side", ["high" if one.side > 0 else "low" for one in outcome.openings]),
    ):
        print(f"  by {title:9s}{counted(of)}")
    both = Counter((one.rule, one.severity, one.reason) for one in outcome.openings)
    for (rule, severity, reason), number in sorted(both.items()):
        print(f"    {rule:14s}{severity:10s}{reason:14s}{number:5d}")


def counted(names: Iterable[str]) -> str:
    """Each name with how often it came, the most frequent first."""
    return ", ".join(f"{name} {number}" for name, number in Counter(names).most_common())


def print_feed_errors(series: list[data.Series], outcome: Outcome) -> None:
    """Whether each known error is doubted, and whether it was kept out of what is learned."""
    print("known errors of the feed:")
    found = {(one.series, one.at): one for one in outcome.openings}
    for (name, time), what in FEED_ERRORS.items():
        at = datetime.fromisoformat(time).timestamp()
        one = next(one for one in series if one.name == name)
        doubted = found.get((name, at))
        verdict = f"{doubted.rule}, {doubted.reason}" if doubted else "no hotspot of its own"
        print(f"  {name} {time[:13]}h, {what}: {verdict}; {learned(one, at)}")


def learned(one: data.Series, at: float) -> str:
    """Whether the reading of a moment moved what the detector remembers."""
    state, rules = SeriesState(), Rules()
    for t, x in zip(one.times, one.values, strict=True):
        before = state.rex.n, state.rex.mean
        engine.observe(state, t, x, rules, one.offset)
        if t == at:
            return "not learned" if (state.rex.n, state.rex.mean) == before else "LEARNED"
    return "no such reading"


def print_holidays(outcome: Outcome, holidays: dict[date, str]) -> None:
    """Which holidays opened something, and what share of all openings they are."""
    anomalies = [one for one in outcome.openings if one.rule == "anomaly"]
    by_day = Counter(one.local.date() for one in anomalies)
    near = {day + timedelta(step) for day in holidays for step in (-1, 1)} - set(holidays)
    on, beside = (sum(by_day[day] for day in days) for days in (holidays, near))
    print(f"public holidays: {on} of {len(anomalies)} anomalies, {beside} more on days beside one")
    named = {**holidays, **{day: "(beside one)" for day in near if by_day[day]}}
    for day, name in sorted(named.items()):
        print(f"  {day} {day:%A}".ljust(24) + f"{name:32s}{by_day[day] or '-':>4}")


def print_calendars(series: list[data.Series], holidays: set[date]) -> None:
    """Readings at or above the threshold with and without a calendar, in all and on holidays."""
    print("scores at the threshold after two days: in all, on holidays")
    for title, candidate in (
        ("no calendar", Candidate()),
        (
            "named holidays as weekends",
            Candidate(calendar=lambda: NamedCalendar(lambda year: holidays)),
        ),
        ("learned from the morning", Candidate(calendar=LearnedCalendar)),
    ):
        days = [
            local_time(one, t).date()
            for one in series
            for t, score in zip(
                one.times, candidate.scores(one.times, one.values, one.offset), strict=True
            )
            if score >= Rules().threshold and t - one.times[0] >= 2 * DAY
        ]
        print(f"  {title:28s}{len(days):6d}{sum(day in holidays for day in days):6d}")


if __name__ == "__main__":
    print(data.missing()) if data.missing() else main()
