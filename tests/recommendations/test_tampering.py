"""Whatever is done to the history past the program is found, each at its place."""

import pytest

from recommendations.models import ChainHead, HistoryLink, Recommendation
from tests.factories import AT
from tests.recommendations.tampering import codes, copy_record, sql, verify

pytestmark = pytest.mark.django_db


def found_one(code, **where):
    """The one finding of a check."""
    status, findings, summary = verify()
    assert (status, summary["ok"], codes(findings)) == (1, False, [code])
    assert {name: findings[0].get(name) for name in where} == where
    return findings[0]["detail"]


def test_a_field_changed_in_a_record_before_others(rows, records):
    sql("UPDATE {records} SET note = %s WHERE history_id = %s", "Fine.", records[1])
    found_one("record_changed", position=2, record=records[1], recommendation=rows[1].pk)
    sql("UPDATE {records} SET note = %s WHERE history_id = %s", "", records[1])
    assert verify()[0] == 0

    sql("UPDATE {records} SET playbook = %s WHERE history_id = %s", "z", records[1])
    assert "playbook." in found_one("record_changed", position=2)


@pytest.mark.parametrize("column", ["title", "confidence", "citations", "created_at", "four_eyes"])
def test_any_field_of_a_record_counts(rows, records, column):
    value = {"confidence": 0.71, "citations": '[{"quote": "x"}]', "created_at": AT.isoformat(),
             "four_eyes": True}.get(column, "Other")  # fmt: skip
    sql(
        "UPDATE {records} SET {column} = %s WHERE history_id = %s", value, records[4], column=column
    )

    assert column in found_one("record_changed", position=5, recommendation=rows[1].pk)


@pytest.mark.parametrize(
    ("column", "value"),
    [("history_user_id", None), ("history_change_reason", "admin"), ("history_type", "+")],
)
def test_who_and_from_where_count(records, column, value):
    sql(
        "UPDATE {records} SET {column} = %s WHERE history_id = %s", value, records[4], column=column
    )

    found_one("record_changed", position=5)


def test_when_counts(records):
    sql("UPDATE {records} SET history_date = %s WHERE history_id = %s", AT.isoformat(), records[4])
    found_one("record_changed", position=5)


def test_a_last_record_changed_together_with_its_row(rows, records):
    """The row says what the record says: only the digest knows better."""
    sql("UPDATE {rows} SET note = 'Never.' WHERE id = %s", rows[0].pk)
    sql("UPDATE {records} SET note = 'Never.' WHERE history_id = %s", records[3])

    found_one("record_changed", position=4, recommendation=rows[0].pk)


def test_a_field_changed_in_a_row(rows, records):
    sql("UPDATE {rows} SET note = 'Never.', cost = 'low' WHERE id = %s", rows[0].pk)

    detail = found_one("row_changed", recommendation=rows[0].pk, record=records[3])
    assert detail.endswith("cost, note.")


@pytest.mark.parametrize("place", [1, 4])
def test_a_record_deleted_in_the_middle(records, place):
    sql("DELETE FROM {records} WHERE history_id = %s", records[place])

    found_one("record_missing", position=place + 1, record=records[place])


def test_the_last_record_deleted(rows, records):
    sql("DELETE FROM {records} WHERE history_id = %s", records[5])

    status, findings, _ = verify()
    assert (status, codes(findings)) == (1, ["record_missing", "row_changed"])
    assert findings[0]["position"] == 6


def test_a_record_deleted_with_its_link(records):
    sql("DELETE FROM {records} WHERE history_id = %s", records[4])
    sql("DELETE FROM {links} WHERE position = 5")

    assert found_one("gap") == "Links 5 to 5 are gone."


def test_the_chain_closed_over_a_gap(records):
    sql("DELETE FROM {records} WHERE history_id = %s", records[4])
    sql("DELETE FROM {links} WHERE position = 5")
    sql("UPDATE {links} SET position = 5 WHERE position = 6")
    sql("UPDATE {head} SET position = 5")

    found_one("record_changed", position=5, record=records[5])


def test_a_record_inserted(rows, records):
    added = copy_record(records[0], note="As agreed.")

    status, findings, _ = verify()
    assert status == 1
    assert findings[0]["code"] == "record_added"
    assert (findings[0]["record"], findings[0]["recommendation"]) == (added, rows[0].pk)


def test_a_record_inserted_with_a_link(records):
    added = copy_record(records[5])
    digest = ChainHead.objects.get().digest
    HistoryLink.objects.create(position=7, recommendation=1, record=added, digest=digest)
    sql("UPDATE {head} SET position = 7")

    assert "record_changed" in codes(verify()[1])


def test_a_link_deleted(records):
    sql("DELETE FROM {links} WHERE position = 3")

    status, findings, _ = verify()
    assert (status, codes(findings)) == (1, ["gap", "record_added"])
    assert findings[1]["record"] == records[2]


def test_a_row_deleted_without_its_history(rows, records):
    sql("DELETE FROM {rows} WHERE id = %s", rows[0].pk)

    found_one("row_missing", recommendation=rows[0].pk, record=records[3])


def test_all_of_a_row_deleted(rows):
    sql("DELETE FROM {rows} WHERE id = %s", rows[0].pk)
    sql("DELETE FROM {records} WHERE id = %s", rows[0].pk)
    sql("DELETE FROM {links} WHERE recommendation = %s", rows[0].pk)

    status, findings, _ = verify()
    assert (status, codes(findings)) == (1, ["gap", "gap"])


def test_a_row_without_any_history(rows):
    sql("DELETE FROM {records} WHERE id = %s", rows[2].pk)
    sql("DELETE FROM {links} WHERE recommendation = %s", rows[2].pk)

    status, findings, _ = verify()
    assert (status, codes(findings)) == (1, ["gap", "no_history"])


def test_a_deleted_row_that_came_back(rows):
    sql("CREATE TEMPORARY TABLE kept AS SELECT * FROM {rows} WHERE id = %s", rows[2].pk)
    Recommendation.objects.get(pk=rows[2].pk).delete()
    assert verify()[0] == 0

    sql("INSERT INTO {rows} SELECT * FROM kept")
    sql("DROP TABLE kept")

    found_one("came_back", recommendation=rows[2].pk)


def test_a_head_set_back(records):
    sql("UPDATE {head} SET position = 4")

    found_one("head_changed")


def test_the_history_of_two_rows_swapped(rows, records):
    swap("{records}", "id", rows[0].pk, rows[2].pk)
    swap("{links}", "recommendation", rows[0].pk, rows[2].pk)

    status, findings, _ = verify()
    assert status == 1
    assert set(codes(findings)) == {"record_changed", "row_changed"}
    assert {finding["recommendation"] for finding in findings} == {rows[0].pk, rows[2].pk}


def test_two_rows_swapped(rows):
    swap("{rows}", "playbook", "a", "c")

    status, findings, _ = verify()
    assert (status, codes(findings)) == (1, ["row_changed", "row_changed"])
    assert "playbook" in findings[0]["detail"]


def test_two_links_swapped(records):
    swap("{links}", "record", records[0], records[1])

    status, findings, _ = verify()
    assert (status, {*codes(findings)}) == (1, {"record_changed"})


def swap(table, column, one, other):
    aside = "aside" if isinstance(one, str) else 999_999
    for before, after in ((one, aside), (other, one), (aside, other)):
        statement = f"UPDATE {table} SET {column} = %s WHERE {column} = %s"  # noqa: S608
        sql(statement, after, before)
