"""A `db_worker` that finds nothing to do, and says by what it would search.

Run by the tests as a process of its own; its argument is the test database as JSON.
"""

import json
import os
import sys
import threading

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Work off nothing, wait for what was loaded beside, and print the index's name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    settings.DATABASES["default"].update(json.loads(sys.argv[1]))
    django.setup()
    call_command("db_worker", "--batch", "--no-startup-delay")
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()

    from recommendations.knowledge import corpus

    _, index = corpus._cached or (None, None)
    sys.stdout.write(index.name if index else "nothing")


main()
