"""Bring database, knowledge base and static files up to date, in one start of Django."""

import os
import sys
from io import StringIO

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError


def main() -> None:
    """Run the three commands quietly; each changes only what is out of date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    # The first time it takes half a minute, so say what the silence is about.
    print("emberwatch: bringing database, playbooks and static files up to date", file=sys.stderr)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("rag_sync", stdout=StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    if settings.DEMO:
        print("Sign in as analyst, approver, admin or ingest; the password of each is demo.")


if __name__ == "__main__":
    try:
        main()
    except (CommandError, DatabaseError, ImproperlyConfigured) as error:
        sys.exit(f"emberwatch: {error}")
    except KeyboardInterrupt:
        sys.exit(130)  # what is done is done, the next start goes on from there
