"""How somebody can stand to an enquiry, each made by one function: the rows of protocol/who_sees.toml by key.

Alice raised it, for Harbour ward, in the Harbour Independents; it is with Highways and Bob has it.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from casework.enquiries import actions
from casework.models import Case, Copy, Escalation, Message
from council.models import Holding
from officers.models import Officer, Service
from tests import cast
from tests.casework.making import World, enquiry, fresh
from tests.documents.making import with_file
from tests.factories import (
    AbsenceFactory,
    DelegationFactory,
    HoldingFactory,
    MemberFactory,
    OfficerFactory,
    ServiceFactory,
    WardFactory,
)


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def case_of(made: World) -> Case:
    """Bob has Alice's enquiry, there is a note on it, and it is today."""
    now = timezone.now()
    case = enquiry(made, now=now, ward=made.harbour)
    actions.accept(case=case, by=made.bob, now=now)
    actions.note(case=case, by=made.bob, text="The contractor is late again.", now=now)
    for message in case.messages.filter(kind__in=["enquiry", "note"]):
        with_file(case, message=message, name=f"{message.kind}.csv")
    return case


def acting(person, key: str):
    """Whoever has several capacities acts in one of them (protocol/capacity.py); here, in this one."""
    person.acted_as = key
    person.save(update_fields=["acted_as"])
    return person


# The people, by how they stand to it ------------------------------------------------------------


def same_group(made):
    group = made.alice.member.group
    return MemberFactory(group=group).person


def same_ward(made):
    return MemberFactory(group=None, ward=WardFactory(name="Harbour")).person


def same_ward_and_group(made):
    return MemberFactory(group=made.alice.member.group, ward=WardFactory(name="Harbour")).person


def delegate(made, case=None):
    person = OfficerFactory(service__name="Member support").person
    DelegationFactory(principal=made.alice, delegate=person)
    return acting(person, f"for:{made.alice.pk}")


def delegate_who_is_nothing_else(made):
    person = cast.charlie()
    DelegationFactory(principal=made.alice, delegate=person)
    return person


def delegate_in_the_team(made):
    """An officer of Highways who is Alice's delegate stands on her side, and reads no notes."""
    person = OfficerFactory(service=made.highways).person
    DelegationFactory(principal=made.alice, delegate=person)
    return acting(person, f"for:{made.alice.pk}")


def delegate_in_the_team_as_an_officer(made):
    """Changing what they act as takes nobody out of a conflict."""
    return acting(delegate_in_the_team(made), "officer")


def delegate_of_before(made):
    person = cast.charlie()
    DelegationFactory(principal=made.alice, delegate=person, until=yesterday())
    return person


def delegate_of_another(made):
    person = cast.charlie()
    DelegationFactory(principal=cast.erin(), delegate=person)
    return person


def raised_and_gone(made):
    type(made.alice.member).objects.filter(person=made.alice).update(ended_on=yesterday())
    return made.alice


def raised_and_disabled(made):
    type(made.alice).objects.filter(pk=made.alice.pk).update(is_active=False)
    return made.alice


def colleague(made):
    return OfficerFactory(service=made.highways).person


def colleague_who_left(made):
    return OfficerFactory(service=made.highways, ended_on=yesterday()).person


def other_service(made):
    return cast.gita()


def head_of_another_service(made):
    return OfficerFactory(service=ServiceFactory(name="Housing"), level="senior").person


def directs_it_from_elsewhere(made):
    director = OfficerFactory(service=ServiceFactory(name="Place"), level="chief")
    Service.objects.filter(name="Highways").update(chief_officer=director)
    return director.person


def _to_housing(made) -> None:
    """Bob passes it to Gita, and so from Highways to Housing."""
    case, gita = Case.objects.get(), cast.gita()
    Case.objects.update(sensitivity="ordinary")
    actions.reassign(case=case, by=fresh(made.bob), officer=gita.officer, reason="By mistake.")


def headed_the_service_that_passed_it_on(made):
    _to_housing(made)
    return made.sam


def directed_the_service_that_passed_it_on(made):
    _to_housing(made)
    return made.carol


def headed_two_services_ago(made):
    _to_housing(made)
    parks = OfficerFactory(service=ServiceFactory(name="Parks"))
    gita = fresh(Case.objects.get().owner)
    actions.reassign(case=Case.objects.get(), by=gita, officer=parks, reason="Not mine either.")
    return made.sam


def passed_it_on(made):
    _to_housing(made)
    return made.bob


def colleague_of_whoever_passed_it_on(made):
    person = colleague(made)
    _to_housing(made)
    return person


