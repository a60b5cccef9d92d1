"""Where rows, wake-ups and counters live: embedded by default, distributed by two URLs."""

from pathlib import Path
from typing import Any

from config import env

DATA_DIR = env.folder("DATA_DIR")
DATABASE_URL = env.get("DATABASE_URL")
REDIS_URL = env.get("REDIS_URL")


def sqlite(path: Path) -> dict[str, Any]:
    """Return a SQLite database that many threads can write to.

    Django's defaults lose writes to "database is locked"; FULL keeps a commit whose
    stream number was already sent, also through a power cut.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


def channel_layers(redis_url: str) -> dict[str, Any]:
    """Return the wake-up layer: in memory for one process, Redis pub/sub for many."""
    if not redis_url:
        backend = {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 4096}}
    else:
        backend = {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis_url], "prefix": env.get("CHANNEL_PREFIX") or "emberwatch"},
        }
    return {"default": backend}


if DATABASE_URL:
    DATABASES = {"default": env.database(DATABASE_URL)}
else:
    DATABASES = {"default": sqlite(DATA_DIR / "emberwatch.sqlite3")}

CHANNEL_LAYERS = channel_layers(REDIS_URL)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # seconds
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # of 300 some would be dropped that still count
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
