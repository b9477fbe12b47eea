"""What an MP raised at Blackpool: a member who can hold a portfolio, and what they read of it."""

from __future__ import annotations

from datetime import timedelta

from casework.enquiries import actions
from casework.models import Case, Copy, EnquiryDetail
from casework.portfolios import actions as portfolios
from members.models import Portfolio
from tests import cast
from tests.casework.making import NOW, World, fresh, reloaded, with_bob, world

MP = "Jo Mills, Blackpool South"
CONCERN, REPLY, NOTE = "The lamp is dark, zebra.", "It is lit, gazelle.", "She rings daily, okapi."


def blackpool() -> World:
    """With Erin, who holds nothing yet."""
    found = world("blackpool")
    found.erin = cast.erin()
    return found


def holds(person, name: str = "Highways and lamps", since=None, until=None) -> Portfolio:
    since = since or NOW.date() - timedelta(days=30)
    return Portfolio.objects.create(name=name, member=person.member, since=since, until=until)


def belongs(made: World, name: str = "Highways and lamps") -> None:
    portfolios.belongs(service=made.highways, name=name, by=fresh(made.dev))


def raised(made: World, **changes) -> Case:
    asked = {"mp_name": MP, "body": CONCERN, "service": made.highways, "significance": "routine"}
    return with_bob(made, **(asked | changes))


def answered(made: World, case: Case, **changes) -> Case:
    asked = {
        "case": reloaded(case),
        "by": fresh(made.bob),
        "text": REPLY,
        "now": NOW,
        "gives": False,
    }
    return actions.answer(**(asked | changes))


def reads(person) -> list[str]:
    copies = Copy.objects.visible_to(fresh(person)).order_by("message__pk")
    return [copy.message.body for copy in copies.select_related("message")]


def waits(case: Case) -> bool:
    return EnquiryDetail.objects.get(case=case).mp_waits
