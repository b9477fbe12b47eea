"""What this room states about a person: officer, level, service, services they answer for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, Value

from officers.models import Absence, Service


def facts(person, on: date) -> Iterable[str]:
    """`officer`, their level, `service:4`; `heads:4` for each service they head or direct.

    What a service took over counts as the service itself, and whoever led what was taken over leads it
    no longer. `covers:12` for each officer who is away that day and named this one to stand in. One
    query.
    """
    officer = getattr(person, "officer", None)
    if officer is None or (officer.ended_on and officer.ended_on < on):
        return
    yield "officer"
    yield officer.level
    if officer.service_id:
        yield f"service:{officer.service_id}"
    led = Q(head=officer) | Q(chief_officer=officer)
    taken_over = Q(carried_on_by__head=officer) | Q(carried_on_by__chief_officer=officer)
    heads = Service.objects.filter((led & Q(carried_on_by=None)) | taken_over).order_by()
    covers = Absence.objects.on(on).filter(cover=officer).order_by()
    found = [covers.values_list(Value("covers"), "officer__person_id")]
    if officer.service_id:
        older = Service.objects.filter(carried_on_by=officer.service_id).order_by()
        found.append(older.values_list(Value("service"), "pk"))
    facts = heads.values_list(Value("heads"), "pk").union(*found)
    yield from (f"{fact}:{pk}" for fact, pk in facts)


def in_words(officer) -> str:
    """Such as “Highways inspector, Highways”. No query: the person brings the service."""
    return f"{officer.job_title}, {officer.service.name}" if officer.service else officer.job_title
