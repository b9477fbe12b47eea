"""From claimed notices to mails: what to send to whom, and the mail server. Writes nothing.

The promise is exactly one notice for each event, recipient and channel, and at least one mail,
always with the same Message-ID: a mail server that accepts a mail just before we are killed
cannot be told from one that did not.
"""

from __future__ import annotations

import logging
import smtplib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import formataddr
from types import TracebackType
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from ledger import daily, hooks
from ledger.models import Notice

logger = logging.getLogger(__name__)

# How long a claim holds. What a killed worker held is free again after it.
LEASE = timedelta(minutes=5)
# A batch ends well inside its lease, so that nothing is sent by two workers.
BATCH_SECONDS = 120
# What is held is looked at again so often, because hours and preferences change.
LOOK_AGAIN = timedelta(minutes=5)
# The longest that one mail server's silence may hold a batch up.
SMTP_TIMEOUT = 30
# After the first failure of this very mail, the second, … and ever after.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
# When no server answers the mail is not at fault: it goes with the next sweep.
WHEN_UNREACHABLE = timedelta(seconds=20)
# So many refusals for good, by the recipient's server, and we believe it.
REFUSALS = 5
REFUSED_FOR_GOOD = 500
# Of what is dropped, what somebody should mend. Who may no longer see a thing is no trouble.
TROUBLE = {Notice.Dropped.NO_ADDRESS, Notice.Dropped.REFUSED}


class Unreachable(Exception):
    """No mail server answers. Carries the name of the class of the cause."""


@dataclass(frozen=True)
class Failed:
    """This mail could not be made or sent; `error` is the class of the exception."""

    error: str
    refused: bool = False


Parcel = EmailMessage | Notice.Dropped | Failed
_Answer = TypeVar("_Answer")
_Parcels = dict[int, Parcel]
_Rendered = dict[int, hooks.Rendered | Notice.Dropped | Failed | None]


@dataclass(frozen=True)
class Letter:
    """What goes as one, or fails as one: a notice, or the notices of a daily mail.

    `left_out` are notices of a daily mail that are dropped when it has gone, and why.
    """

    notices: tuple[Notice, ...]
    parcel: Parcel
    left_out: Mapping[int, Notice.Dropped] = field(default_factory=dict)


def slots(notices: Sequence[Notice], now: datetime) -> dict[int, hooks.Slot]:
    """When each of these goes, where that is not at once. Never raises: mail at night is better than none."""
    found = _asked("the hours of mail", hooks.slots, notices, now)
    return {} if isinstance(found, Failed) else found


def _asked(what: str, hook: Callable[..., _Answer], *args: Any) -> _Answer | Failed:
    """What a hook answers, or that it failed: it is another room's, and whatever is wrong there must
    not lose a notice."""
    try:
        return hook(*args)
    except Exception as error:
        # Its class alone: its words could quote anything.
        logger.error("%s failed: %s", what, type(error).__name__)
        return Failed(type(error).__name__)


