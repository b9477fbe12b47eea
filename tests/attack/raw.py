"""Requests as bytes, straight into the WSGI application that gunicorn serves: nothing is tidied on the way."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.conf import settings
from django.core.signals import got_request_exception, request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from accounts.models import Person

# Django takes the bare secret of the cookie in the header.
CSRF = "a" * 32


@dataclass(frozen=True)
class Request:
    """One request. `path` is what comes after the host, decoded from %-codes, as bytes."""

    method: str
    path: bytes
    query: bytes = b""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    content_type: str | None = None
    content_length: str | None = None

    def environ(self) -> dict:
        """The WSGI environment, with latin-1 strings for bytes, as PEP 3333 has it."""
        made = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path.decode("latin-1"),
            "QUERY_STRING": self.query.decode("latin-1"),
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(self.body)) if self.body else "",
        }
        if self.cookies:
            made["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies)
        made |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers}
        if self.content_type is not None:
            made["CONTENT_TYPE"] = self.content_type
        if self.content_length is not None:
            made["CONTENT_LENGTH"] = self.content_length
        return made


@dataclass
class Answer:
    """What came back; `escaped` is an exception that the application did not answer at all."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    faults: list[str] = field(default_factory=list)
    escaped: str = ""


def send(request: Request) -> Answer:
    """Send it; exceptions on the way are named in the answer, so that a failure says what it was."""
    from protocol_site.wsgi import application

    answer, started = Answer(status=0), {}

    def note(sender, request=None, **kwargs):
        answer.faults.append(repr(sys.exc_info()[1])[:300])

    def start(status, headers, exc_info=None):
        started.update(status=status, headers=headers)

    got_request_exception.connect(note)
    try:
        with _connection_kept():
            _answered(application, request, answer, start)
        answer.status = int(started["status"].split()[0])
        answer.headers = {name.lower(): value for name, value in started["headers"]}
    except Exception as error:
        answer.status, answer.escaped = 500, repr(error)[:300]
    finally:
        got_request_exception.disconnect(note)
    return answer


def _answered(application, request: Request, answer: Answer, start) -> None:
    response = application(request.environ(), start)
    try:
        answer.body = b"".join(response)
    finally:
        response.close()


@contextmanager
def _connection_kept():
    """The test's own transaction goes through the request; Django's test client does the same."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def cookies_of(person: Person | None) -> tuple[tuple[str, str], ...]:
    """The cookies of somebody signed in, with the secret that answers to CSRF."""
    cookies = [(settings.CSRF_COOKIE_NAME, CSRF)]
    if person is not None:
        client = Client()
        client.force_login(person)
        jar: SimpleCookie = client.cookies
        cookies.append((settings.SESSION_COOKIE_NAME, jar[settings.SESSION_COOKIE_NAME].value))
    return tuple(cookies)
