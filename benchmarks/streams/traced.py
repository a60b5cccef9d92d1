"""``manage.py`` with a count of memory: SIGUSR1 has it written down, by file, in bytes.

EMBERWATCH_TRACE=FILE python -m benchmarks.streams.traced serve --port 8000
"""

import gc
import json
import os
import signal
import sys
import tracemalloc
from pathlib import Path

from django.core.management import execute_from_command_line


def write(*_: object) -> None:
    """Write what is allocated now; the file appears whole."""
    gc.collect()
    sizes = tracemalloc.take_snapshot().statistics("filename")
    target = Path(os.environ["EMBERWATCH_TRACE"])
    draft = target.with_suffix(".new")
    draft.write_text(json.dumps({line.traceback[0].filename: line.size for line in sizes}))
    draft.rename(target)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    tracemalloc.start(1)
    signal.signal(signal.SIGUSR1, write)
    execute_from_command_line(["manage.py", *sys.argv[1:]])
