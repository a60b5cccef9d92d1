"""Sockets over TLS: as fast to stop for who does not read, and a certificate that changes."""

import asyncio
import logging
import os
import ssl
import warnings
from contextlib import nullcontext, suppress

import pytest

from streams import tls
from tests.servers import Authority
from tests.streams import laggards
from tests.streams.conftest import LiveServer

RENEWED = "took up the certificate"
KEPT = "The old certificate stays in use."


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def files(authority, tmp_path) -> tuple[str, str]:
    """A certificate and its key."""
    return authority.issue(tmp_path, "127.0.0.1")


@pytest.fixture
def server(transactional_db, capsys, authority, files):
    """A server with that certificate."""
    running = LiveServer(tls.options(*files), authority.trust)
    yield running
    running.stop()


@pytest.fixture
def said(caplog):
    """A function that waits until the server's log says something."""
    caplog.set_level(logging.INFO, "streams.tls")

    async def until(text: str) -> None:
        async with asyncio.timeout(30):
            while True:
                if text in caplog.text:
                    return
                await asyncio.sleep(0.05)

    return until


def replace(source: str, target: str) -> None:
    """Put a file in the place of another at once, as those who renew certificates do."""
    os.replace(source, target)


async def leave(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def shown(server: LiveServer) -> bytes:
    """The certificate that a new client is shown."""
    _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=server.trust)
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    await leave(writer)
    return certificate


async def test_a_stalled_reader_delays_nobody_and_catches_up(server, analyst, many_events):
    await laggards.catches_up(server, analyst, many_events)


async def test_a_reader_too_far_behind_is_cut(server, analyst, many_events, settings):
    await laggards.is_cut(server, analyst, many_events, settings)


async def test_a_renewed_certificate_is_shown_to_new_clients_and_old_ones_stay(
    server, analyst, authority, files, tmp_path, said, many_events
):
    async with server.connect("/ws/hotspots", analyst) as client:
        before = await shown(server)
        renewed = authority.issue(tmp_path, "127.0.0.1", file="renewed")
        for source, target in zip(renewed, files, strict=True):
            replace(source, target)
        await said(RENEWED)

        assert await shown(server) != before
        await many_events(1)
        assert await client.seqs(1) == [1]


async def test_a_renewal_that_is_half_done_or_broken_leaves_the_old_certificate(
    server, authority, files, tmp_path, said
):
    certificate, key = files
    before = await shown(server)
    renewed = authority.issue(tmp_path, "127.0.0.1", file="renewed")

    replace(renewed[0], certificate)
    await said(
        f"TLS_KEY={key} does not belong to the certificate in TLS_CERT={certificate}. {KEPT}"
    )
    assert await shown(server) == before
    os.unlink(key)
    await said(f"TLS_KEY={key} cannot be read: no such file or directory. {KEPT}")
    assert await shown(server) == before
    replace(renewed[1], key)
    await said(RENEWED)
    assert await shown(server) != before


def limited_to(version: ssl.TLSVersion, authority: Authority) -> ssl.SSLContext:
    """A client that speaks nothing newer."""
    context = ssl.create_default_context()
    authority.configure(context)
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # else our own side would refuse
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


async def test_plain_http_and_old_versions_of_tls_get_nothing(server, authority):
    for version, refusal in (
        (ssl.TLSVersion.TLSv1_2, nullcontext()),
        (ssl.TLSVersion.TLSv1_1, pytest.raises((ssl.SSLError, ConnectionResetError))),
    ):
        with refusal:
            context = limited_to(version, authority)
            _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=context)
            await leave(writer)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert await asyncio.wait_for(reader.read(), 30) == b""
    await leave(writer)
    assert await shown(server)
