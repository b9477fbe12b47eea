"""The demonstration's own writers: loading a council that does not exist, and signing in as somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import Count, F

from accounts.models import Person
from casework.clocks import LONDON
from casework.enquiries import actions as enquiries
from casework.models import Case
from council.calendar import current
from council.models import Adoption, Council, Holding
from demo import bulk, habits, matters, plans
from demo.directory import Directory
from demo.plans import CouncilPlan
from demo.simulation import Stage
from ledger.actions import record
from ledger.models import Notice
from members.actions import end_member
from members.models import Member
from officers.models import Service
from protocol.refusals import Refused

HISTORY = timedelta(days=730)
SHORTEST = timedelta(days=120)
# Notices that are younger than this are still to be delivered, so that there is mail to look at.
STILL_TO_SEND = timedelta(days=2)


@dataclass(frozen=True)
class Wish:
    """What to load. `now` is when the history ends; `add` is to what is there already."""

    profile: str
    cases: int
    seed: int
    now: datetime
    add: bool = False
    bulk: bool = False


@transaction.atomic
def load(*, wish: Wish, tick: Callable[[int], None] = lambda told: None) -> dict[str, int]:
    """Load a council's people and its casework, all of it or nothing; returns cases by state.

    Refused where there is a council already and `add` was not asked for.
    """
    plan = plans.load(wish.profile)
    today = wish.now.astimezone(LONDON).date()
    start = _start(plan, today)
    leaver = None
    if _there_is_one(wish, plan):
        plan_members = Member.objects.still_open().filter(co_opted=False).count()
        if not plan_members or not Service.objects.exists():
            raise Refused("This council has no members or no services, so nothing can be added.")
    else:
        chamber = Directory(plan, Random(f"{wish.seed}:directory"), start, today).build()
        leaver = chamber.leaver
    stage = Stage(
        plan=plan,
        profile=Adoption.objects.in_force(today).profile,
        calendar=current(),
        seed=wish.seed,
        start=start,
        now=wish.now,
        leaver=leaver,
    )
    if not wish.add:
        _agree_direct_contact(stage)
    if wish.bulk:
        bulk.fill(stage, wish.cases, tick)
    else:
        stage.play(wish.cases, tick)
        habits.begin_an_answer(stage)
        if not wish.add:
            habits.flag_a_demand(stage)
    if not wish.add and plan.daily_at is not None:
        habits.choose_the_daily_mail()
    if leaver is not None:
        end_member(by=None, member=leaver, ended_on=stage.leaves_on)
    _settle_notices(wish.now - STILL_TO_SEND)
    return dict(Case.objects.order_by().values_list("state").annotate(n=Count("pk")))


def _start(plan: CouncilPlan, today: date) -> date:
    """Two years ago, or when the protocol came into force."""
    start = max(today - HISTORY, plan.in_force_from)
    if today - start < SHORTEST:
        raise Refused(
            f"The protocol of {plan.profile} has been in force since {plan.in_force_from} only.",
            instead="Give a later --now.",
        )
    return start


def _there_is_one(wish: Wish, plan: CouncilPlan) -> bool:
    council = Council.objects.current()
    if council is None:
        return False
    if not wish.add:
        raise Refused(
            f"This database holds {council.name} already, with {Case.objects.count()} cases.",
            instead="Name an empty database (DATABASE_URL, or another PROFILE), or add to this "
            "one with --add.",
        )
    if not Adoption.objects.filter(profile_key=plan.profile).exists():
        raise Refused(
            f"{council.name} has not adopted {plan.profile}.",
            instead="Give the profile that it has adopted.",
        )
    return True


def _agree_direct_contact(stage: Stage) -> None:
    """Where the protocol sends everything through one post, a few members need not go through it."""
    if not stage.profile.asks("agreed_direct"):
        return
    rule = next(r for r in stage.profile.routing["enquiry"] if r.to == "post")
    holding = Holding.objects.select_related("person").get(
        post__key=rule.post, deputy_order=0, until__isnull=True
    )
    rng = Random(f"{stage.start}:direct")
    for matter in matters.words()["direct"]:
        plan = rng.choice(stage.cast.plans)
        enquiries.agree_direct_contact(
            by=stage.cast.people[holding.person_id],
            member=stage.cast.member(rng),
            service=stage.cast.services[plan.name],
            matter=matter,
            since=stage.start + timedelta(days=rng.randrange(300)),
        )


def _settle_notices(before: datetime) -> None:
    """What was told long ago has been delivered: nobody is mailed two years of it now."""
    Notice.objects.unfinished().filter(created_at__lt=before).update(
        sent_at=F("created_at"), attempts=1
    )


@transaction.atomic
def sign_in(*, person: Person) -> None:
    """Record that somebody signed in as this person. The session is the view's to begin."""
    record(verb="signed_in", subject=person.key, actor=person.pk)
