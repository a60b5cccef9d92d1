"""A task worker that dies by SIGKILL while it works on a document.

Run by the tests as a process of its own; its arguments are the test database as JSON, and what
it is doing when it dies: ``read`` or ``prepare``.
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
    """Take the waiting task, and die in the middle of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    settings.DATABASES["default"].update(json.loads(sys.argv[1]))
    django.setup()

    from recommendations.documents import work
    from recommendations.worker import run_waiting_tasks

    if sys.argv[2] == "read":
        work.parsing.parse = die
    else:
        work.preview.look = die
    run_waiting_tasks()


main()
