"""The one reader of the environment.

Every setting an operator can change is a row of ``SETTINGS``; ``docs/settings.md`` and
``.env.example`` list the same rows (a test compares them). Values come from the process
environment, then from a ``.env`` file beside ``manage.py``. An empty one counts as not given.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, type, default and unit (empty if it has none)."""

    name: str
    kind: type
    default: Any
    unit: str = ""
    minimum: float | None = None


SETTINGS = {
    row.name: row
    for row in (
        Setting("SECRET_KEY", str, ""),
        Setting("HISTORY_KEY", str, ""),
        Setting("DEBUG", bool, default=False),
        Setting("DATA_DIR", str, "var"),
        Setting("DATABASE_URL", str, ""),
        Setting("REDIS_URL", str, ""),
        Setting("HOST", str, "127.0.0.1"),
        Setting("PORT", int, 8000, minimum=0),
        Setting("ALLOWED_HOSTS", list, []),
        Setting("ALLOWED_ORIGINS", list, []),
        Setting("TRUSTED_PROXIES", list, []),
        Setting("METRICS_TOKEN", str, ""),
        Setting("TLS_CERT", str, ""),
        Setting("TLS_KEY", str, ""),
        Setting("HSTS_SECONDS", int, 31_536_000, "seconds", 0),
        Setting("DRAIN_SECONDS", float, 1.0, "seconds", 0),
        Setting("LOG_LEVEL", str, "INFO"),
        Setting("DEMO", bool, default=False),
        Setting("DEMO_FEED", bool, default=True),
        Setting("EMBEDDED_WORKER", bool, default=None),
        Setting("CHANNEL_PREFIX", str, ""),
        Setting("STREAMS_POLL_SECONDS", float, 2.0, "seconds", 0.05),
        Setting("STREAMS_RETENTION_HOURS", int, 168, "hours", 1),
        Setting("STREAMS_HEARTBEAT_SECONDS", float, 15.0, "seconds", 0.2),
        Setting("STREAMS_PING_SECONDS", float, 20.0, "seconds", 0),
        Setting("STREAMS_MAX_LAG_EVENTS", int, 100_000, "events", 1),
        Setting("STREAMS_MAX_SOCKETS", int, 20_000, "sockets", 0),
        Setting("STREAMS_MAX_SOCKETS_PER_USER", int, 20, "sockets", 0),
        Setting("STREAMS_MAX_SOCKETS_PER_ADDRESS", int, 200, "sockets", 0),
        Setting("STREAMS_ACCEPT_RATE", float, 2000.0, "handshakes/second", 0),
        Setting("STREAMS_COMMAND_RATE", float, 20.0, "frames/second", 0),
        Setting("STREAMS_COMMAND_BURST", int, 40, "frames", 1),
        Setting("STREAMS_ALLOW_ANONYMOUS", bool, default=False),
        Setting("ACCESS_TOKEN_SECONDS", int, 900, "seconds", 1),
        Setting("REFRESH_TOKEN_SECONDS", int, 604_800, "seconds", 1),
        Setting("SIGN_IN_ATTEMPTS", int, 10, "failures in 5 minutes", 0),
        Setting("FUTURE_TOLERANCE_SECONDS", int, 3600, "seconds", 0),
        Setting("MEASUREMENTS_RETENTION_DAYS", int, 0, "days", 0),
        Setting("HOTSPOT_THRESHOLD", float, 0.168, "score", 0),
        Setting("HOTSPOT_POLICY_STEPS", str, "0.8,1,1.5", "value / target"),
        Setting("HOTSPOT_RATIO_STEPS", str, "1.25,1.5", "value / baseline"),
        Setting("HOTSPOT_SCORE_STEPS", str, "0.5,1", "score"),
        Setting("HOTSPOT_CLEAR_POINTS", int, 12, "readings", 1),
        Setting("HOTSPOT_UPDATE_SECONDS", float, 5.0, "seconds", 0),
        Setting("ALERT_STORM_HOTSPOTS", int, 20, "hotspots", 0),
        Setting("ALERT_STORM_SECONDS", float, 60.0, "seconds", 1),
        Setting("DECISION_UNDO_SECONDS", int, 30, "seconds", 0),
        Setting("DECISION_FOUR_EYES", bool, default=False),
        Setting("RECOMMENDATION_EXPIRY_HOURS", int, 168, "hours", 1),
        Setting("RAG_VECTOR_BACKEND", str, "numpy"),
        Setting("UPLOAD_MAX_BYTES", int, 1_073_741_824, "bytes", 1),
        Setting("UPLOAD_MAX_TOTAL_BYTES", int, 10_737_418_240, "bytes", 1),
        Setting("UPLOAD_MAX_FILES", int, 100, "files", 1),
        Setting("UPLOAD_RETENTION_DAYS", int, 14, "days", 1),
        Setting("LLM_BASE_URL", str, ""),
        Setting("LLM_MODEL", str, ""),
        Setting("LLM_API_KEY", str, ""),
        Setting("LLM_ALLOW_INSECURE", bool, default=False),
        Setting("LLM_TIMEOUT_SECONDS", float, 30.0, "seconds", 1),
        Setting("LLM_MAX_OUTPUT_TOKENS", int, 1000, "tokens", 100),
        Setting("LLM_DAILY_TOKENS", int, 500_000, "tokens", 0),
        Setting("LLM_CACHE_SECONDS", int, 86_400, "seconds", 0),
        Setting("DOCUMENT_MAX_BYTES", int, 10_485_760, "bytes", 1),
        Setting("DOCUMENT_MAX_PAGES", int, 300, "pages", 1),
        Setting("DOCUMENT_MAX_COUNT", int, 100, "documents", 1),
        Setting("DOCUMENT_PARSE_SECONDS", int, 60, "seconds", 1),
    )
}

