"""`manage.py serve` and Daphne with a certificate of their own, as processes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
import websockets
from cryptography.hazmat.primitives import serialization
from django.core.management import CommandError, call_command

from streams import tls
from tests.deploy.clients import Analyst, frame, until_event
from tests.servers import Authority, DaphneServer, EmberwatchServer, ServerError, free_port

ROLES = ("analyst", "ingester")


class TlsServer(EmberwatchServer):
    """Emberwatch with a certificate, called by HTTPS; `arguments` are further ones of `serve`."""

    def __init__(self, authority: Authority, *arguments: str, **settings: str) -> None:
        self.authority = authority
        self.trust = authority.trust
        self.arguments = arguments
        super().__init__(**settings)

    def prepare(self) -> None:
        super().prepare()
        certificate, key = self.authority.issue(self.root, "127.0.0.1")
        self.settings |= {"TLS_CERT": certificate, "TLS_KEY": key}

    def command(self) -> list[str]:
        return [*super().command(), *self.arguments]


def lock(key: str, locked: str) -> None:
    """Write a copy of a key that a password protects."""
    with open(key, "rb") as file:
        read = serialization.load_pem_private_key(file.read(), password=None)
    form = serialization.PrivateFormat.PKCS8
    protected = serialization.BestAvailableEncryption(b"secret")
    with open(locked, "wb") as file:
        file.write(read.private_bytes(serialization.Encoding.PEM, form, protected))


def cookies(server: EmberwatchServer) -> tuple[SimpleCookie, str | None]:
    """The cookies that a browser is given, and the order to come by HTTPS only."""
    with server.open(f"{server.url}/api/session", 10) as answer:
        return (
            SimpleCookie(answer.headers["Set-Cookie"]),
            answer.headers["Strict-Transport-Security"],
        )


async def follow(url: str, analyst: Analyst, **options) -> None:
    """Join the hotspots by a bearer subprotocol and get the next event."""
    offered = ["emberwatch.v1", f"bearer.{analyst.token}"]
    async with websockets.connect(
        f"{url}/ws/hotspots", subprotocols=offered, proxy=None, **options
    ) as socket:
        assert (await frame(socket))["user"] == "analyst"
        await until_event(socket, await analyst.change())


@pytest.fixture(scope="module")
def server(authority) -> Iterator[TlsServer]:
    """`serve` alone, embedded."""
    with TlsServer(authority, HSTS_SECONDS="60").install(*ROLES) as running:
        yield running


@pytest.mark.servers
@pytest.mark.sqlite
@pytest.mark.xdist_group("tls")
async def test_serve_speaks_https_and_wss(server, authority):
    ready = (server.root / "log").read_text()
    set_cookies, strict = cookies(server)
    await follow(server.socket_url, Analyst(server), ssl=authority.trust)

    assert f"Emberwatch is ready: https://127.0.0.1:{server.port}\n" in ready
    assert (bool(set_cookies["csrftoken"]["secure"]), strict) == (True, "max-age=60")


@pytest.mark.servers
@pytest.mark.postgres
@pytest.mark.valkey
@pytest.mark.xdist_group("proxies")
async def test_several_processes_speak_https_and_wss(installation, authority):
    shared = installation[0].settings
    urls = {"database": shared["DATABASE_URL"], "redis": shared["REDIS_URL"]}
    with TlsServer(authority, "--workers", "2", **urls) as server:
        ready = (server.root / "log").read_text()
        analyst = Analyst(server, "Works 2")
        for _ in range(4):
            await follow(server.socket_url, analyst, ssl=authority.trust)

    assert f"Emberwatch is ready: https://127.0.0.1:{server.port}\n" in ready


@pytest.mark.servers
@pytest.mark.sqlite
@pytest.mark.xdist_group("tls")
async def test_daphne_speaks_wss(server, authority, tmp_path):
    certificate, key = authority.issue(tmp_path, "127.0.0.1")
    port = free_port()
    endpoint = f"ssl:{port}:interface=127.0.0.1:privateKey={key}:certKey={certificate}"
    daphne = DaphneServer("-e", endpoint)
    daphne.settings["DATA_DIR"] = server.settings["DATA_DIR"]  # one installation
    with daphne:
        plain, not_strict = cookies(daphne)
        await follow(f"wss://127.0.0.1:{port}", Analyst(daphne, "Works 3"), ssl=authority.trust)
        daphne.settings["TLS_CERT"], daphne.trust, daphne.port = certificate, authority.trust, port
        secure, strict = cookies(daphne)

    assert (plain["csrftoken"]["secure"], not_strict) == ("", None)
    assert (bool(secure["csrftoken"]["secure"]), strict) == (True, "max-age=31536000")


@pytest.fixture
def refusal(authority, tmp_path, settings):
    """A function that has `serve` refuse two files, and returns what it says."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # so that several processes would be possible

    def refuse(certificate: str, key: str, workers: int) -> str:
        with pytest.raises(CommandError) as refused:
            call_command(
                "serve", port=0, workers=workers, tls_cert=certificate, tls_key=key
            )  # what cannot be served with ends the start before the database is looked at
        return str(refused.value)

    return refuse


@pytest.mark.parametrize("workers", [1, 2])
def test_files_that_do_not_do_end_the_start_in_one_sentence(refusal, authority, tmp_path, workers):
    certificate, key = authority.issue(tmp_path, "127.0.0.1")
    _, another = authority.issue(tmp_path, "127.0.0.1", file="another")
    locked = str(tmp_path / "locked.key")
    lock(key, locked)
    absent = str(tmp_path / "absent")

    assert [
        refusal(*files, workers)
        for files in (
            (certificate, ""),
            ("", key),
            (absent, key),
            (certificate, absent),
            (str(tmp_path), key),
            (key, key),
            (certificate, certificate),
            (certificate, another),
            (certificate, locked),
        )
    ] == [
        "TLS_KEY (--tls-key) is missing: TLS_CERT alone cannot serve TLS.",
        "TLS_CERT (--tls-cert) is missing: TLS_KEY alone cannot serve TLS.",
        f"TLS_CERT={absent} cannot be read: no such file or directory.",
        f"TLS_KEY={absent} cannot be read: no such file or directory.",
        f"TLS_CERT={tmp_path} cannot be read: is a directory.",
        f"TLS_CERT={key} holds no certificate in PEM.",
        f"TLS_KEY={certificate} holds no private key in PEM.",
        f"TLS_KEY={another} does not belong to the certificate in TLS_CERT={certificate}.",
        f"TLS_KEY={locked} is protected by a password: it has to be stored without one.",
    ]


@pytest.mark.servers
@pytest.mark.sqlite
def test_a_refused_start_prints_one_line_and_no_trace(authority):
    server = TlsServer(authority)
    server.settings["TLS_KEY"] = server.settings["TLS_CERT"]

    with pytest.raises(ServerError) as refused:
        server.manage("serve", "--port", str(server.port))
    server.close()

    [said] = str(refused.value).splitlines()
    assert said.endswith(f"TLS_KEY={server.settings['TLS_CERT']} holds no private key in PEM.")


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "the certificate expired on "), (1, None)], ids=["expired", "valid"]
)
def test_an_expired_certificate_is_warned_of(authority, tmp_path, caplog, days, said):
    until = datetime.now(UTC) + timedelta(days=days)
    tls.options(*authority.issue(tmp_path, "127.0.0.1", until=until))

    assert [record.getMessage() for record in caplog.records] == (
        [f"TLS_CERT: {said}{until.date()}: clients refuse it"] if said else []
    )
