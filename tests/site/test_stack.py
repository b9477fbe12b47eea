"""The whole stack at once: a real worker takes a real message off the real broker and mails by SMTP.

On the embedded stack that is SQLite and a folder; with DATABASE_URL and REDIS_URL, PostgreSQL and Redis.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from email import message_from_bytes
from urllib.request import urlopen

import psycopg2
import pytest
from aiosmtpd.controller import Controller
from django.db import connections

from tests.site.test_server import ROOT, Server

CLERK = "clerk@example.org"


class Inbox:
    """A mail server that keeps what it is sent."""

    def __init__(self) -> None:
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"

    def wait(self, seconds: float):
        """The first mail, or a failure after so many seconds."""
        until = time.monotonic() + seconds
        while not self.mails and time.monotonic() < until:
            time.sleep(0.1)
        assert self.mails, f"no mail in {seconds} s"
        return self.mails[0]


@pytest.fixture
def mail():
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        inbox.port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


@pytest.fixture
def database():
    """The environment of an empty database on this stack's engine."""
    settings = connections["default"].settings_dict
    if connections["default"].vendor != "postgresql":
        yield {}
        return
    where = {key: settings[name] for key, name in _PLACES.items() if settings[name]}
    name = f"evenhand_stack_{os.getpid()}"
    admin = psycopg2.connect(dbname="postgres", **where)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    host, port = settings["HOST"] or "127.0.0.1", settings["PORT"] or 5432
    secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    yield {"DATABASE_URL": f"postgres://{settings['USER']}{secret}@{host}:{port}/{name}"}
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


_PLACES = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}


def test_a_worker_on_the_broker_mails_what_the_database_holds(tmp_path, mail, database):
    """The clerk's invitation goes out by SMTP within moments, and its link opens.

    Seen red with: `wake_after_commit` doing nothing and the schedule without `ledger.tasks.deliver`.
    """
    environment = {**database, "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
    server = Server(tmp_path, **environment)
    try:
        server.wait_until_it_says("Evenhand is ready")
        _manage(tmp_path, server, environment)
        invitation = mail.wait(seconds=90)
    finally:
        server.process.terminate()
        server.end()
    assert invitation["To"].endswith(f"<{CLERK}>") or invitation["To"] == CLERK
    assert invitation["Message-ID"]
    assert re.search(
        r"http://127\.0\.0\.1:\d+/account/", invitation.get_payload(decode=True).decode()
    )


def _manage(tmp_path, server: Server, environment: dict[str, str]) -> None:
    """Set the council up beside the running server, as a clerk's IT team would."""
    done = subprocess.run(
        [
            sys.executable, "manage.py", "setup_council", "--name", "Exampleton Council",
            "--profile", "bristol", "--clerk-name", "Dev Desai", "--clerk-email", CLERK,
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={
            **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "PROFILE"}},
            "EVENHAND_VAR": str(tmp_path), "EVENHAND_DEMO": "0", "PORT": str(server.port),
            **environment,
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with urlopen(f"http://127.0.0.1:{server.port}/sign-in/", timeout=20) as page:
        assert "Exampleton Council" in page.read().decode()