# More of it than this is a slip; a moment that lies further ahead has no date any more.
_MOST = {"seconds": 100 * 366 * 86_400, "hours": 100 * 366 * 24, "days": 100 * 366}
_MOST_OTHERWISE = 2**53

# PostgreSQL connections of one process; a caller waits ``timeout`` seconds for one.
POOL = {"min_size": 1, "max_size": 20, "timeout": 3}

environ.Env.read_env(BASE_DIR / ".env")


def _switch(text: str) -> bool:
    # Anything else would quietly count as off, also what was meant to forbid something.
    return {"true": True, "yes": True, "on": True, "1": True,
            "false": False, "no": False, "off": False, "0": False}[text.lower()]  # fmt: skip


def _finite(text: str) -> float:
    if not isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


# For each type: how its text is read, and what to call it where that fails.
_READERS: dict[type, tuple[Callable[[str], Any], str]] = {
    str: (str, "a text"),
    bool: (_switch, "true or false"),
    int: (int, "a whole number"),
    float: (_finite, "a number"),
    list: (_parts, "a list"),
}


def get(name: str) -> Any:
    """Return a setting's value in its type.

    Raises:
        ImproperlyConfigured: the text cannot be read as that type, or is out of bounds.
    """
    row = SETTINGS[name]
    written = os.environ.get(name, "").strip()
    if not written:
        return row.default
    read, meant = _READERS[row.kind]
    try:
        value = read(written)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name}: must be {meant}, got {written!r}") from error
    if row.minimum is not None and value < row.minimum:
        raise ImproperlyConfigured(f"{name}: must be at least {row.minimum:g}, got {value:g}")
    most = _MOST.get(row.unit, _MOST_OTHERWISE)
    if row.minimum is not None and value > most:
        raise ImproperlyConfigured(f"{name}: must be at most {most}, got {written}")
    return value


def steps(name: str) -> tuple[float, ...]:
    """Return a setting that is a row of rising numbers above zero: where severities begin.

    Raises:
        ImproperlyConfigured: it is something else, or has not as many as the default.
    """
    written, default = get(name), SETTINGS[name].default
    wanted = len(default.split(","))
    try:
        numbers = tuple(float(part) for part in written.split(","))
    except ValueError:
        numbers = ()
    rising = all(low < high for low, high in pairwise((0.0, *numbers)))
    if len(numbers) != wanted or not rising or not isfinite(numbers[-1]):
        raise ImproperlyConfigured(
            f"{name}: must be {wanted} rising numbers above 0, like {default}, got {written!r}"
        )
    return numbers


def one_of(name: str, *words: str) -> str:
    """Return a setting that is one of some words, as they are spelled here.

    Raises:
        ImproperlyConfigured: it is another one.
    """
    written = get(name)
    for word in words:
        if word.lower() == written.lower():
            return word
    known = f"{', '.join(words[:-1])} or {words[-1]}"
    raise ImproperlyConfigured(f"{name}: must be {known}, got {written!r}")


def networks(name: str) -> list[str]:
    """Return a setting that lists IP addresses and networks.

    Raises:
        ImproperlyConfigured: a part is neither; a host's name is none.
    """
    for part in (parts := get(name)):
        try:
            ip_network(part, strict=False)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: must be addresses or networks, like 127.0.0.1,10.0.0.0/24, got {part!r}"
            ) from error
    return list(parts)


def origins(name: str) -> list[str]:
    """Return a setting that lists sites as a browser names them: scheme, host and port.

    Raises:
        ImproperlyConfigured: a part is something else.
    """
    for part in (parts := get(name)):
        if not re.fullmatch(r"https?://[^/?#@*\s]+", part):
            raise ImproperlyConfigured(
                f"{name}: must be sites without a path, like https://app.example, got {part!r}"
            )
    return list(parts)


def folder(name: str) -> Path:
    """Return a setting that names a folder, which is made where it is not there.

    Raises:
        ImproperlyConfigured: it cannot be made.
    """
    path = BASE_DIR / get(name)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: cannot use {path}: {error.strerror}") from error
    return path


def required(name: str, why: str) -> Any:
    """Return a setting that must be given; a missing one stops the start and names itself."""
    value = get(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is missing: {why}.")
    return value


def database(url: str) -> dict[str, Any]:
    """Turn the URL of a PostgreSQL database into a Django ``DATABASES`` entry.

    PostgreSQL connections come from a pool: a request has a thread of its own under ASGI, and
    would open a connection each time (measured: a small call takes half as long).
    """
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL: must be like postgres://user:password@host:5432/name; SQLite needs none"
        )
    try:
        entry = dict(environ.Env.db_url_config(url))
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"DATABASE_URL: cannot be read: {error}") from error
    entry.setdefault("OPTIONS", {}).setdefault("pool", POOL)
    entry["CONN_HEALTH_CHECKS"] = True  # none that a restart of the database has cut
    return entry
