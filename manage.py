#!/usr/bin/env python
"""Emberwatch's command line: `manage.py help` lists the commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

UNUSABLE = 2  # as for arguments that cannot be read: nothing was asked, so nothing was answered
PIPE_CLOSED = 128 + 13  # as of a program that SIGPIPE ended


def main() -> None:
    """Run the command; what an operator can put right ends in one line."""
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"emberwatch: {error}")
    except (OperationalError, ProgrammingError) as error:
        if "--traceback" in sys.argv:
            raise
        reason = str(error).partition("\n")[0]
        sys.stderr.write(f"emberwatch: {reason}. Is the database there, and migrated?\n")
        sys.exit(UNUSABLE)
    finally:
        sys.stdout.flush()  # here, where a reader that has gone can be noticed


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        main()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(PIPE_CLOSED)
