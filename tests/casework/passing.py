"""A service whose officer leaves, with enquiries and contributions in his name, for the tests of passing on."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import date

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from casework.contributions import actions as contributions
from casework.models import Case, Contribution
from casework.passing.theirs import Item, Mark
from ledger.actions import deliver
from officers.models import Officer
from tests import cast
from tests.casework.making import NOW, World, enquiry, fresh, with_bob, world
from tests.factories import OfficerFactory

DUE = date(2026, 6, 4)
WHY = "Bob leaves on Friday."


def team(key: str = "bristol", **changed) -> World:
    """Bob leaves Highways, where Nia works too; Gita works in Housing, which Gus heads."""
    made = world(key, **changed)
    made.nia = OfficerFactory(
        person__name="Nia North", person__email="nia@example.org", service=made.highways
    ).person
    made.gita = cast.gita()
    housing = made.gita.officer.service
    made.gus = OfficerFactory(person__name="Gus Green", service=housing, level="senior").person
    housing.head = made.gus.officer
    housing.save(update_fields=["head"])
    return made


def contribution(made: World, officer: Officer | None = None, **changes) -> Contribution:
    """Gita has an enquiry, and asks Bob for a contribution to it."""
    case = with_gita(made, **changes)
    contributions.ask(
        case=case,
        by=fresh(made.gita),
        officer=officer or made.bob.officer,
        text="Who closed the lane?",
        due=DUE,
        now=NOW,
    )
    return Contribution.objects.with_names().latest("pk")


def with_gita(made: World, **changes) -> Case:
    from casework.enquiries import actions

    case = enquiry(made, service=made.gita.officer.service, **changes)
    if case.owner_id is None:
        return actions.accept(case=case, by=fresh(made.gita), now=NOW)
    verb = actions.allocate if case.state == "received" else actions.reassign
    why = {} if case.state == "received" else {"reason": "Hers."}
    return verb(case=case, by=fresh(made.dev), officer=made.gita.officer, now=NOW, **why)


def several(made: World, count: int, **changes) -> list[Case]:
    return [with_bob(made, subject=f"Pothole {n}", **changes) for n in range(count)]


def marks(*things: Case | Contribution) -> list[Mark]:
    """As the page that is open has them."""
    return [Mark.read(Item(thing).mark) for thing in things]


def address(officer: Officer) -> str:
    return reverse("work-pass-on", args=[officer.pk])


class Desk:
    """The pages of passing on, as somebody in front of them."""

    def __init__(self, client: Client, person, officer: Officer):
        self.client, self.officer = client, officer
        client.force_login(person)

    def open(self) -> HttpResponse:
        return self.client.get(address(self.officer))

    def send(self, step: str, things: Iterable, to: Officer | None, **changes) -> HttpResponse:
        """`things` are cases, contributions, or marks as text."""
        ticked = [one if isinstance(one, str) else Item(one).mark for one in things]
        sent = {"step": step, "ticked": ticked, "officer": to.pk if to else "", "reason": WHY}
        return self.client.post(
            address(self.officer), {**sent, "once": str(uuid.uuid4()), **changes}
        )


def ticked(page: HttpResponse) -> dict[str, bool]:
    """What stands on the page with a tick box, by key, and whether it is ticked."""
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page.content.decode())
    return {re.search(r'value="([^"]+)\.\d+"', box)[1]: " checked" in box for box in boxes}


def sent(mailoutbox, now=NOW) -> dict[str, list]:
    """Everything that goes by then, by whom it goes to."""
    mailoutbox.clear()
    while deliver(now=now).claimed:
        pass
    found: dict[str, list] = {}
    for mail in mailoutbox:
        address = re.sub(r".*<|>.*", "", mail.to[0])
        found.setdefault(address, []).append(mail)
    return found
