"""How a command ends that cannot do its work: in one line, with a code of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def command(tmp_path, *arguments, **options):
    """Start ``manage.py`` on an empty folder of data."""
    given = {"DATABASE_URL": "", "REDIS_URL": "", "DATA_DIR": str(tmp_path)}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **given},
        cwd=ROOT, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def test_a_database_without_tables_is_told_in_one_line(tmp_path):
    running = command(tmp_path, "verify_history", stdout=subprocess.PIPE)

    told, complaint = running.communicate()

    assert (running.returncode, told) == (2, "")
    assert complaint.startswith("emberwatch: no such table: ")
    assert complaint.endswith("Is the database there, and migrated?\n")
    assert len(complaint.splitlines()) == 1


def test_a_reader_that_leaves_is_no_fault(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)

    running = command(tmp_path, "help", stdout=writing)
    os.close(writing)
    _, complaint = running.communicate()

    assert (running.returncode, complaint) == (141, "")
