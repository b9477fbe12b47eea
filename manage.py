#!/usr/bin/env python
"""Run one of the product's commands: `./manage.py help` lists them."""

import os
import sys

STOPPED = 130
# As of a program that SIGPIPE ended: what it would have said is not known, so it did not succeed.
NOBODY_READS = 141


def main() -> None:
    """Run the command; Ctrl-C, or a reader who has had enough, ends it without a traceback."""
    try:
        _run()
        if sys.stdout:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write(
            "\nStopped. What it had finished stands, and the rest was undone: it can be run again.\n"
        )
        sys.exit(STOPPED)
    except BrokenPipeError:
        # Such as `| head`. Python would try once more to write what is left, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NOBODY_READS)


def _run() -> None:
    """Hand the command line to Django; say what is missing in plain words, without a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protocol_site.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Django is not installed here. Run script/setup, then use .venv/bin/python manage.py"
        )
    from django.db import DatabaseError

    from protocol_site.environment import TRUE, NotConfigured, said_of_database

    demo = os.environ.get("EVENHAND_DEMO", "").strip().lower() in TRUE
    if sys.argv[1:2] == ["load_demo"] and not demo:
        sys.exit("load_demo is there in the demonstration only: set EVENHAND_DEMO=1 as well.")
    try:
        execute_from_command_line(sys.argv)
    except NotConfigured as error:
        sys.exit(str(error))
    except DatabaseError as error:
        said = said_of_database(error)
        if said is None:
            raise
        sys.exit(said)


if __name__ == "__main__":
    main()
