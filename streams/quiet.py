"""A log that bad clients cannot fill: one warning for each address and minute."""

import logging
from typing import Any

from .addresses import client_address, network
from .limits import OncePer

_said = OncePer(60)


class OncePerAddress(logging.LoggerAdapter):
    """A logger for one address: of its warnings one a minute, everything else as it is."""

    def __init__(self, logger: logging.Logger, address: str) -> None:
        super().__init__(logger, {})
        self.address = network(address)

    @property
    def level(self) -> int:
        """The logger's own, which uvicorn asks for."""
        return self.logger.level

    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        """Log, unless it is one more warning."""
        if level != logging.WARNING or _said.first(self.address):
            super().log(level, msg, *args, **kwargs)


class OncePerClient(logging.Filter):
    """The same for Django's lines about requests that were refused; faults are always told."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the line is to be written.

        Asked twice, it answers the same: a logger that is configured twice has two filters.
        """
        known = record.__dict__
        if "is_told" not in known:
            known["is_told"] = _is_told(record)
        return bool(known["is_told"])


def _is_told(record: logging.LogRecord) -> bool:
    if record.name.startswith("django.security."):
        # A foreign Host header and the like, which Django refuses with an error and its stack.
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = None
    request = getattr(record, "request", None)
    if record.levelno != logging.WARNING or request is None:
        return True
    peer = request.META.get("REMOTE_ADDR") or ""
    address = client_address(peer, request.headers.get("X-Forwarded-For", ""))
    return _said.first(network(address))
