"""Adding, changing and ending officers, and the services that they work in. Ended, an officer stays: old
cases name them. How a service ends: reorganising.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import actions as accounts
from accounts.models import Person
from council.editing import as_seen, one_at_a_time
from council.people import person_for
from council.rules import may, not_for_oneself, sensible, words
from frontend.words import day as written
from ledger import actions as ledger
from ledger.commitments import commit
from officers import changing, rules
from officers.models import Officer, Service, ServiceChange
from protocol.refusals import Refused


@transaction.atomic
def add(
    *,
    name: str,
    email: str,
    job_title: str,
    by: Person | None,
    level: str = "officer",
    service: Service | None = None,
    manager: Officer | None = None,
) -> Officer:
    """Record an officer. Somebody with this email address already is the same person.

    Refused where that person is an officer already; one who had left comes back.
    """
    may(by, "directory.keep")
    # The council first, then services, then officers: the order of whatever locks more than one of them.
    one_at_a_time()
    service = changing.taking(service, timezone.localdate())
    job_title = words(job_title, "a job title", 160)
    level = rules.level(level)
    rules.current(manager, "their manager", timezone.localdate())
    person, _ = person_for(name=name, email=email, by=by)
    not_for_oneself(person, by, "an officer")
    values = {"job_title": job_title, "level": level, "service": service, "manager": manager}
    officer = Officer.objects.select_related("person").filter(person=person).first()
    if officer is None:
        officer = Officer(person=person, **values)
        try:
            with transaction.atomic():
                officer.save(force_insert=True)
        except IntegrityError:
            raise Refused(f"Somebody else has just added {person.name}.") from None
    else:
        _back(officer, values)
    _record("entry_added", officer, by)
    return officer


def _back(officer: Officer, values: dict) -> None:
    """Somebody who had left is an officer again, in the same row."""
    if officer.ended_on is None:
        raise Refused(
            f"{officer.person.name} already has this email address and is an officer.",
            instead="Change that officer instead.",
        )
    rules.no_circle(officer, values["manager"], managers())
    for field, value in {**values, "ended_on": None}.items():
        setattr(officer, field, value)
    officer.save(update_fields=[*values, "ended_on"])


def shown(officer: Officer) -> dict[str, object]:
    """What the page that changes an officer shows."""
    return {
        "name": officer.person.name,
        "email": officer.person.email,
        "job_title": officer.job_title,
        "level": officer.level,
        "service": officer.service,
        "manager": officer.manager,
    }


@transaction.atomic
def change(
    *,
    officer: Officer,
    name: str,
    email: str,
    job_title: str,
    level: str,
    service: Service | None,
    manager: Officer | None,
    by: Person | None,
    seen: str | None = None,
) -> list[str]:
    """Change an officer; returns the names of the fields that changed."""
    may(by, "directory.keep")
    one_at_a_time()
    # One who belongs to a service that ended long ago may stay there until they are given another.
    if service is not None and service.pk != officer.service_id:
        service = changing.taking(service, timezone.localdate())
    elif service is not None:
        service = changing.held(service)
    as_seen(officer, seen, shown)
    values = {
        "job_title": words(job_title, "a job title", 160),
        "level": rules.level(level),
        "service": service,
        "manager": manager,
    }
    if service != officer.service and service is not None:
        not_for_oneself(officer.person, by, f"an officer of {service}")
    if manager is not None and manager.pk != officer.manager_id:
        rules.current(manager, "their manager", timezone.localdate())
        rules.no_circle(officer, manager, managers())
    person, name = officer.person, words(name, "a name", 200)
    changed = []
    before = (person.name, person.email or "")
    if before != (name, email):
        # Somebody with an account keeps their address until they confirm the new one.
        accounts.change_person(person=person, name=name, email=email, by=by)
    if before != (person.name, person.email or ""):
        changed.append("person")
    own = [field for field, value in values.items() if getattr(officer, field) != value]
    for field in own:
        setattr(officer, field, values[field])
    if own:
        officer.save(update_fields=own)
        _record("entry_changed", officer, by, fields=own)
    return changed + own


def ending(officer: Officer) -> dict[str, date | None]:
    """What the page that ends an officer shows."""
    return {"last_day": officer.ended_on}


@transaction.atomic
def end(*, officer: Officer, last_day: date, by: Person | None, seen: str | None = None) -> Officer:
    """They are an officer for the last time on `last_day`. What they leave behind stays theirs.

    Until it is given to others, cases and lines pass them over; `left_behind` lists it.
    """
    may(by, "directory.keep")
    as_seen(officer, seen, ending)
    sensible(last_day, "The last day")
    if officer.ended_on is not None and officer.ended_on < timezone.localdate():
        raise Refused(f"{officer} already left on {written(officer.ended_on)}.")
    officer.ended_on = last_day
    officer.save(update_fields=["ended_on"])
    _record("entry_ended", officer, by, last_day=last_day)
    return officer


@transaction.atomic
def add_service(
    *,
    name: str,
    by: Person | None,
    head: Officer | None = None,
    chief_officer: Officer | None = None,
) -> Service:
    """Record a service, with its head and the chief officer who answers for it."""
    may(by, "directory.keep")
    service = Service(**_service_values(name, head, chief_officer))
    _not_led_by_oneself((head, chief_officer), by)
    _save_service(service)
    _record_service("entry_added", service, by)
    return service


def service_shown(service: Service) -> dict[str, object]:
    """What the page that changes a service shows."""
    return {
        "name": service.name,
        "head": service.head,
        "chief_officer": service.chief_officer,
    }


@transaction.atomic
def change_service(
    *,
    service: Service,
    name: str,
    head: Officer | None,
    chief_officer: Officer | None,
    by: Person | None,
    seen: str | None = None,
) -> list[str]:
    """Change a service; returns the names of the fields that changed."""
    may(by, "directory.keep")
    as_seen(service, seen, service_shown)
    rules.still_as_called(service)
    values = _service_values(name, head, chief_officer)
    changed = [field for field, value in values.items() if getattr(service, field) != value]
    _not_led_by_oneself([values[field] for field in changed if field != "name"], by)
    former = service.name
    for field in changed:
        setattr(service, field, values[field])
    if changed:
        _save_service(service)
        kept = _renamed(service, former, by) if "name" in changed else {}
        _record_service("entry_changed", service, by, commitments=kept, fields=changed)
    return changed


def _renamed(service: Service, former: str, by: Person | None) -> dict[str, str]:
    """Keep what it was called until now; returns the commitment to that."""
    proof, now = commit(former), timezone.now()
    change = ServiceChange.objects.create(
        service=service,
        kind="renamed",
        on=timezone.localdate(now),
        at=now,
        by=by,
        former_name=former,
        salt=proof.salt,
    )
    return {change.key: proof.digest}


def _not_led_by_oneself(leaders: Iterable[Officer | None], by: Person | None) -> None:
    for officer in leaders:
        not_for_oneself(officer.person if officer else None, by, "the head of a service")


def _service_values(name: str, head: Officer | None, chief_officer: Officer | None) -> dict:
    today = timezone.localdate()
    rules.current(head, "head of a service", today)
    rules.current(chief_officer, "a chief officer", today)
    return {
        "name": words(name, "the name of the service", 120),
        "head": head,
        "chief_officer": chief_officer,
    }


def _save_service(service: Service) -> None:
    same = Service.objects.filter(name__iexact=service.name).exclude(pk=service.pk)
    taken = Refused(
        f"There is already a service called {service.name}.", instead="Choose another name."
    )
    if same.exists():
        raise taken
    try:
        with transaction.atomic():
            service.save()
    except IntegrityError:
        raise taken from None


def managers() -> dict[int, int | None]:
    """Officer id → manager's id. Locks the council, so that no two make a circle together."""
    one_at_a_time()
    return dict(Officer.objects.order_by().values_list("pk", "manager_id"))


def _record(verb: str, officer: Officer, by: Person | None, **data) -> None:
    ledger.record(
        verb=verb,
        subject=f"officer:{officer.pk}",
        actor=by.pk if by else None,
        data={"person": officer.person_id, **data},
    )


def _record_service(
    verb: str, service: Service, by: Person | None, commitments: dict | None = None, **data
) -> None:
    ledger.record(
        verb=verb,
        subject=f"service:{service.pk}",
        actor=by.pk if by else None,
        data=data,
        commitments=commitments,
    )
