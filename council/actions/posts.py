"""Who holds a post, who deputises, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from accounts import keepers
from accounts.models import Person
from council import rules, sight
from council.editing import as_seen, one_at_a_time
from council.models import Holding, Post
from frontend.words import day as written
from ledger import actions as ledger
from ledger.models import Tell
from protocol.refusals import Refused

MOST_DEPUTIES = 9


def shown(post: Post) -> dict[str, list[str]]:
    """What the page of a new holder shows: who holds the post now or will, in words."""
    held = post.holdings.filter(Q(until__isnull=True) | Q(until__gte=timezone.localdate()))
    return {"who_holds_it": [_in_words(one) for one in held.select_related("person")]}


def _in_words(holding: Holding) -> str:
    part = f"deputy {holding.deputy_order}" if holding.deputy_order else "holder"
    until = f" until {written(holding.until)}" if holding.until else ""
    return f"{holding.holder_name}, {part} from {written(holding.since)}{until}"


def ending(holding: Holding) -> dict[str, date | None]:
    """What the page that ends a holding shows."""
    return {"last_day": holding.until}


@transaction.atomic
def hold(
    *,
    post: Post,
    since: date,
    by: Person | None,
    person: Person | None = None,
    body: str = "",
    contact_name: str = "",
    contact_email: str = "",
    until: date | None = None,
    deputy_order: int = 0,
    instead_of: Holding | None = None,
    seen: str | None = None,
) -> Holding:
    """Record that a person, a body or an outside contact holds a post, or deputises.

    `deputy_order` 0 holds it, 1 to 9 deputise in that order. `instead_of` is a holding of the post
    that ends the day before.
    """
    rules.may(by, "council.configure")
    # Who else holds it, and who else keeps the council, is looked at first and written after.
    one_at_a_time()
    as_seen(post, seen, shown)
    rules.not_for_oneself(person, by, "the holder of a post")
    shows = sight.showing(sight.adopted())
    rules.may_open_cases(by, post, shows)
    rules.one_holder(person, body, contact_name)
    rules.may_hold(person, contact_name, contact_email, since)
    rules.in_order(since, until, first="The first day", last="The last day")
    if not 0 <= deputy_order <= MOST_DEPUTIES:
        raise Refused(f"A post has {MOST_DEPUTIES} deputies at most.")
    holding = Holding(
        post=post,
        person=person,
        body=rules.words(body, "the name of the body", 200) if body else "",
        contact_name=rules.words(contact_name, "the name", 200) if contact_name else "",
        contact_email=rules.email(contact_email) if contact_email else "",
        deputy_order=deputy_order,
        since=since,
        until=until,
    )
    others = Holding.objects.filter(post=post).select_related("person")
    if instead_of is not None:
        others = others.exclude(pk=instead_of.pk)
    rules.not_held_twice(holding, others)
    holding.save(force_insert=True)
    told = _told(holding, by, opens=post.key in shows) if by is not None else ()
    _record("post_held", holding, by, told, order=deputy_order)
    if instead_of is not None:
        as_seen(instead_of, None, ending)
        _hand_over(instead_of, holding, by)
    return holding


def _told(holding: Holding, by: Person, *, opens: bool) -> Iterable[Person]:
    """Whoever holds it now, the other keepers, and, where it opens cases, all who see them."""
    today = timezone.localdate()
    holders = Person.objects.reachable().filter(
        holdings__in=Holding.objects.filter(post=holding.post_id).exclude(until__lt=today)
    )
    overseers = sight.overseers(today, by, holding.person) if opens else ()
    told = {*holders, *keepers.besides(by), *overseers} - {by}
    return sorted(told, key=lambda one: one.pk)


def _hand_over(before: Holding, after: Holding, by: Person | None) -> None:
    last_day = after.since - timedelta(days=1)
    if before.post_id != after.post_id or before.deputy_order != after.deputy_order:
        raise Refused("Only the one who has this place now can make way for another.")
    if last_day < before.since:
        raise Refused(
            f"{before.holder_name} began on {written(before.since)}: the new holder must begin "
            "on a later day."
        )
    _end(before, last_day, by)


@transaction.atomic
def end(*, holding: Holding, last_day: date, by: Person | None, seen: str | None = None) -> Holding:
    """The holder has the post for the last time on `last_day`."""
    rules.may(by, "council.configure")
    one_at_a_time()
    as_seen(holding, seen, ending)
    return _end(holding, last_day, by)


def _end(holding: Holding, last_day: date, by: Person | None) -> Holding:
    rules.in_order(holding.since, last_day, first="The first day", last="The last day")
    if holding.until is not None and holding.until < last_day:
        raise Refused(f"This already ends on {written(holding.until)}.")
    rules.somebody_keeps_the_council(holding, _keepers_besides(holding, last_day))
    holding.until = last_day
    holding.save(update_fields=["until"])
    _record("post_ended", holding, by, last_day=last_day)
    return holding


def _keepers_besides(holding: Holding, last_day: date) -> list[Holding]:
    """Others who may keep the council's details on the day after, and can sign in."""
    after = last_day + timedelta(days=1)
    keepers = Holding.objects.on(after).filter(
        Q(until__isnull=True), post__key__in=rules.KEEPERS, person__is_active=True
    )
    return list(keepers.exclude(pk=holding.pk).exclude(person__email=None)[:1])


@transaction.atomic
def add_post(*, title: str, by: Person | None) -> Post:
    """A post that the council wants besides those that its protocol names."""
    rules.may(by, "council.configure")
    title = rules.words(title, "the title of the post", 120)
    # "own_" keeps it apart from what a protocol adopted later may name.
    key = f"own_{slugify(title).replace('-', '_')}"[:60]
    if Post.objects.filter(Q(key=key) | Q(title__iexact=title)).exists():
        raise Refused(f"There is already a post called {title}.")
    post = Post.objects.create(key=key, title=title)
    ledger.record(
        verb="entry_added",
        subject=f"post:{post.pk}",
        actor=by.pk if by else None,
        data={"post": key},
    )
    return post


def _record(
    verb: str, holding: Holding, by: Person | None, told: Iterable[Person] = (), **data
) -> None:
    ledger.record(
        verb=verb,
        subject=f"post:{holding.post_id}",
        actor=by.pk if by else None,
        data={"holding": holding.pk, "person": holding.person_id, "since": holding.since, **data},
        tell=[Tell(one.key) for one in told],
    )
