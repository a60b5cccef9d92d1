"""``manage.py verify_history``: is the history of recommendations what was written?"""

import json
import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from recommendations.chain import Mark, derived_key, latest
from recommendations.chain_check import Check, Finding, snapshot

#: How the head of a chain without links is told.
EMPTY = "0:"


class Command(BaseCommand):
    help = (
        "Checks every record in the history of recommendations against the chain of digests, and "
        "every recommendation against its last record. Ends with 0, or with 1 if something does "
        "not fit. Write the head down elsewhere, and give it back with --expect: only so is it "
        "found that the end of the chain was cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to compare with, and how to answer."""
        text = "a head of this chain that was written down earlier"
        parser.add_argument("--expect", type=mark, metavar="POSITION:DIGEST", help=text)
        text = "one JSON object a line: each finding, then the summary"
        parser.add_argument("--json", action="store_true", help=text)
        text = "print the key that is made from SECRET_KEY, for HISTORY_KEY, and do nothing else"
        parser.add_argument("--derived-key", action="store_true", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is found, then the summary."""
        if options["derived_key"]:
            self.stdout.write(derived_key())
            return
        self._terminal = self.stdout.isatty() and not options["json"]
        check, found = Check(expect=options["expect"], progress=self._show), 0
        began = timezone.now()
        with snapshot():
            for finding in check.findings():
                found += 1
                self._print(json.dumps(finding.told()) if options["json"] else line(finding))
        since = latest().position - check.head.position
        if options["json"]:
            self._print(json.dumps(summary(check, found, since)))
        else:
            self._print(text(check, found))
            if since > 0:
                moment = f"{began:%Y-%m-%d %H:%M:%S} UTC"
                self._print(f"As of {moment}; {since:,} records since are not in it.")
        if found:
            sys.exit(1)

    def _show(self, done: int, total: int) -> None:
        if self._terminal:
            self.stdout.write(f"\r\x1b[K{done:,} of {total:,} records", ending="")
            self.stdout.flush()

    def _print(self, told: str) -> None:
        self.stdout.write(f"\r\x1b[K{told}" if self._terminal else told)


def mark(told: str) -> Mark:
    """Read what ``--expect`` names.

    Raises:
        ArgumentTypeError: it is no head.
    """
    if told.strip() == EMPTY:
        return Mark(0, "")
    if not (found := re.fullmatch("([1-9][0-9]{0,17}):([0-9a-f]{64})", told.strip())):
        raise ArgumentTypeError("must be a position, a colon and 64 hexadecimal digits")
    return Mark(int(found[1]), found[2])


def line(finding: Finding) -> str:
    """Return a finding as a line for people."""
    named = [
        f"{name} {number}"
        for name in ("position", "recommendation", "record")
        if (number := getattr(finding, name)) is not None
    ]
    return f"{', '.join(named) or 'chain'}: {finding.detail} ({finding.code})"


def text(check: Check, found: int) -> str:
    """Return the summary for people."""
    plural = "" if found == 1 else "s"
    verdict = f"{found:,} finding{plural}" if found else "everything fits"
    counts = f"{check.links:,} records, {check.rows:,} recommendations"
    return f"{counts}: {verdict}.\nHead: {check.head.position}:{check.head.digest}"


def summary(check: Check, found: int, since: int) -> dict[str, Any]:
    """Return the summary for programs."""
    return {
        "ok": not found,
        "findings": found,
        "records": check.links,
        "recommendations": check.rows,
        "head": {"position": check.head.position, "digest": check.head.digest},
        "written_meanwhile": max(since, 0),
    }
