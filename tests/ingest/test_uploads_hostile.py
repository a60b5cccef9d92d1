"""Hostile files, wrong requests and limits: each has its answer, and nothing is changed."""

import gzip
import json
import stat
from contextlib import contextmanager

import pytest

from hotspots.models import Entity, Measurement
from ingest import storage, uploads
from ingest.models import Mapping, Upload
from ingest.opening import Bounds

from .uploading import HEADER, begin, send, start, table, work

pytestmark = pytest.mark.django_db
MISSING = 2**40


@pytest.fixture
def client(api, ingester):
    return api(ingester)


@contextmanager
def nothing_changed():
    """No upload, file, mapping, entity or reading more or less than before."""

    def all_there_is():
        files = {path.name for path in storage.folder().iterdir()}
        rows = [list(model.objects.values()) for model in (Upload, Mapping, Entity, Measurement)]
        return files, rows

    files, rows = all_there_is()
    yield
    later = all_there_is()
    assert later[0] ^ files == set()
    assert later[1] == rows


def refusal(answer):
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert "Traceback" not in answer.content.decode()
    return answer.status_code, body["code"]


NONE_OF_OURS = {
    "empty": (b"", "empty_file"),
    "blank": (b"\xef\xbb\xbf\n \n", "empty_file"),
    "program": (b"\x7fELF\x02\x01\x01\x00\x00\x00", "binary_file"),
    "noise": (bytes(range(256)) * 100, "binary_file"),
    "spreadsheet": (b"PK\x03\x04rest", "wrong_format"),
    "array": (b"[1, 2]", "wrong_format"),
    "short parquet": (b"PAR1" + b"x" * 100, "bad_parquet"),
    "bad parquet": (b"PAR1" + b"\xff" * 100 + b"PAR1", "bad_parquet"),
    "packed parquet": (gzip.compress(b"PAR1"), "wrong_format"),
    "packed twice": (gzip.compress(gzip.compress(b"x")), "wrong_format"),
    "broken gzip": (b"\x1f\x8b\x08broken", "damaged"),
    "cut gzip": (gzip.compress(table(50).encode())[:40] + b"\xff" * 50, "damaged"),
    "wide": (b"a," * 1001 + b"b\n1\n", "too_many_columns"),
    "one line": (b"x" * 2_000_000, "line_too_long"),
}


@pytest.mark.parametrize("kind", NONE_OF_OURS)
def test_a_file_that_is_none_of_ours_is_not_kept(client, kind):
    content, code = NONE_OF_OURS[kind]

    with nothing_changed():
        assert refusal(send(client, content)) == (400, code)


@pytest.mark.parametrize("start", ["x", "A,co2e,"])
def test_a_line_without_end_ends_the_load_in_one_sentence(client, start):
    line = start + "9" * 1_100_000
    upload = work(begin(client, f"{table(3)}{line}\n{table(3)}")["id"])

    assert upload.status == "failed"
    assert upload.problem == "line 5 is longer than 1,048,576 characters."
    assert Measurement.objects.count() in (0, 3)


def test_a_bomb_is_noticed_while_it_unpacks(client, monkeypatch):
    monkeypatch.setattr(uploads, "bounds", lambda: Bounds(2_000_000, 0))
    bomb = gzip.compress(table(5).encode() + b"\n" * 5_000_000)

    upload = work(begin(client, bomb, "bomb.csv.gz")["id"])

    assert (upload.status, upload.problem) == ("failed", "more than 1 MiB unpacked.")


