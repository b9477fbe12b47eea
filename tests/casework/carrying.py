"""Highways is to be part of Environment: what the tests of services that change share (docs/adr/0018)."""

from __future__ import annotations

from datetime import timedelta

from casework.contributions import actions as contributions
from casework.models import Case, Clock, Contribution
from officers.actions import reorganising
from officers.models import Service
from tests import cast
from tests.casework.making import MONDAY, NOW, World, fresh, reloaded, with_bob, working_days, world
from tests.factories import OfficerFactory, ServiceFactory

WHY = "One team for the streets."
TUESDAY = NOW + timedelta(days=1)


def two_services() -> World:
    """Highways (Bob, Sam at its head) is to be part of Environment (Ella at its head, Evan in it)."""
    found = world("bristol")
    found.gita = cast.gita()
    found.environment = ServiceFactory(name="Environment")
    found.ella = OfficerFactory(
        person__name="Ella Earth", service=found.environment, level="senior"
    ).person
    found.evan = OfficerFactory(person__name="Evan Elm", service=found.environment).person
    found.environment.head = found.ella.officer
    found.environment.save()
    return found


def merge(made: World, service=None, into=None, kind: str = "merge"):
    act = getattr(reorganising, kind)
    return act(
        service=service or made.highways,
        into=into or made.environment,
        reason=WHY,
        by=fresh(made.dev),
    )


def sees(person, case: Case) -> bool:
    return Case.objects.visible_to(fresh(person)).filter(pk=case.pk).exists()


def clocks() -> list:
    return list(Clock.objects.order_by("pk").values())


def restricted(case: Case) -> Case:
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    return reloaded(case)


def asked(made: World, service, case=None) -> Contribution:
    """The case asks a service for something; Bob has the case."""
    case = case or with_bob(made)
    contributions.ask(
        case=reloaded(case),
        by=fresh(Case.objects.get(pk=case.pk).owner),
        text="Who owns the tree?",
        due=working_days(MONDAY, 4),
        service=service,
    )
    return Contribution.objects.latest("pk")


def housing() -> Service:
    return Service.objects.get(name="Housing")
