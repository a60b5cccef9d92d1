"""An upload whose process is killed goes on where it was, alone and with workers of their own."""

import asyncio
import signal
import subprocess
import sys

import httpx
import pytest

from tests.servers import EmberwatchServer, PostgresServer, ValkeyServer
from tests.servers.emberwatch import ROOT

pytestmark = [pytest.mark.servers]
ROWS = 20_000
COUNT = "from hotspots.models import Measurement as M; print(M.objects.count())"
#: As if the worker had been silent for a minute.
SILENT = """
from datetime import timedelta
from django.utils import timezone
from ingest.models import Upload
Upload.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
"""


def table(name: str) -> bytes:
    lines = (
        f"{name} {n % 20},co2e,{n % 7},2026-01-{1 + n // 20 // 96:02}T"
        f"{n // 20 // 4 % 24:02}:{15 * (n // 20 % 4):02}:00Z"
        for n in range(ROWS)
    )
    return "\n".join(["entity,metric,value,time", *lines]).encode()


@pytest.fixture
def own_servers():
    """A PostgreSQL and a Valkey of this test alone."""
    with PostgresServer(durable=True) as postgres, ValkeyServer() as valkey:
        yield {"database": postgres.url, "redis": valkey.url}


class Sender:
    """Who uploads a file and watches it."""

    def __init__(self, server: EmberwatchServer) -> None:
        self.server = server
        self.token = server.token("ingester")
        self.pk = 0

    def begin(self, content: bytes) -> None:
        """Upload a file and start it with what is suggested."""
        answer = httpx.post(
            f"{self.server.url}/api/uploads",
            files={"file": ("large.csv", content)},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
        )
        row = answer.json()
        self.pk = row["id"]
        start = {"mapping": row["suggestion"]}
        self.server.call("POST", f"/api/uploads/{self.pk}/start", start, self.token)

    async def until(self, is_so) -> dict:
        """Wait until the row of the upload is so; returns it."""
        async with asyncio.timeout(180):
            while True:
                path = f"/api/uploads/{self.pk}"
                _, row = await asyncio.to_thread(self.server.call, "GET", path, None, self.token)
                if is_so(row):
                    return row
                await asyncio.sleep(0.05)


async def test_a_killed_process_goes_on_with_an_upload_when_it_is_back():
    server = EmberwatchServer()
    with server.install("ingester"):
        sender = Sender(server)
        sender.begin(table("Alone"))
        await sender.until(lambda row: row["lines"] > 0)

        server.kill()
        server.start()

        row = await sender.until(lambda row: row["status"] != "running")
        assert (row["status"], row["problem"], row["rejected"]) == ("done", "", 0)
        assert row["accepted"] + row["duplicates"] == ROWS
        assert int(server.manage("shell", "-v0", "-c", COUNT)) == ROWS


@pytest.mark.postgres
@pytest.mark.valkey
async def test_another_worker_takes_an_upload_over(own_servers):
    server = EmberwatchServer(**own_servers, EMBEDDED_WORKER="false")
    with server.install("ingester"):
        sender = Sender(server)
        sender.begin(table("Shared"))
        first = worker(server)
        await sender.until(lambda row: row["lines"] > 0)

        first.kill()
        first.wait()
        server.manage("shell", "-v0", "-c", SILENT)
        second = worker(server)

        try:
            row = await sender.until(lambda row: row["status"] != "running")
        finally:
            second.send_signal(signal.SIGTERM)
            second.wait()
        assert (row["status"], row["accepted"] + row["duplicates"]) == ("done", ROWS)
        assert int(server.manage("shell", "-v0", "-c", COUNT)) == ROWS


def worker(server: EmberwatchServer) -> subprocess.Popen:
    """A task worker as a process of its own."""
    command = [sys.executable, str(ROOT / "manage.py"), "db_worker", "--interval", "0.1"]
    return subprocess.Popen(command, env=server.settings, cwd=ROOT, stderr=subprocess.DEVNULL)
