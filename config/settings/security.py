"""Who may reach what: hosts, origins, keys, cookies, content security policy."""

import secrets
from pathlib import Path

from corsheaders.defaults import default_headers
from django.utils.csp import CSP

from config import env

from .database import DATA_DIR, DATABASE_URL

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def secret_key(path: Path) -> str:
    """Return the key kept in the data folder, made at the first start."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = (
    env.required("SECRET_KEY", "it is required with DATABASE_URL")
    if DATABASE_URL
    else env.get("SECRET_KEY") or secret_key(DATA_DIR / "secret_key")
)
HISTORY_KEY = env.get("HISTORY_KEY")

ALLOWED_HOSTS = env.get("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_ORIGINS = env.origins("ALLOWED_ORIGINS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
METRICS_TOKEN = env.get("METRICS_TOKEN")

CORS_ALLOWED_ORIGINS = ALLOWED_ORIGINS
CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = (*default_headers, "idempotency-key", "if-match")
CORS_EXPOSE_HEADERS = ["ETag", "Idempotent-Replayed", "Retry-After"]
CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes: the largest batch of readings

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failed"
SECURE_HSTS_SECONDS = env.get("HSTS_SECONDS")  # told over HTTPS only
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
