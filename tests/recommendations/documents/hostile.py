"""Upload hostile documents to a house of their own, and print what becomes of each.

    python -m tests.recommendations.documents.hostile

Makes a database in a folder for the time being, puts every file through the service and through
a task worker, and says at the end what was published, whether the worker is alive, and how much
memory it and its readers took. Exits with 1 if anything is not as it should be.
"""

import os
import resource
import sys
import threading
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
PATIENCE_SECONDS = 120


def main() -> int:
    """Print a line per file; return how many are not as they should be."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from recommendations import worker
    from recommendations.models import Passage, Playbook

    from .cases import CASES

    call_command("migrate", verbosity=0)
    by = User.objects.create_user("reviewer")
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_embedded_worker, args=[stop])
    thread.start()
    began = _mebibytes(resource.RUSAGE_SELF)
    wrong = sum(not _is_as_it_should(case, by) for case in CASES)
    alive = thread.is_alive()
    stop.set()
    thread.join()
    out = sys.stdout.write
    out(f"\n{len(CASES)} files, {wrong} not as they should be. ")
    out(f"Playbooks: {Playbook.objects.count()}, passages: {Passage.objects.count()}. ")
    out(f"The worker is {'alive' if alive else 'DEAD'}.\n")
    out(f"Memory at most: {began} MiB before, {_mebibytes(resource.RUSAGE_SELF)} MiB after, ")
    out(f"a reader {_mebibytes(resource.RUSAGE_CHILDREN)} MiB.\n")
    return wrong + Playbook.objects.count() + (not alive)


def _is_as_it_should(case, by) -> bool:
    from recommendations.documents import service
    from recommendations.models import Document
    from streams.errors import DomainError

    content = case.make()
    began = time.monotonic()
    try:
        row = service.receive(name=case.file, content=content, by=by, via="hostile")
    except DomainError as error:
        became, said = error.code, str(error)
    else:
        while (row := Document.objects.get(pk=row.pk)).status == "waiting":
            if time.monotonic() > began + PATIENCE_SECONDS:
                break
            time.sleep(0.02)
        became, said = row.problem_code or row.status, row.problem or _about(row)
    right = became == case.becomes and case.said in said
    mark = "ok   " if right else "WRONG"
    seconds = time.monotonic() - began
    sys.stdout.write(f"{mark} {case.name:38} {len(content):>10,} B {seconds:5.1f} s  ")
    sys.stdout.write(f"{became}: {said}\n")
    return right


def _about(row) -> str:
    pages = f"{row.pages} pages, " if row.pages else ""
    return f"{pages}{row.words:,} words in {len(row.sections):,} sections"


def _mebibytes(whose: int) -> int:
    return resource.getrusage(whose).ru_maxrss // 1024


if __name__ == "__main__":
    django.setup()
    sys.exit(bool(main()))
