"""``manage.py serve``: HTTP, sockets and, when embedded, everything else in one process."""

import gc
import socket
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from streams import background, server
from streams.addresses import is_loopback
from streams.garbage import SELDOM


class Command(BaseCommand):
    help = "Serve HTTP and the three streams."
    requires_system_checks = []  # `manage.py check` is part of the tests; starting is quick

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and how many processes."""
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--workers", type=int, default=1)
        parser.add_argument("--tls-cert", default=settings.TLS_CERT, metavar="FILE")
        parser.add_argument("--tls-key", default=settings.TLS_KEY, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse what cannot work, start the jobs, serve until told to stop."""
        host, port, workers = options["host"], options["port"], options["workers"]
        refuse_impossible(host, port, workers)
        tls = tls_options(options["tls_cert"], options["tls_key"])
        refuse_unmigrated()
        try:
            listening = server.bind(host, port)
            for prepare in background.before_start:
                prepare(host)
        except (OSError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        self._serve(listening, workers, tls)

    def _serve(self, listening: socket.socket, workers: int, tls: dict[str, Any]) -> None:
        stop = threading.Event()
        gc.collect()
        gc.freeze()  # what the start made lives forever: keep it out of every collection
        gc.set_threshold(*SELDOM)
        threads = background.start(stop)
        try:
            server.run(listening, workers=workers, proxies=settings.TRUSTED_PROXIES, tls=tls)
        finally:
            stop.set()
            for thread in threads:
                thread.join(timeout=5)


def refuse_impossible(host: str, port: int, workers: int) -> None:
    """Stop before a start that would not do what the settings say.

    Raises:
        CommandError: one line that names the setting.
    """
    if not 0 <= port <= 65_535:
        raise CommandError(f"--port: must be between 0 and 65535, got {port}.")
    if workers < 1:
        raise CommandError(f"--workers: must be at least 1, got {workers}.")
    if workers > 1 and not settings.REDIS_URL:
        raise CommandError("--workers: several processes need REDIS_URL to wake each other.")
    if is_loopback(host):
        return
    if set(settings.ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]"}:
        raise CommandError(f"ALLOWED_HOSTS is missing: it is required when bound to {host}.")


def tls_options(certificate: str, key: str) -> dict[str, Any]:
    """Return what the server needs for TLS; nothing if no certificate is named.

    Raises:
        CommandError: the files do not do; one line that says why.
    """
    if not certificate and not key:
        return {}
    from streams import tls  # reading certificates takes 0.1 s to import: plain HTTP does without

    try:
        return tls.options(certificate, key)
    except tls.TlsError as error:
        raise CommandError(str(error)) from error


def refuse_unmigrated() -> None:
    """Stop if the database is not up to date.

    Raises:
        CommandError: says what to run.
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database is not up to date: run `manage.py migrate` first.")
