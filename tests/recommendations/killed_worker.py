"""A task worker that dies by SIGKILL between making recommendations and writing them.

Run by the tests as a process of its own; its argument is the test database as JSON.
"""

import json
import os
import signal
import sys

import django
from django.conf import settings


def die(*_: object, **__: object) -> None:
    """Leave no time for anything."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Take the waiting task, and die where it would be written."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    settings.DATABASES["default"].update(json.loads(sys.argv[1]))
    django.setup()

    from recommendations import advising
    from recommendations.worker import run_waiting_tasks

    advising._store = die
    run_waiting_tasks()


main()
