"""Start PostgreSQL and Valkey until interrupted, or for the length of one command.

    python -m tests.servers                            print both addresses, and wait
    python -m tests.servers -- pytest tests/streams    run a command that finds them

The addresses are printed, and handed to the command, as TEST_DATABASE_URL and TEST_REDIS_URL; one
that is set already is left alone.
"""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import ExitStack

from tests.servers import PostgresServer, ServerError, ValkeyServer

VARIABLES = {"TEST_DATABASE_URL": PostgresServer, "TEST_REDIS_URL": ValkeyServer}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; what follows `--` is the command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.servers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--durable", action="store_true", help="sync to disk before answering")
    parser.add_argument("command", nargs="*", help="what to run; without it, wait")
    return parser.parse_args(arguments)


def leave(*_: object) -> None:
    """End as `sys.exit` does, so that the servers are stopped on the way out."""
    sys.exit(0)


def main() -> int:
    """The exit code of the command; 0 when interrupted while waiting."""
    options = parse(sys.argv[1:])
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, leave)
    with ExitStack() as stack:
        urls = {
            name: os.environ.get(name) or stack.enter_context(server(durable=options.durable)).url
            for name, server in VARIABLES.items()
        }
        if options.command:
            return subprocess.run(
                options.command, env={**os.environ, **urls}, check=False
            ).returncode
        for name, url in urls.items():
            sys.stdout.write(f"{name}={url}\n")
        sys.stdout.flush()
        signal.pause()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerError as error:
        sys.exit(str(error))
