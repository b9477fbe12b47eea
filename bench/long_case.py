"""One case with as much on it as a council's longest: 300 events by 70 people, 120 messages by 40."""

from __future__ import annotations

from bench.council_at_scale import NOW, Council
from casework.models import Case, Message
from ledger.models import Event, Stream

MESSAGES, EVENTS = 120, 300


def latest(state: str, *, back: int = 0) -> Case:
    """The newest case in a state that is not restricted, or the one so many before it."""
    cases = Case.objects.filter(state=state, sensitivity="ordinary").for_page()
    return cases.order_by("-received_on", "-pk")[back]


def lengthen(case: Case, council: Council) -> None:
    """Write the messages and events of a long case to one that has a stream."""
    Message.objects.bulk_create(
        Message(case=case, kind="note", author_id=council.teams[n % 40], body="Text.", at=NOW)
        for n in range(MESSAGES)
    )
    stream = Stream.objects.get(key=case.key)
    Event.objects.bulk_create(
        Event(
            stream=stream,
            seq=100 + n,
            at=NOW,
            verb="note_added",
            subject=case.key,
            actor=council.teams[n % 70],
            data={"version": n},
        )
        for n in range(EVENTS)
    )
