"""Logs: one line each on standard error, without payloads or tokens."""

from config import env

LEVEL = env.one_of("LOG_LEVEL", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# What Django refuses by itself before a view sees it, each with a logger of its own.
REFUSED = ("DisallowedHost", "RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,  # True hides the server's own tracebacks
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"once": {"()": "streams.quiet.OncePerClient"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LEVEL},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"filters": ["once"]},
        **{f"django.security.{name}": {"filters": ["once"]} for name in REFUSED},
        "uvicorn.error": {"level": "WARNING"},  # its INFO lines hold query strings, so tickets
        "httpx": {"level": "WARNING"},  # one line a request else, with its query string
        "openai": {"level": "WARNING"},  # whatever DEBUG lines of its versions hold
        "httpx2": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "django.tasks": {"level": "WARNING"},
    },
}
