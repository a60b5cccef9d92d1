"""Certificates for tests: an authority that only they trust."""

from __future__ import annotations

import ssl
from datetime import datetime
from pathlib import Path

import trustme


class Authority:
    """Issues certificates; `trust` is the TLS context of a client that believes them."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self.trust = ssl.create_default_context()
        self.configure(self.trust)

    def configure(self, context: ssl.SSLContext) -> None:
        """Have a client's context believe in it."""
        self._authority.configure_trust(context)

    def issue(
        self, folder: Path, *names: str, file: str = "server", until: datetime | None = None
    ) -> tuple[str, str]:
        """Write a certificate with its chain, and its key; returns both paths."""
        issued = self._authority.issue_cert(*names, not_after=until)
        certificate, key = folder / f"{file}.crt", folder / f"{file}.key"
        certificate.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
        key.write_bytes(issued.private_key_pem.bytes())
        return str(certificate), str(key)
