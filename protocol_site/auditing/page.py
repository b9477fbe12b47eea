"""One event on a page: what it says, where it stands in its chain, and what proves that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from frontend.parts import Link, Row
from frontend.words import moment
from ledger.keeping import kept_after
from ledger.models import Event, Seal
from protocol_site.auditing.words import Explained

# A transaction that had begun when a seal was made may have come after it.
LONGEST_TRANSACTION = timedelta(minutes=5)
CHAINS = {
    "case": "All that happened to it, from the first event on.",
    "reads": "What one person read or took away on one day.",
    "system": "What happened on one day besides, to people, settings and the record.",
}
UNSEALED = (
    "No seal was made since. The next one, within the hour, covers it. Until then whoever owns the "
    "database could still change it, and no file would show it."
)
SEALED = (
    "The seal is one digest over the heads of all chains, chained to the seal before. To change this "
    "event, its chain and every seal from this one on would have to be made anew."
)
KEPT = (
    "It names the last event of this chain on that day. Kept where nobody of the server can write, it "
    "proves that this event is as it was then: check it as “How to verify” says."
)
NOT_KEPT = (
    "None since. Without one, whoever owns the database could make all chains and seals anew."
)
NOWHERE = "No folder is set for it (LEDGER_HEADS), so nothing outside the database bears this out."


def said(one: Explained) -> list[Row]:
    event = one.event
    kind = event.stream.key.partition(":")[0]
    return [
        Row("When", [moment(event.at), event.at.strftime("%Y-%m-%d %H:%M:%S.%f UTC")]),
        Row("Done by", _linked(one.who, person=_person(event)) if event.actor else one.who),
        Row("About", [_linked(one.about, subject=event.subject), event.subject]),
        Row("Chain", [_linked(event.stream.key, chain=event.stream.key), CHAINS[kind]]),
        Row("What else it says", _data(event.data)),
    ]


def proven(one: Explained) -> list[Row]:
    event = one.event
    before = event.previous or "None: it is the first of its chain"
    return [
        Row("Place in its chain", str(event.seq)),
        Row("Its digest", event.digest),
        Row("Digest of the one before", before),
        Row("Texts that it commits to", _texts(event.commitments)),
        Row("Sealed", _sealed(event)),
        Row("Head kept outside", _kept(event)),
    ]


def _person(event: Event) -> str:
    return f"person:{event.actor}"


def _linked(text: str, **filters: str) -> Link:
    """To the list of all events like it."""
    return Link(text, f"{reverse('event-list')}?{urlencode(filters)}")


def _data(data: Mapping[str, object]) -> list[str] | str:
    return [f"{key}: {value}" for key, value in sorted(data.items())] or "Nothing"


def _texts(commitments: Mapping[str, str]) -> list[str] | str:
    """The digest tells nothing of a text by itself; it shows whether a text is the one that was written."""
    return [f"{name}: {digest}" for name, digest in sorted(commitments.items())] or "None"


def _sealed(event: Event) -> list[str] | str:
    later = Seal.objects.filter(at__gte=event.at + LONGEST_TRANSACTION).order_by("id")
    seal = later.first()
    return [moment(seal.at), seal.digest, SEALED] if seal else UNSEALED


def _kept(event: Event) -> list[str] | str:
    if not settings.LEDGER_HEADS:
        return NOWHERE
    found = kept_after(event.at)
    return [found.name, KEPT] if found else NOT_KEPT
