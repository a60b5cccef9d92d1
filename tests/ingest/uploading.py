"""Uploads in tests: send a file, start it, and work like a task worker."""

from io import BytesIO

from ingest.models import Upload
from ingest.turns import take_turn

HEADER = "entity,metric,value,time"


def table(rows, *, entity="A"):
    """A valid table with a reading per minute."""
    lines = [f"{entity},co2e,{n}.5,2026-01-02T{n // 60:02}:{n % 60:02}:00Z" for n in range(rows)]
    return "\n".join([HEADER, *lines]) + "\n"


def send(client, content, name="events.csv", **headers):
    """Upload a file; returns the answer."""
    file = BytesIO(content if isinstance(content, bytes) else content.encode())
    file.name = name
    return client.post("/api/uploads", {"file": file}, format="multipart", headers=headers)


def begin(client, content, name="events.csv", **mapping):
    """Upload a file and start it with its suggestion; returns the row."""
    row = send(client, content, name).json()
    return start(client, row["id"], {**row["suggestion"], **mapping}).json()


def start(client, pk, mapping, **more):
    """Start an upload; returns the answer."""
    return client.post(f"/api/uploads/{pk}/start", {"mapping": mapping, **more}, format="json")


def turn(pk):
    """Take one turn like a task worker; returns what it says."""
    return take_turn(pk, Upload.objects.get(pk=pk).turn)


def work(pk):
    """Take turns until the upload is at its end; returns it."""
    while Upload.objects.get(pk=pk).status == "running":
        turn(pk)
    return Upload.objects.get(pk=pk)
