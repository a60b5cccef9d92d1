"""How the times of a table are written is found out from some of them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cells import time_reader
from ingest.mapping import TableMapping, compiled
from ingest.time_forms import TimeForm, find_time_form

BOTH, NAIVE = "day_or_month", "no_offset"


@pytest.mark.parametrize(
    ("cells", "form", "doubts"),
    [
        (["2026-01-02T04:00Z", "2026-01-02T05:00+01:00"], "iso", []),
        (["2026-01-02T04:00Z", "2026-01-02 05:00"], "iso", [NAIVE]),
        (["2026-11-23 04:00:00"], "iso", [NAIVE]),
        (["2026-11-23 4:00"], "%Y-%m-%d %H:%M", [NAIVE]),
        (["2026-11-23 4:00:00.5 +0100"], "%Y-%m-%d %H:%M:%S.%f %z", []),
        (["1767326400"], "epoch_s", []),
        (["1767326400.25"], "epoch_s", []),
        (["1767326400123"], "epoch_ms", []),
        (["01.09.2026 00:00"], "%d.%m.%Y %H:%M", [BOTH, NAIVE]),
        (["01.09.2026 00:00", "13.09.2026 00:00"], "%d.%m.%Y %H:%M", [NAIVE]),
        (["09.01.2026 00:00", "09.13.2026 00:00"], "%m.%d.%Y %H:%M", [NAIVE]),
        (["31/12/2026 23:59"], "%d/%m/%Y %H:%M", [NAIVE]),
        (["01/31/2026 14:30"], "%m/%d/%Y %H:%M", [NAIVE]),
        (["23.11.26 4:00"], "%d.%m.%y %H:%M", [NAIVE]),
        (["31.01.2026 14:30:15"], "%d.%m.%Y %H:%M:%S", [NAIVE]),
        (["31.01.2026, 14:30"], "%d.%m.%Y, %H:%M", [NAIVE]),
        (["1/31/2026 2:30 PM"], "%m/%d/%Y %I:%M %p", [NAIVE]),
        (["2026/01/31"], "%Y/%m/%d", [NAIVE]),
        (["202601311430"], "%Y%m%d%H%M", [NAIVE]),
        (["20260131143015"], "%Y%m%d%H%M%S", [NAIVE]),
        (["n/a", "31.01.2026 14:30", "30.01.2026 14:30"], "%d.%m.%Y %H:%M", [NAIVE]),
    ],
)
def test_the_form_of_times(cells, form, doubts):
    assert find_time_form(cells) == TimeForm(form, tuple(doubts))


@pytest.mark.parametrize("cells", [[], ["yesterday"], ["n/a", "", "31.01.2026"], ["1.5", "2.5"]])
def test_what_is_no_time(cells):
    assert find_time_form(cells) is None


DATES = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y-%m-%d", "%d.%m.%y")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", ", %H:%M", " %H:%M:%S.%f", " %H:%M:%S %z")
PATTERNS = [date + clock for date in DATES for clock in CLOCKS]
START = datetime(1970, 1, 1, tzinfo=UTC)
#: Of years that two digits stand for, and the first has a day that is no month.
MOMENTS = st.lists(
    st.timedeltas(timedelta(), timedelta(days=98 * 365)).map(lambda since: START + since),
    max_size=20,
).map(lambda some: [datetime(2026, 1, 31, 4, tzinfo=UTC), *some])


@given(st.sampled_from(PATTERNS), MOMENTS, st.integers(-14, 14))
def test_what_a_pattern_wrote_is_read_as_it_was(pattern, moments, hours):
    local = [moment.astimezone(timezone(timedelta(hours=hours))) for moment in moments]
    cells = [moment.strftime(pattern) for moment in [local[0].replace(day=31), *local[1:]]]

    found = find_time_form(cells)

    assert found is not None
    assert BOTH not in found.doubts
    assert (NAIVE in found.doubts) == ("%z" not in pattern)
    read = time_reader(compiled(TableMapping(time_format=found.form)))
    told = [datetime.fromisoformat(read(cell)) for cell in cells]
    meant = [datetime.strptime(cell, pattern) for cell in cells]  # noqa: DTZ007 - as written
    assert told == meant


@given(MOMENTS, st.sampled_from([("epoch_s", 1), ("epoch_ms", 1000)]))
def test_counts_since_1970_are_read_as_they_were(moments, kind):
    form, per_second = kind
    recent = [moment.replace(microsecond=0) for moment in moments if moment.year > 1973]
    cells = [str(int(moment.timestamp()) * per_second) for moment in recent]

    assert find_time_form(cells) == TimeForm(form)
    read = time_reader(compiled(TableMapping(time_format=form)))
    assert [datetime.fromisoformat(read(cell)) for cell in cells] == recent
