"""What is open with a service that is merged or ended goes to its successor, as it stands.

Owners, dates, clocks and what was brought to whom stay; each case has an event of its own. Restricted
cases go along like any other, and nothing that the doer reads tells of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import standing
from accounts.models import Person
from casework import following
from casework.counting import counted
from casework.enquiries.actions import agreements
from casework.models import Case, Contribution, DirectContact
from casework.models.case import OPEN_STATES
from council.models import Adoption
from frontend.words import count
from ledger.actions import Entry
from officers.changing import Carried, Room
from officers.models import Service, ServiceChange

VERBS = {"merged": "contribution_moved_by_merger", "ended": "contribution_moved_by_ending"}


def known(service: Service, viewer: Person) -> list[str]:
    """What is open there that the viewer may see, as sentences; of what they may not see, nothing."""
    cases, asked = counted(
        Case.objects.visible_to(viewer).open().filter(service=service),
        Contribution.objects.readable_by(viewer).open().filter(service=service),
    )
    found = [
        f"{count(cases, 'open enquiry,open enquiries')} that you can see" if cases else "",
        f"{count(asked, 'contribution')} that you can see, asked of it and not given"
        if asked
        else "",
    ]
    today = timezone.localdate()
    _, posts = agreements.deciding_posts(Adoption.objects.in_force(today))
    if posts & standing.of(viewer).keys("post"):
        agreed = DirectContact.objects.current_or_coming(today).filter(service=service).count()
        found.append(f"{count(agreed, 'agreement')} on direct contact" if agreed else "")
    return [one for one in found if one]


def carry(change: ServiceChange) -> Carried:
    """Move it all. The statements are as many for a thousand cases as for one; so are those of the ledger."""
    service, into = change.service, change.into
    mine, asked = Case.objects.open().filter(service=service), _asked(service)
    # Cases first, in one order, as every action locks them; of what is asked of the service, its case too.
    locked = Case.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = locked.filter(Q(pk__in=mine.values("pk")) | Q(pk__in=asked.values("case")))
    rows = list(rows.values("pk", "version", "owner", "service", "state"))
    moved = [row for row in rows if row["service"] == service.pk and row["state"] in OPEN_STATES]
    lent = list(asked.order_by("pk").values("pk", "case", "owner", "due"))
    mine.update(service=into, version=F("version") + 1)
    asked.update(service=into, version=F("version") + 1, asked_of=Coalesce("asked_of", "service"))
    versions = {row["pk"]: row["version"] for row in rows}
    for row in moved:
        versions[row["pk"]] += 1
    return Carried(
        entries=[
            *(_case(change, row["pk"], versions[row["pk"]]) for row in moved),
            *(_contribution(change, row, versions[row["case"]]) for row in lent),
            *agreements.carried(change),
        ],
        owners=_owners([*moved, *lent]),
    )


def _asked(service: Service) -> QuerySet[Contribution]:
    return Contribution.objects.open().filter(service=service)


def _owners(rows: Iterable[dict]) -> set[int]:
    return {row["owner"] for row in rows if row["owner"]}


def _case(change: ServiceChange, pk: int, version: int) -> Entry:
    return Entry(
        verb=following.VERBS[change.kind],
        subject=f"case:{pk}",
        actor=change.by_id,
        data={
            "version": version,
            "service_before": change.service_id,
            "service_now": change.into_id,
        },
    )


def _contribution(change: ServiceChange, row: dict, version: int) -> Entry:
    return Entry(
        verb=VERBS[change.kind],
        subject=f"case:{row['case']}",
        actor=change.by_id,
        data={
            "version": version,
            "contribution": row["pk"],
            "service_before": change.service_id,
            "service_now": change.into_id,
            "date_due": row["due"],
        },
    )


ROOM = Room(known=known, carry=carry)