def report(troubles: Mapping[str, int], oldest: datetime | None) -> None:
    """One line for a batch that did not go out whole: classes and counts, never whom or what about."""
    classes = ", ".join(f"{why} {count}" for why, count in sorted(troubles.items()))
    waiting = f"the oldest waits since {oldest:%Y-%m-%d %H:%M} UTC" if oldest else "none waits"
    logger.warning("mail not sent: %d (%s); %s", sum(troubles.values()), classes, waiting)


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts of one mail."""
    return BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def compose(notices: Sequence[Notice], together: Collection[int] = ()) -> list[Letter]:
    """The mails for these, why they are dropped, or what failed. Never raises.

    `together` are the ids of those that go in the daily mail of their recipient.
    """
    rendered = _rendered(notices)
    ready = sorted({n.recipient for n in notices if isinstance(rendered[n.pk], hooks.Rendered)})
    known = _asked("the address book", hooks.addresses, ready) if ready else {}
    if isinstance(known, Failed):
        return [Letter((notice,), known) for notice in notices]
    parcels = {n.pk: _parcel(n, rendered[n.pk], known.get(n.recipient)) for n in notices}
    letters, mails = [], daily.grouped(notices, rendered, together)
    for notice in notices:
        if notice.pk not in mails:
            letters.append(Letter((notice,), parcels[notice.pk]))
        elif notice is mails[notice.pk][0]:
            letters.append(_daily_letter(mails[notice.pk], rendered, parcels))
    return letters


def _daily_letter(group: Sequence[Notice], rendered: _Rendered, parcels: _Parcels) -> Letter:
    """One mail for the whole group, without what its reader may no longer be told."""
    left_out = {n.pk: p for n in group if isinstance(p := parcels[n.pk], Notice.Dropped)}
    kept = [notice for notice in group if notice.pk not in left_out]
    if not kept:
        return Letter(tuple(group), next(iter(left_out.values())), left_out)
    lines = [rendered[notice.pk].line for notice in kept]
    words = _asked("writing the daily mail", hooks.bound, lines)
    if isinstance(words, Failed):
        return Letter(tuple(group), words)
    mail = parcels[kept[0].pk]
    mail.subject, mail.body = words.subject, words.body
    mail.extra_headers["Message-ID"] = daily.message_id(group)
    return Letter(tuple(group), mail, left_out)


def _rendered(notices: Sequence[Notice]) -> _Rendered:
    by_kind: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_kind[hooks.kind(notice.event.subject)].append(notice)
    rendered: _Rendered = {}
    for group in by_kind.values():
        together = _rendered_together(group)
        if len(group) > 1 and any(isinstance(each, Failed) for each in together.values()):
            # One that cannot be rendered must not hold the others back.
            for notice in group:
                together.update(_rendered_together([notice]))
        rendered.update(together)
    return rendered


def _rendered_together(group: list[Notice]) -> _Rendered:
    """What the kind's renderer says of these; all failed when it raises."""
    renderer = hooks.renderer_for(group[0].event.subject)
    if renderer is None:
        return dict.fromkeys((notice.pk for notice in group), Failed("NoRenderer"))
    answers = _asked(f"rendering notice {group[0].pk}", renderer, group)
    if isinstance(answers, Failed):
        return dict.fromkeys((notice.pk for notice in group), answers)
    return {n.pk: answers[n.pk] if n.pk in answers else Failed("NotRendered") for n in group}


def _parcel(
    notice: Notice,
    message: hooks.Rendered | Notice.Dropped | Failed | None,
    address: hooks.Address | None,
) -> Parcel:
    if not isinstance(message, hooks.Rendered):
        return message or Notice.Dropped.NOT_VISIBLE
    if address is None or not address.email:
        return Notice.Dropped.NO_ADDRESS
    name = " ".join(address.name.split())
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[formataddr((name, address.email)) if name.isprintable() else address.email],
        headers={"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"},
    )


class Post:
    """One connection to the mail server for a whole batch, opened when it is first needed."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def send(self, mail: EmailMessage) -> Failed | None:
        """None when the server took it, else what failed. Unreachable when no server answers."""
        connection = self._opened()
        try:
            if connection.send_messages([mail]) == 1:
                return None
            return Failed("NotSent")
        # A header, an encoding, a backend of the council's choice: whatever it is that this mail
        # cannot be sent, the others can.
        except Exception as error:
            self._close()
            # Is it the mail, or has the server gone? Then this raises.
            self._opened()
            return Failed(type(error).__name__, refused=_refused_for_good(error))

    def _opened(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection(timeout=settings.EMAIL_TIMEOUT or SMTP_TIMEOUT)
            try:
                connection.open()
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(type(error).__name__) from error
            self._connection = connection
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.close()
            except (smtplib.SMTPException, OSError) as error:
                logger.info("closing the mail connection failed: %s", type(error).__name__)


def _refused_for_good(error: Exception) -> bool:
    """The server answered that it will never take mail for this recipient (5xx)."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= REFUSED_FOR_GOOD for code, _ in error.recipients.values()
    )
