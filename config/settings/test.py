"""Settings of the test suite: SQLite and the in-memory layer, or real servers by two URLs.

``DATABASE_URL`` and ``REDIS_URL`` are never read here, so that a test run cannot reach
production.
"""

import os
import tempfile
from pathlib import Path

for name in ("DATABASE_URL", "REDIS_URL", "DEMO", "LLM_BASE_URL", "LLM_MODEL", "LLM_API_KEY"):
    os.environ[name] = ""
os.environ["LOG_LEVEL"] = "WARNING"
DIRECTORY = tempfile.TemporaryDirectory(prefix="emberwatch-test-", ignore_cleanup_errors=True)
os.environ["DATA_DIR"] = DIRECTORY.name  # gone with this process

from config import env  # noqa: E402
from config.settings import *  # noqa: E402, F403
from config.settings.database import channel_layers, sqlite  # noqa: E402

TEST_DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "")
SECRET_KEY = "only-for-tests-" + "0" * 40

if TEST_DATABASE_URL:
    DATABASES = {"default": env.database(TEST_DATABASE_URL)}
    del DATABASES["default"]["OPTIONS"]["pool"]  # the test database is dropped at the end
else:
    path = Path(os.environ["DATA_DIR"], "test.sqlite3")
    DATABASES = {"default": {**sqlite(path), "TEST": {"NAME": path}}}
    # Nobody cuts the power here: a test run need not wait for the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"

CHANNEL_LAYERS = channel_layers(REDIS_URL)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STREAMS_POLL_SECONDS = 0.2
EMBEDDED_WORKER = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = Path(os.environ["DATA_DIR"], "static")
STATIC_ROOT.mkdir()