def former_owner_elsewhere(made):
    person = OfficerFactory(service__name="Housing").person
    case = Case.objects.get()
    Case.objects.filter(pk=case.pk).update(owner=person)
    assert Case.objects.visible_to(fresh(person)).exists()
    Case.objects.filter(pk=case.pk).update(owner=made.bob)
    return person


def owner_elsewhere(made):
    person = OfficerFactory(service__name="Housing").person
    Case.objects.update(owner=person)
    return person


def owner_who_left(made):
    Officer.objects.filter(person=made.bob).update(ended_on=yesterday())
    return made.bob


def covers(made):
    cover = OfficerFactory(service__name="Housing")
    today = timezone.localdate()
    AbsenceFactory(officer=made.bob.officer, since=today, until=today, cover=cover)
    return cover.person


def covered_until_yesterday(made):
    cover = OfficerFactory(service__name="Housing")
    AbsenceFactory(officer=made.bob.officer, since=yesterday(), until=yesterday(), cover=cover)
    return cover.person


def covers_for_another(made):
    cover = OfficerFactory(service__name="Housing")
    today = timezone.localdate()
    AbsenceFactory(officer=made.sam.officer, since=today, until=today, cover=cover)
    return cover.person


def brought(person, post=""):
    """By an escalation, in the line or as the holder of a post."""
    Escalation.objects.create(
        case=Case.objects.get(), person=person, post_key=post, at=timezone.now()
    )
    return person


def manager_it_was_brought_to(made):
    return brought(OfficerFactory(service__name="Housing").person)


def manager_it_was_brought_to_who_left(made):
    return brought(OfficerFactory(service__name="Housing", ended_on=yesterday()).person)


def head_it_was_brought_to(made):
    return brought(made.sam)


def overseer_it_was_brought_to(made):
    return brought(made.posts["head_of_paid_service"], "head_of_paid_service")


def owner_it_was_brought_to(made):
    """Told as a manager, and given it afterwards."""
    return brought(made.bob)


def mayor_it_was_brought_to(made):
    mayor = MemberFactory().person
    HoldingFactory(post__key="town_mayor", person=mayor)
    return brought(mayor, "town_mayor")


def mayor_until_yesterday(made):
    mayor = mayor_it_was_brought_to(made)
    Holding.objects.filter(person=mayor).update(until=yesterday())
    return mayor


def officer_whose_post_ended(made):
    """Still an officer, and told as the holder of a post that they no longer hold."""
    person = OfficerFactory(service__name="Housing").person
    HoldingFactory(post__key="chief_finance_officer", person=person, until=yesterday())
    return brought(person, "chief_finance_officer")


def mayor_after(made):
    """Whoever holds the post now was not told, and sees nothing by it."""
    mayor_until_yesterday(made)
    mayor = MemberFactory().person
    HoldingFactory(post__key="town_mayor", person=mayor)
    return mayor


def overseer(made):
    return made.dev


def overseer_until_yesterday(made):
    Holding.objects.filter(post__key="democratic_services").update(until=yesterday())
    return made.dev


def deputy_overseer(made):
    person = OfficerFactory(service__name="Housing").person
    HoldingFactory(post__key="monitoring_officer", person=person, deputy_order=1)
    return person


def member_and_overseer(made):
    """Bk: a councillor who acts as Proper Officer oversees what others raise."""
    person = MemberFactory().person
    HoldingFactory(post__key="democratic_services", person=person)
    return acting(person, "post")


def member_and_overseer_it_was_brought_to(made):
    """What an escalation lets an officer do, it lets no member do, whatever post they hold."""
    return brought(member_and_overseer(made), "democratic_services")


def raised_and_oversees(made):
    """And stands on the member's side of what they raised themselves."""
    HoldingFactory(post__key="democratic_services", person=made.alice)
    return made.alice


def raised_and_works_in_the_team(made):
    OfficerFactory(person=made.alice, service=made.highways)
    return made.alice


def raised_and_works_in_the_team_as_an_officer(made):
    return acting(raised_and_works_in_the_team(made), "officer")


def copied_member(made):
    person = cast.erin()
    message = Message.objects.filter(kind="enquiry").get()
    Copy.objects.create(message=message, person=person)
    return person


def another_group(made):
    return cast.erin()


def raised_it(made):
    return made.alice


def has_it(made):
    return made.bob


def heads_the_service(made):
    return made.sam


def directs_the_service(made):
    return made.carol


def monitoring_officer(made):
    return made.posts["monitoring_officer"]


def head_of_paid_service(made):
    return made.posts["head_of_paid_service"]


def administrator(made):
    return cast.ada()


def auditor(made):
    return cast.otis()


def nobody_in_particular(made):
    return cast.charlie()
