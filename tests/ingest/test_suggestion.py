"""What is found out about a table from its beginning."""

import pytest

from ingest.dialect import find_delimiter, find_encoding
from ingest.inspection import inspect
from ingest.mapping import TableMapping
from ingest.opening import Bounds
from ingest.suggestion import Suggestion, suggest


def look(folder, content):
    path = folder / "table"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return inspect(str(path), Bounds())


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter(mark):
    assert find_delimiter([f"a{mark}b{mark}c\n", *[f"1{mark}2{mark}3\n"] * 5]) == mark


def test_a_decimal_comma_does_not_pass_for_a_delimiter():
    assert find_delimiter(["a;b;c\n", "1,5;2,5;3,5\n", "1,5;2;3\n"]) == ";"


@pytest.mark.parametrize(
    ("start", "encoding"),
    [
        (b"a,b", "utf-8"),
        ("Zürich".encode(), "utf-8"),
        ("Zürich".encode()[:2], "utf-8"),  # a character that is cut
        (b"\xef\xbb\xbfa", "utf-8"),
        ("a,b,c".encode("utf-16"), "utf-16"),
        ("a,b,c".encode("utf-16-le"), "utf-16-le"),
        ("a,b,c".encode("utf-16-be"), "utf-16-be"),
        ("Zürich,Basel".encode("cp1252"), "cp1252"),
    ],
    ids=["plain", "utf-8", "cut", "mark", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
def test_the_encoding(start, encoding):
    assert find_encoding(start) == encoding


def test_a_foreign_table(tmp_path):
    seen = look(tmp_path, "Datum;Werk;Verbrauch_kWh\n31.01.2026 14:30;Süd;1.234,5\n")

    assert seen.columns == ["Datum", "Werk", "Verbrauch_kWh"]
    mapping, doubts = suggest(seen)
    assert doubts == ("no_offset",)
    assert mapping == TableMapping(
        columns={"time": "Datum", "entity": "Werk", "value": "Verbrauch_kWh"},
        delimiter=";",
        decimal=",",
        encoding="utf-8",
        time_format="%d.%m.%Y %H:%M",
    )


def test_our_own_names_need_no_columns(tmp_path):
    seen = look(tmp_path, "entity,metric,value,time,unit\nA,co2e,1.5,2026-01-02T04:00Z,kg\n")

    assert suggest(seen) == Suggestion(TableMapping(delimiter=",", encoding="utf-8"))


def test_a_saved_mapping_that_fits_is_preferred(tmp_path):
    seen = look(tmp_path, "date,Usage_kWh\n2026-01-02T04:00Z,1\n")
    fits = TableMapping(
        columns={"time": "date", "value": "Usage_kWh"},
        constants={"entity": "Plant", "metric": "energy"},
    )
    other = TableMapping(columns={"time": "when"})

    assert suggest(seen, [TableMapping(), other, fits]) == Suggestion(fits)


def test_a_column_that_looks_like_times_is_the_time_whatever_its_name(tmp_path):
    seen = look(tmp_path, "Werk;Nr;Ablesung;Verbrauch\nA;1767326400;1/9/2026 4:00;1\n")

    mapping, doubts = suggest(seen)

    assert (mapping.columns["time"], mapping.time_format) == ("Ablesung", "%d/%m/%Y %H:%M")
    assert doubts == ("day_or_month", "no_offset")


def test_times_that_nobody_knows_are_said_to_be_so(tmp_path):
    seen = look(tmp_path, "time,value\nyesterday,1\ntoday,2\n")

    mapping, doubts = suggest(seen)

    assert (mapping.time_format, doubts) == ("iso", ("unknown_times",))
