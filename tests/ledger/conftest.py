"""What the ledger's tests share: a moment, quick ways to record, hooks and a mail server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from django.db import transaction

from ledger import actions, hooks
from ledger.models import Event, Tell

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def recorded(subject: str = "case:1", **changes) -> Event:
    """One event in a transaction of its own."""
    fields = {"verb": "enquiry_logged", "actor": 7, "at": NOON, **changes}
    with transaction.atomic():
        return actions.record(subject=subject, **fields)


def told(*recipients: str, subject: str = "case:1", **changes) -> Event:
    """One event that these people are to be told of."""
    return recorded(subject, tell=[Tell(recipient) for recipient in recipients], **changes)


@pytest.fixture(autouse=True)
def _no_room_says_how_its_texts_go(monkeypatch) -> None:
    """What is recorded here belongs to no room: a text that is gone counts as erased."""
    monkeypatch.setattr(hooks, "_gone", {})


class Rooms:
    """The rooms above, as the hooks show them: everybody may see everything and has an address."""

    def __init__(self) -> None:
        self.blind: set[str] = set()
        self.homeless: set[str] = set()
        self.broken: set[str] = set()
        self.texts: dict[str, hooks.Text] = {}

    def render(self, notices):
        if any(notice.recipient in self.broken for notice in notices):
            raise KeyError("a fault of the room above")
        return {
            notice.pk: None
            if notice.recipient in self.blind
            else hooks.Rendered(
                f"About {notice.event.subject}", f"Read it, {notice.recipient}, at /x"
            )
            for notice in notices
        }

    def addresses(self, recipients):
        return {
            key: hooks.Address(f"The {key}", f"{key.replace(':', '')}@example.org")
            for key in recipients
            if key not in self.homeless
        }

    def found(self, names):
        return {name: self.texts[name] for name in names if name in self.texts}


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """Hooks of the test's own, in place of the product's."""
    above = Rooms()
    monkeypatch.setattr(hooks, "_renderers", {})
    monkeypatch.setattr(hooks, "_address_books", [])
    monkeypatch.setattr(hooks, "_texts", {})
    hooks.register_renderer("case", above.render)
    hooks.register_address_book(above.addresses)
    hooks.register_texts("message", above.found)
    return above


class MailServer:
    """A real SMTP server on this machine, that can be stopped, started and told to refuse."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.mails: list[tuple[str, bytes]] = []
        self.connections = 0
        self.refusals: dict[str, str] = {}
        self._controller: Controller | None = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((envelope.rcpt_tos[0], envelope.content))
        return "250 taken"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    server.start()
    yield server
    server.stop()
