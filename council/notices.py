"""The mails that this room writes: who was put where cases can be seen.

At delivery it is asked again whether the recipient has to do with it still.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.urls import reverse

from accounts import standing
from accounts.models import Person
from council.models import Delegation, Holding
from council.sight import OVERSEE
from frontend.words import day as written
from ledger.hooks import Rendered
from ledger.models import Notice
from protocol import authority

HELD = """\
{by} recorded that {who} {part} the post of {post}, from {since}{until}. What the post lets its holder
see and do, {who} may see and do in that time.

{page}

If you did not expect this, tell your council’s monitoring officer or clerk, in person or by telephone.
"""
ACTS = """\
{by} recorded that {delegate} acts for {principal}, from {since}{until}. For {principal}, {delegate}
may {may}. Restricted cases are closed to them.

If you did not expect this, tell your council’s monitoring officer or clerk, in person or by telephone.
"""


def posts(notices: Sequence[Notice]) -> dict[int, Rendered | None]:
    """None where the holding is gone, and for who neither has the post nor keeps or oversees."""
    rows = Holding.objects.select_related("post", "person").in_bulk(
        {notice.event.data.get("holding") for notice in notices} - {None}
    )
    names, may_hear = _actors(notices), _hearers(notices)
    found: dict[int, Rendered | None] = {}
    for notice in notices:
        row = rows.get(notice.event.data.get("holding"))
        heard = row is not None and may_hear(notice.recipient, row.post.key)
        found[notice.id] = _held(row, names(notice)) if heard else None
    return found


def delegations(notices: Sequence[Notice]) -> dict[int, Rendered | None]:
    """To the two people of it, and nobody else."""
    ids = {notice.id: _number(notice.event.subject) for notice in notices}
    rows = Delegation.objects.select_related("principal", "delegate").in_bulk(set(ids.values()))
    names = _actors(notices)
    found: dict[int, Rendered | None] = {}
    for notice in notices:
        row = rows.get(ids[notice.id])
        both = (row.principal.key, row.delegate.key) if row else ()
        found[notice.id] = _acts(row, names(notice)) if notice.recipient in both else None
    return found


def _held(holding: Holding, by: str) -> Rendered:
    order = holding.deputy_order
    part = f"is deputy {order} for" if order else "holds"
    body = HELD.format(
        by=by,
        who=holding.holder_name,
        part=part,
        post=holding.post.title,
        page=settings.BASE_URL + reverse("post-show", args=[holding.post.key]),
        **_days(holding),
    )
    return Rendered(f"{holding.holder_name} {part} the post of {holding.post.title}", body)


def _acts(delegation: Delegation, by: str) -> Rendered:
    delegate, principal = delegation.delegate.name, delegation.principal.name
    may = authority.delegated_in_words(frozenset(delegation.may.split()))
    body = ACTS.format(by=by, delegate=delegate, principal=principal, may=may, **_days(delegation))
    return Rendered(f"{delegate} acts for {principal}", body)


def _days(row: Holding | Delegation) -> dict[str, str]:
    until = f" to {written(row.until)}" if row.until else ""
    return {"since": written(row.since), "until": until}


def _hearers(notices: Sequence[Notice]) -> Callable[[str, str], bool]:
    ids = {_number(notice.recipient) for notice in notices}
    people = {p.key: p for p in Person.objects.active().with_capacities().filter(pk__in=ids)}
    holders = set(Holding.objects.filter(person__in=ids).values_list("person_id", "post__key"))

    def may_hear(recipient: str, post: str) -> bool:
        person = people.get(recipient)
        if person is None:
            return False
        where = standing.of(person)
        keeps = where.may(OVERSEE) or where.may("people.invite")
        return keeps or (person.pk, post) in holders

    return may_hear


def _actors(notices: Sequence[Notice]) -> Callable[[Notice], str]:
    ids = {notice.event.actor for notice in notices}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return lambda notice: names.get(notice.event.actor, "Whoever runs Evenhand for the council")


def _number(key: str) -> int:
    """12 of "person:12"; 0, which is nobody, of anything else."""
    number = key.partition(":")[2]
    return int(number) if number.isascii() and number.isdigit() else 0