def test_a_bomb_is_noticed_by_its_ratio(client, monkeypatch):
    monkeypatch.setattr("ingest.opening.RATIO_FREE", 1_000_000)
    bomb = gzip.compress(table(5).encode() + b"\n" * 5_000_000)

    upload = work(begin(client, bomb, "bomb.csv.gz")["id"])

    assert (upload.status, upload.problem) == ("failed", "unpacks to more than 200 times its size.")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\plant.csv", "plant.csv"),
        ("<script>alert(1)</script>.csv", "script>.csv"),
        ("a\u202egpj.csv", "agpj.csv"),
        ("x" * 300 + ".csv", ("x" * 300 + ".csv")[-255:]),
    ],
    ids=["climbing", "windows", "markup", "reversed", "long"],
)
def test_a_name_is_only_for_people(client, name, kept):
    row = send(client, table(1), name).json()

    stored = Upload.objects.get().stored
    assert row["name"] == kept
    assert len(stored) == 32
    assert storage.file_of(stored).parent == storage.folder()
    assert stat.S_IMODE(storage.file_of(stored).stat().st_mode) == 0o600
    assert stat.S_IMODE(storage.folder().stat().st_mode) == 0o700
    assert stored not in json.dumps(row)


@pytest.mark.parametrize("path", ["uploads/x", "static/../uploads/x", "media/x"])
def test_a_file_is_never_served(client, path):
    send(client, table(1))
    stored = Upload.objects.get().stored

    assert client.get("/" + path.replace("x", stored)).status_code == 404


def test_no_spreadsheet_runs_what_was_rejected(client):
    rows = ['=cmd|"/c calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "-5", "+1,5", "1=1"]
    cells = [f'"{row.replace(chr(34), chr(34) * 2)}",co2e,x,2026-01-02T04:00:00Z' for row in rows]
    pk = work(begin(client, "\n".join([HEADER, *cells]))["id"]).pk

    text = client.get(f"/api/uploads/{pk}/errors").content.decode()

    assert '"\'=cmd|""/c calc""!A1"' in text
    assert ",'+1+1," in text
    assert ",'-2+3," in text
    assert ",'@SUM(A1)," in text
    assert ",-5,co2e" in text  # a number stays one
    assert ',"+1,5",co2e' in text
    assert ",1=1,co2e" in text


def test_the_file_of_rejections_is_bounded_and_says_so(client, monkeypatch):
    monkeypatch.setattr("ingest.rejections.MAX_LINES", 3)
    pk = work(begin(client, table(10).replace(".5,", "x,"))["id"]).pk

    lines = client.get(f"/api/uploads/{pk}/errors").content.decode().splitlines()

    assert len(lines) == 5
    assert lines[-1] == ",more,7 more lines were rejected: they are not kept."


def test_without_rejections_the_file_is_a_header(client):
    pk = send(client, table(1)).json()["id"]

    assert client.get(f"/api/uploads/{pk}/errors").content == (
        b"line,code,detail,entity,metric,value,time\r\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "status", "code"),
    [
        ("UPLOAD_MAX_BYTES", 100, 413, "too_large"),
        ("UPLOAD_MAX_FILES", 1, 409, "too_many_uploads"),
        ("UPLOAD_MAX_TOTAL_BYTES", 500, 409, "too_many_uploads"),
    ],
)
def test_limits(client, settings, name, value, status, code):
    assert send(client, table(1)).status_code == 201
    setattr(settings, name, value)

    with nothing_changed():
        assert refusal(send(client, table(20))) == (status, code)


def test_a_full_disk_is_said(client, monkeypatch):
    monkeypatch.setattr(storage, "FREE_BYTES", 10**18)

    with nothing_changed():
        assert refusal(send(client, table(1))) == (507, "disk_full")


def test_only_one_file_in_its_field(client):
    with nothing_changed():
        answer = client.post("/api/uploads", {"other": "x"}, format="multipart")
        assert refusal(answer) == (400, "missing_file")
        assert refusal(client.post("/api/uploads", {}, format="json")) == (400, "missing_file")
        assert refusal(client.post("/api/uploads", b"x", content_type="text/csv")) == (
            415,
            "bad_content_type",
        )


@pytest.mark.parametrize("role", ["", "analyst"])
def test_who_may_not_send_readings_sees_and_does_nothing(api, client, make_user, role):
    pk = send(client, table(1)).json()["id"]
    other = api(make_user("other", role=role) if role else None)
    expected = 403 if role else 401
    one = f"/api/uploads/{pk}"

    with nothing_changed():
        assert send(other, table(1)).status_code == expected
        for path in ("/api/uploads", one, f"{one}/errors", f"{one}/history", "/api/mappings"):
            assert other.get(path).status_code == expected
        for path in (f"{one}/start", f"{one}/preview", f"{one}/cancel", "/api/mappings"):
            assert other.post(path, {}, format="json").status_code == expected
        assert other.delete(one).status_code == expected


@pytest.mark.parametrize("pk", [MISSING, 2**70])
def test_what_is_not_there_is_404(client, pk):
    for path in ("", "/errors", "/history"):
        assert refusal(client.get(f"/api/uploads/{pk}{path}")) == (404, "not_found")
    assert refusal(start(client, pk, {})) == (404, "not_found")
    assert refusal(client.delete(f"/api/uploads/{pk}")) == (404, "not_found")
    assert refusal(client.delete(f"/api/mappings/{pk}")) == (404, "not_found")


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"columns": {"value": "kwh"}}, "no_such_column"),
        ({"columns": {"tme": "time"}}, "no_such_field"),
        ({"time_zone": "Mars/Base"}, "bad_time_zone"),
        ({"what": 1}, "bad_mapping"),
        ("x", "bad_mapping"),
    ],
)
def test_a_wrong_mapping_starts_nothing(client, mapping, code):
    pk = send(client, table(1)).json()["id"]

    with nothing_changed():
        assert refusal(start(client, pk, mapping, save_as="x")) == (400, code)


