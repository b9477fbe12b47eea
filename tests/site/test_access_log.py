"""What gunicorn writes of a request: one line that lets nobody in and names no search."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from accounts.links import address_link, link_for
from accounts.models import AddressChange
from protocol_site.logs import without_tokens
from tests.factories import PersonFactory

ROOT = Path(settings.BASE_DIR)
TOKEN = "d1jq5v-0123456789abcdef0123456789abcdef"
FORGED = "[29/Nov/2026] 200 GET /people/ 1ms"


class Web:
    """A gunicorn with our settings, and what it wrote. It serves what comes with Python: the product
    itself would take seconds to start."""

    def __init__(self, var: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        told = {"EVENHAND_VAR": str(var), "PORT": str(self.port), "ACCESS_LOG": "-"}
        told |= {
            "DJANGO_SETTINGS_MODULE": "protocol_site.settings",
            "DATABASE_URL": "",
            "PROFILE": "",
        }
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config=python:protocol_site.gunicorn"),
                "wsgiref.simple_server:demo_app",
            ],
            cwd=ROOT,
            env={**os.environ, **told},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # It says, once it listens, that it runs on the embedded database.
        self.process.stdout.readline()

    def ask(self, line: bytes) -> None:
        """Send a request with this first line, byte by byte as it stands."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as wire:
            wire.sendall(line + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            while wire.recv(4096):
                pass

    def end(self) -> list[str]:
        self.process.terminate()
        return self.process.communicate(timeout=60)[0].splitlines()


@pytest.fixture
def web(tmp_path):
    one = Web(tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.kill()
        one.process.communicate()


def test_a_request_is_one_line_without_tokens_and_without_what_was_searched_for(web):
    """Seen red with: gunicorn's own Logger in ours' place; `quote` left out; `without_tokens` left out."""
    web.ask(f"GET /account/password/MQ/{TOKEN}/".encode())
    web.ask(f"GET /account/password/MQ/{TOKEN.replace('-', '%2D').upper()}/".encode())
    web.ask(f"GET /account/address/?link=7-{'0a' * 32}".encode())
    web.ask(b"GET /find/?words=Mrs+Smith")
    web.ask(b"GET /a%0a" + FORGED.replace(" ", "%20").encode())
    web.ask(b"GET /b%0d%0a%E2%80%A8%C2%85" + FORGED.replace(" ", "%20").encode())
    web.ask(b"GET /caf%C3%A9%ff")
    # What is no request at all is quoted in the other log.
    web.ask(f"GET /{TOKEN} no request".encode())
    lines = [line for line in web.end() if " GET " in line or "request" in line]
    paths = [line.split(" GET ")[1].split(" ")[0] for line in lines if "] 200 GET" in line]
    assert paths == [
        "/account/password/MQ/(link)/",
        "/account/password/MQ/(link)/",
        "/account/address/",
        "/find/",
        "/a%0A%5B29/Nov/2026%5D%20200%20GET%20/people/%201ms",
        "/b%0D%0A%E2%80%A8%C2%85%5B29/Nov/2026%5D%20200%20GET%20/people/%201ms",
        "/caf%C3%A9%EF%BF%BD",
    ]
    said = "\n".join(lines)
    assert len(lines) == 8
    assert "0123456789abcdef" not in said.lower()
    assert "0a0a" not in said
    assert "Smith" not in said


def test_the_token_of_every_link_that_is_mailed_is_known_by_its_look(db):
    """Seen red with: TOKEN asking for 65 hexadecimal digits."""
    pat = PersonFactory(name="Pat Price", email="pat@example.org")
    change = AddressChange(pk=7, person=pat, old="pat@example.org", new="price@example.org")
    for link in (link_for(pat), link_for(pat, invitation=True), address_link(change)):
        assert without_tokens(link).rstrip("/").endswith("(link)")
