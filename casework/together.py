"""Much that goes to one person at once is told to them in one notice, and not in sixty.

Each thing that is passed on is a transaction of its own. The notice of the first lies for a little while,
and the events that follow name it instead of making one each. So whatever was passed on has its notice in
the database with it, wherever the work breaks off. `casework/passing/notices.py` writes the mail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ledger import actions as ledger
from ledger.models import Event, Tell

# Far longer than one takes, and soon enough where the work broke off.
WAIT = timedelta(minutes=2)


@dataclass
class Together:
    """What one person passes on at once, under the key of the form that they sent.

    `readers` are the ids of those who are told of all of it at once. `leading` is which event's notice
    tells them of all: {"person:12": the event's id}. An event leads once it is there for good (`kept`): of
    one that was rolled back the id may be another's by now.
    """

    key: str
    readers: frozenset[int]
    leading: dict[str, int] = field(default_factory=dict)
    _made: dict[str, int] = field(default_factory=dict)

    def gathered(self, tells: Iterable[Tell]) -> tuple[list[Tell], dict[str, Any]]:
        """Who still has to be told of the next event, and what the event says of the others."""
        left, told_with = [], {}
        for tell in tells:
            if _id(tell.recipient) not in self.readers:
                left.append(tell)
            elif self._tells(tell.recipient):
                told_with[str(_id(tell.recipient))] = self.leading[tell.recipient]
            else:
                left.append(Tell(tell.recipient, tell.channel, WAIT))
        return left, {"together": self.key, "told_with": told_with}

    def _tells(self, recipient: str) -> bool:
        event = self.leading.get(recipient)
        until = timezone.now() + WAIT
        return event is not None and ledger.tells_besides(
            event=event, recipient=recipient, until=until
        )

    def told_by(self, event: Event, tells: Iterable[Tell]) -> None:
        """The notices that this event made are those that tell of what follows, once it is `kept`."""
        self._made = {t.recipient: event.pk for t in tells if _id(t.recipient) in self.readers}

    def kept(self) -> None:
        """What was passed on last is in the database for good."""
        self.leading |= self._made
        self._made = {}

    def let_go(self) -> None:
        """All is done: the mails go."""
        ledger.let_go(events=set(self.leading.values()), now=timezone.now())


def _id(key: str) -> int:
    return int(key.partition(":")[2])
