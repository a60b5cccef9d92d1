"""``manage.py verify_history``: what it says, and what only a head from elsewhere can find."""

import io
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from recommendations import chain, services
from recommendations.chain_check import snapshot
from recommendations.models import ChainHead, HistoryLink, Recommendation
from tests.factories import make_recommendation
from tests.recommendations.tampering import codes, sql, verify

pytestmark = pytest.mark.django_db


def test_what_the_program_wrote_fits(rows):
    status, findings, summary = verify()

    head = ChainHead.objects.get()
    assert (status, findings) == (0, [])
    assert summary == {
        "ok": True,
        "findings": 0,
        "records": 6,
        "recommendations": 3,
        "head": {"position": 6, "digest": head.digest},
        "written_meanwhile": 0,
    }


def test_an_empty_history_fits():
    assert verify()[:2] == (0, [])


def test_an_end_that_was_cut_off_is_found_by_a_head_from_elsewhere(rows, records):
    head = verify()[2]["head"]
    noted = f"{head['position']}:{head['digest']}"
    assert verify("--expect", noted)[0] == 0
    services.expire_for(rows[0].hotspot)
    assert verify("--expect", noted)[0] == 0

    cut_off_after(3, rows)

    assert verify()[:2] == (0, [])  # nothing inside the chain tells
    status, findings, _ = verify("--expect", noted)
    assert (status, codes(findings)) == (1, ["cut_off"])
    assert findings[0]["position"] == 3


def cut_off_after(position, rows):
    """Set everything back to how it was then: rows, records, links and head."""
    sql("DELETE FROM {links} WHERE position > %s", position)
    kept = HistoryLink.objects.values_list("record", flat=True)
    Recommendation.history.exclude(history_id__in=kept).delete()
    digest = HistoryLink.objects.get(position=position).digest
    sql("UPDATE {head} SET position = %s, digest = %s", position, digest)
    names = [field.attname for field in Recommendation._meta.concrete_fields]
    for row in rows:
        last = row.history.order_by("-history_id").values(*names)[0]
        Recommendation.objects.filter(pk=row.pk).update(**last)


def test_a_chain_written_anew_with_the_key_is_found_by_a_head_from_elsewhere(records):
    head = verify()[2]["head"]
    sql("UPDATE {records} SET note = 'Never.' WHERE history_id = %s", records[4])
    digest = ""
    for link in HistoryLink.objects.order_by("position"):
        record = Recommendation.history.filter(history_id=link.record).values().get()
        digest = chain.digest(digest, record)
        HistoryLink.objects.filter(pk=link.pk).update(digest=digest)
    sql("UPDATE {head} SET digest = %s", digest)

    assert verify()[0] == 0
    status, findings, _ = verify("--expect", f"{head['position']}:{head['digest']}")
    assert (status, codes(findings)) == (1, ["not_expected"])


def test_another_key_is_told_as_such_and_rows_are_compared_all_the_same(rows, settings):
    settings.HISTORY_KEY = "another"
    status, [finding], _ = verify()
    assert (status, finding["code"]) == (1, "wrong_key")
    assert "set HISTORY_KEY" in finding["detail"]

    sql("UPDATE {rows} SET note = 'x' WHERE id = %s", rows[0].pk)
    assert codes(verify()[1]) == ["wrong_key", "row_changed"]


def test_the_derived_key_can_be_kept_when_the_secret_key_changes(rows, settings):
    out = io.StringIO()
    call_command("verify_history", "--derived-key", stdout=out)

    settings.SECRET_KEY = "a new one" * 5
    assert codes(verify()[1]) == ["wrong_key"]
    settings.HISTORY_KEY = out.getvalue().strip()
    assert verify()[0] == 0


def test_a_forged_key_check_does_not_hide_what_was_done(records):
    sql("UPDATE {head} SET key_check = 'x'")
    sql("UPDATE {records} SET note = 'x' WHERE history_id = %s", records[4])

    assert codes(verify()[1]) == ["record_changed"]


@pytest.mark.parametrize(
    "expect",
    ["6", "6:abc", "x:" + "0" * 64, "6:" + "g" * 64, "0:" + "a" * 64, "\u0663:" + "0" * 64],
)
def test_a_head_that_cannot_be_one_is_refused(expect):
    with pytest.raises(CommandError, match="position, a colon and 64"):
        verify("--expect", expect)


def test_for_people_a_line_each_and_the_head(rows, records):
    sql("UPDATE {rows} SET note = 'x' WHERE id = %s", rows[0].pk)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_history", stdout=out)

    line, summary, head = out.getvalue().splitlines()
    where = f"recommendation {rows[0].pk}, record {records[3]}"
    text = "The row is not what its last record says: note."
    assert line == f"{where}: {text} (row_changed)"
    assert summary == "6 records, 3 recommendations: 1 finding."
    assert head == f"Head: 6:{ChainHead.objects.get().digest}"


def test_many_chunks_and_progress_on_a_terminal(rows, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("recommendations.chain_check.CHUNK", 4)
    out = Terminal()
    call_command("verify_history", stdout=out)

    assert "\r\x1b[K4 of 6 records\r\x1b[K6 of 6 records" in out.getvalue()
    assert "everything fits" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_waits_for_nobody_and_is_told(rows, monkeypatch):
    """Somebody writes between two chunks: the check sees the moment at which it began."""
    monkeypatch.setattr("recommendations.chain_check.CHUNK", 4)
    out, told = io.StringIO(), []

    def write(self, done, total):
        if not told:
            told.append(done)
            thread = threading.Thread(target=expire)
            thread.start()
            thread.join(30)
            assert not thread.is_alive()

    def expire():
        services.expire_for(rows[0].hotspot)
        connections.close_all()

    command = "recommendations.management.commands.verify_history.Command"
    monkeypatch.setattr(f"{command}._show", write)
    call_command("verify_history", stdout=out)

    assert Recommendation.objects.filter(status="expired").count() == 2
    assert "6 records, 3 recommendations: everything fits." in out.getvalue()
    assert "; 2 records since are not in it." in out.getvalue()
    assert verify()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_leaves_no_transaction_open():
    with snapshot():
        Recommendation.objects.count()

    make_recommendation()
    assert HistoryLink.objects.count() == 1


@pytest.mark.django_db
def test_the_head_of_an_empty_chain_can_be_given_back():
    out = io.StringIO()
    call_command("verify_history", stdout=out)
    told = out.getvalue().splitlines()[-1].removeprefix("Head: ")

    make_recommendation()

    assert told == "0:"
    assert verify("--expect", told)[0] == 0
