"""A process that dies by SIGKILL while it waits for a language model.

Run by the tests as a process of its own; its argument is the test database as JSON.
"""

import json
import os
import signal
import sys
import time

import django
from django.conf import settings


def die(*_: object, **__: object) -> None:
    """Leave no time for anything."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Ask, and die where the answer would be waited for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    settings.DATABASES["default"].update(json.loads(sys.argv[1]))
    django.setup()

    from recommendations.generation.model import calls, wire
    from recommendations.generation.model.endpoint import Endpoint, Question

    wire.ask = die
    nowhere = Endpoint("http://127.0.0.1:9/v1", "any", "", 1000)
    question = Question([{"role": "user", "content": "Anything?"}], {})
    calls.ask(nowhere, question, deadline=time.monotonic() + 30)


main()
