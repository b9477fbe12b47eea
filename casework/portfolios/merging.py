"""A service is merged into another, or ends: what an MP raised goes along, and is copied to whoever holds the
portfolio of its successor (Bl10.3). So it is said which that is, and not everybody may bring it there.
"""

from __future__ import annotations

from django.utils import timezone

from accounts import standing
from accounts.models import Person
from casework.models import ServicePortfolio
from casework.portfolios.finding import Portfolios, same
from council import citations
from council.models import Adoption
from frontend.parts import Row
from officers.changing import Room
from officers.models import Service
from protocol.refusals import Refused

GOES_TO = (
    "“{name}”, which {holders} today. What Members of Parliament raise with {service}, and the replies, are "
    "copied there from now on"
)
WAITS = (
    "Not known. What Members of Parliament raise with {service} is copied to nobody until democratic services "
    "say to which portfolio {into} belongs"
)


def may_bring(service: Service, into: Service, by: Person | None) -> None:
    """By those alone who see every enquiry already, where it opens what waits to be copied to another holder.

    The same whether or not anything waits: that is not everybody's to know. One query.
    """
    if by is None or standing.of(by).may("enquiry.oversee"):
        return
    name, before = _names(service, into)
    if name and not same(name, before):
        raise Refused(
            f"{into} belongs to the portfolio “{name}”, and {service} does not. Whoever holds it would be "
            f"sent copies of what Members of Parliament raised with {service}, which you cannot see yourself.",
            instead="Ask democratic services to do it.",
        )


def rows(service: Service, into: Service) -> list[Row]:
    """Where the protocol has copies go by portfolios. Four queries."""
    today = timezone.localdate()
    adoption = Adoption.objects.in_force(today)
    mp = adoption.profile.mp if adoption else None
    if mp is None or mp.copy_to != "executive_member":
        return []
    name, before = _names(service, into)
    if not name and not before:
        return []
    named = {"service": service, "into": into, "name": name}
    held = [person.name for person in Portfolios.load(today).of(into.pk)]
    holders = (
        f"{' and '.join(held)} {'holds' if len(held) == 1 else 'hold'}" if held else "nobody holds"
    )
    words = (GOES_TO if name else WAITS).format(holders=holders, **named)
    cite = citations.cite(mp.clause or "", adoption.profile)
    return [Row(f"Portfolio of {into}", words, cite=cite)]


def _names(service: Service, into: Service) -> tuple[str, str]:
    """The portfolio of the successor, and that of the service; "" where nobody said."""
    said = ServicePortfolio.objects.filter(service__in=(service.pk, into.pk))
    found = dict(said.values_list("service", "name"))
    return found.get(into.pk, ""), found.get(service.pk, "")


ROOM = Room(may=may_bring, rows=rows)
