"""The certificate of ``serve --tls-cert --tls-key``: checked at the start, renewed on the way."""

import logging
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

logger = logging.getLogger(__name__)

Stamp = tuple[tuple[int, int], ...] | None


class TlsError(Exception):
    """What cannot be served with; the text names the setting, the file and the reason."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Two PEM files: the certificate with its chain, and its private key."""

    certificate: Path
    key: Path

    def check(self) -> x509.Certificate:
        """Return the certificate, whose key is there and belongs to it.

        Raises:
            TlsError: one of them is missing, unreadable, of another form, or of another pair.
        """
        try:
            certificate = x509.load_pem_x509_certificates(_read("TLS_CERT", self.certificate))[0]
        except ValueError as error:
            raise TlsError(f"TLS_CERT={self.certificate} holds no certificate in PEM.") from error
        try:
            key = serialization.load_pem_private_key(_read("TLS_KEY", self.key), password=None)
        except TypeError as error:
            problem = "is protected by a password: it has to be stored without one."
            raise TlsError(f"TLS_KEY={self.key} {problem}") from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise TlsError(f"TLS_KEY={self.key} holds no private key in PEM.") from error
        if key.public_key() != certificate.public_key():
            problem = f"does not belong to the certificate in TLS_CERT={self.certificate}."
            raise TlsError(f"TLS_KEY={self.key} {problem}")
        return certificate

    def load(self, context: ssl.SSLContext) -> x509.Certificate:
        """Make the handshakes to come use the pair; return the certificate.

        Raises:
            TlsError: the pair cannot be used; the context keeps what it had.
        """
        certificate = self.check()
        try:
            context.load_cert_chain(self.certificate, self.key, password="")  # never asks
        except (OSError, ssl.SSLError) as error:
            reason = getattr(error, "reason", None) or str(error)
            raise TlsError(f"TLS_CERT={self.certificate} cannot be used: {reason}.") from error
        return certificate

    def stamp(self) -> Stamp:
        """Return what differs once a file was replaced or rewritten; None where one is missing."""
        try:
            seen = [path.stat() for path in (self.certificate, self.key)]
        except OSError:
            return None
        return tuple((file.st_ino, file.st_mtime_ns) for file in seen)


class Renewal:
    """Takes a renewed pair up while serving; connections that are open keep the old one."""

    def __init__(self, context: ssl.SSLContext, pair: KeyPair) -> None:
        self._context = context
        self._pair = pair
        self._seen = pair.stamp()

    def look(self) -> None:
        """Load the pair again if a file has changed; one that does not do leaves the old in use."""
        stamp = self._pair.stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            certificate = self._pair.load(self._context)
        except TlsError as error:
            logger.warning("%s The old certificate stays in use.", error)
        else:
            logger.info("took up the certificate in %s", self._pair.certificate)
            warn_of_dates(certificate, datetime.now(UTC))


def options(certificate: str, key: str) -> dict[str, Any]:
    """Return uvicorn's options for serving with a pair that was tried.

    Raises:
        TlsError: one of the two is not named, or the pair cannot be used.
    """
    for name, value, other in (
        ("TLS_CERT", certificate, "TLS_KEY"),
        ("TLS_KEY", key, "TLS_CERT"),
    ):
        if not value:
            option = "--" + name.lower().replace("_", "-")
            raise TlsError(f"{name} ({option}) is missing: {other} alone cannot serve TLS.")
    tried = KeyPair(Path(certificate), Path(key)).load(new_context())
    warn_of_dates(tried, datetime.now(UTC))
    return {
        "ssl_certfile": certificate,
        "ssl_keyfile": key,
        "ssl_context_factory": context_of,  # by its name: workers unpickle it
    }


def warn_of_dates(certificate: x509.Certificate, now: datetime) -> None:
    """Say it if no client will accept the certificate now; it is served all the same."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now > ends:
        logger.warning("TLS_CERT: the certificate expired on %s: clients refuse it", ends.date())
    elif now < begins:
        logger.warning("TLS_CERT: the certificate begins on %s: clients refuse it", begins.date())


def new_context() -> ssl.SSLContext:
    """Return a server's context without a certificate: TLS 1.2 and newer, HTTP/1.1 within."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def context_of(config: uvicorn.Config, _default: object) -> ssl.SSLContext:
    """Return the context of a server that starts; uvicorn calls it in the process that serves."""
    context = new_context()
    pair_of(config).load(context)
    return context


def pair_of(config: uvicorn.Config) -> KeyPair:
    """Return the pair that a server was configured with."""
    return KeyPair(Path(str(config.ssl_certfile)), Path(str(config.ssl_keyfile)))


def _read(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TlsError(f"{name}={path} cannot be read: {reason}.") from error