def test_a_column_that_is_missing_or_there_twice(client):
    missing = send(client, "entity,metric,wert,time\n").json()["id"]
    twice = send(client, "entity,metric,value,value,time\n").json()["id"]

    with nothing_changed():
        assert refusal(start(client, missing, {"delimiter": ","})) == (400, "missing_column")
        assert refusal(start(client, twice, {"delimiter": ","})) == (400, "repeated_column")


def test_ndjson_takes_no_mapping(client):
    pk = send(client, '{"entity": "A"}\n', "a.ndjson").json()["id"]

    with nothing_changed():
        answer = start(client, pk, {"constants": {"metric": "co2e"}})
        assert refusal(answer) == (400, "mapping_not_applicable")


def test_what_runs_is_not_started_again_nor_deleted(client):
    pk = begin(client, table(1))["id"]

    with nothing_changed():
        assert refusal(start(client, pk, {})) == (409, "illegal_state")
        assert refusal(client.delete(f"/api/uploads/{pk}")) == (409, "illegal_state")


def test_what_is_done_is_not_cancelled_but_may_be_loaded_again(client):
    pk = begin(client, table(3))["id"]
    work(pk)

    with nothing_changed():
        answer = client.post(f"/api/uploads/{pk}/cancel", {}, format="json")
        assert refusal(answer) == (409, "illegal_state")

    assert start(client, pk, {}).status_code == 200
    again = work(pk)
    assert (again.accepted, again.duplicates) == (0, 3)


def test_an_older_version_is_not_changed(client):
    answer = send(client, table(1))
    pk = answer.json()["id"]

    with nothing_changed():
        stale = client.post(
            f"/api/uploads/{pk}/start", {"mapping": {}}, format="json", headers={"If-Match": '"9"'}
        )
        assert refusal(stale) == (412, "version_conflict")
    assert answer["ETag"] == '"1"'


def test_the_same_upload_with_its_key_is_one(client):
    first = send(client, table(1), **{"Idempotency-Key": "k1"})
    again = send(client, table(1), **{"Idempotency-Key": "k1"})

    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Upload.objects.count() == 1
    with nothing_changed():
        other = send(client, table(2), **{"Idempotency-Key": "k1"})
        assert refusal(other) == (422, "idempotency_key_reused")
