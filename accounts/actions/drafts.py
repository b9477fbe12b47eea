"""Drafts: kept as they are typed, sent once, and deleted when their time has come.

None of it is an event: what somebody thinks of writing is theirs, and the ledger keeps nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone

from accounts import drafts, rules, sealing, throttle
from accounts.actions.tries import spend
from accounts.drafts import Acts, Place
from accounts.models import Draft, Person
from frontend.words import moment
from ledger.models import Event
from protocol.refusals import Refused

# Before the version of the case, in the place of a mark.
ALL_THE_SAME = "after-"


class TooFast(Refused):
    """More savings in a while than anybody types."""


class NewerDraft(Refused):
    """There is another draft in its place, which this page has not seen."""

    def __init__(self, draft: Draft):
        super().__init__(
            "You have a newer draft of this. It was saved in another window on "
            f"{moment(draft.saved_at)}.",
            instead="What you typed is still on this page.",
        )
        self.mark = str(draft.mark)


class NoDraft(Refused):
    """The draft that this page had seen was sent or deleted meanwhile, or its writer did something else.

    `mark` is what the page sends where they ask for it all the same: it knows of the case as it is now.
    """

    def __init__(self, words: str, latest: int | None):
        super().__init__(words, instead="What you typed is still on this page.")
        self.mark = "" if latest is None else f"{ALL_THE_SAME}{latest}"


def save_draft(
    *,
    place: Place,
    by: Person,
    posted: QueryDict,
    seen: str = "",
    tried: Iterable[str] = (),
    mark: str = "",
    version: int | None = None,
    now: datetime | None = None,
) -> Draft | None:
    """Keep what was typed. None where there are no words in it: then what was kept of it goes.

    `seen` is the mark of the draft that this page knows of, `tried` those of its own savings that nobody
    answered, and `mark` is to be the next: a saving that was asked for twice is one. `version` is that of
    the case as the page showed it. NewerDraft or NoDraft where another window of theirs was later.
    """
    now = now or timezone.now()
    fresh = UUID(mark) if rules.is_mark(mark) else uuid4()
    known = [UUID(one) for one in (seen, *tried) if rules.is_mark(one)]
    kept = place.kept(posted)
    rules.may_be_kept(kept)
    mine = Draft.objects.filter(person=by).of(place)
    if not place.has_words(kept):
        mine.filter(mark__in=[*known, fresh]).delete()
        return None
    spend(
        {throttle.DRAFT: str(by.pk)},
        TooFast("Too much was saved in a short while.", instead="It is saved again in a moment."),
    )
    if version is None or place.version is None or version > place.version:
        version = place.version
    values = {
        "about": place.about,
        "sealed": sealing.seal(kept.urlencode(), by.pk, Draft.SEALED_AS),
        "saved_at": now,
        "version": version,
        "mark": fresh,
    }
    with transaction.atomic():
        _one_at_a_time(by)
        if mine.filter(mark__in=[*known, fresh]).update(**values):
            return mine.get()
        return _begun(place, by, seen=seen, values=values, now=now)


def _one_at_a_time(by: Person) -> None:
    """One order for what a person saves and what they send: whoever comes second sees what the first did."""
    Person.objects.select_for_update(no_key=True).filter(pk=by.pk).values_list("pk").first()


def _begun(place: Place, by: Person, *, seen: str, values: dict, now: datetime) -> Draft:
    """The first saving; refused where the page is behind what became of the form meanwhile."""
    mine = Draft.objects.filter(person=by).of(place)
    # What the sweep has yet to take is shown to nobody, so nobody can have a newer one in it.
    mine.forgotten(now - settings.DRAFTS_KEPT).delete()
    if other := mine.first():
        raise NewerDraft(other)
    _not_sent_meanwhile(place, by, values["version"], seen)
    rules.may_have_more(Draft.objects.filter(person=by).count())
    try:
        with transaction.atomic():
            return Draft.objects.create(
                person=by, path=place.path, capacity=place.capacity, begun_at=now, **values
            )
    except IntegrityError:
        # Two windows began at the same moment: the other one won.
        other = mine.first()
        if other is None:
            raise
        raise NewerDraft(other) from None


def _not_sent_meanwhile(place: Place, by: Person, version: int | None, seen: str) -> None:
    """A saving that is overtaken by the sending of the same page must not begin a draft after it; but
    whoever was told, and asks for it all the same, is right.
    """
    latest = _latest_own(place, by, version)
    if rules.is_mark(seen):
        raise NoDraft("You sent or deleted this draft in another window.", latest)
    if latest is not None and latest > max(version, _all_the_same(seen)):
        raise NoDraft("You changed this in another window after you opened this page.", latest)


def _latest_own(place: Place, by: Person, version: int | None) -> int | None:
    """The version that this person made last, after the page's own; None where it has none.

    Asked of the ledger and not of the place, which was looked at before the sending ended.
    """
    if version is None:
        return None
    acts = place.acts or Acts(place.about)
    theirs = Event.objects.about(acts.subject).by(by.pk).order_by()
    theirs = theirs.filter(**{f"data__{name}": value for name, value in acts.only})
    made = theirs.filter(**{f"data__{acts.version}__gt": version})
    return max(made.values_list(f"data__{acts.version}", flat=True), default=version)


def _all_the_same(seen: str) -> int:
    number = seen.removeprefix(ALL_THE_SAME) if seen.startswith(ALL_THE_SAME) else ""
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


@dataclass
class Sent:
    """What was sent; `left` is whether a draft stayed that its page had not seen."""

    left: bool = False


@contextmanager
def sending(
    *, place: Place | None, by: Person, marks: Iterable[str] = (), besides: Iterable[str] = ()
) -> Iterator[Sent]:
    """What is sent is no draft any more: both happen, or neither. `marks` are those of the draft that the
    page knew, and of its own savings: what was saved elsewhere is not what was sent, and stays. `besides`
    are of another form's, whose words are sent with this one.
    """
    sent = Sent()
    with transaction.atomic():
        if place:
            _one_at_a_time(by)
        yield sent
        if place:
            mine = Draft.objects.filter(person=by).of(place)
            mine.filter(mark__in=[UUID(one) for one in marks if rules.is_mark(one)]).delete()
            taken = [UUID(one) for one in besides if rules.is_mark(one)]
            if taken:
                Draft.objects.filter(person=by, mark__in=taken).delete()
            sent.left = Draft.objects.visible_to(by).of(place).exists()


def delete_draft(*, draft: Draft) -> None:
    """Once gone it stays gone; a second press finds nothing, and that is as well."""
    Draft.objects.filter(pk=draft.pk).delete()


def drop_drafts(*, path: str, by: Person) -> int:
    """Whatever this person has begun in a form, in any capacity: it is not to be kept here."""
    return Draft.objects.filter(person=by, path=path).delete()[0]


def drop_all_drafts(*, people: Iterable[Person]) -> None:
    """Of those who are stopped from signing in."""
    Draft.objects.filter(person__in=list(people)).delete()


def clear_drafts(*, now: datetime) -> int:
    """The sweep: delete what nobody touched for DRAFT_DAYS, what is of somebody who was stopped, and
    what stands in a form that its writer may not open any more. How many went.
    """
    gone = Draft.objects.forgotten(now - settings.DRAFTS_KEPT).delete()[0]
    rows = Draft.objects.order_by("person_id", "pk").defer("sealed").iterator()
    for pk, mine in groupby(rows, key=lambda draft: draft.person_id):
        left = list(mine)
        person = Person.objects.with_capacities().get(pk=pk)
        theirs = {draft.pk for draft in drafts.still_theirs(person, left)}
        lost = [draft.pk for draft in left if draft.pk not in theirs]
        gone += Draft.objects.filter(pk__in=lost).delete()[0] if lost else 0
    return gone
