"""May this happen to an officer, a service or an absence now? Raises Refused with a way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from accounts import standing
from accounts.models import Person
from council.rules import in_order
from frontend.words import day as written
from officers.models import Absence, Officer, Service
from protocol.refusals import NotTheirs, Refused

LONGEST_ABSENCE = 366 * 2


def level(key: str) -> str:
    if key not in dict(Officer.LEVELS):
        raise Refused("Choose a level from the list.")
    return key


def current(officer: Officer | None, what: str, on: date) -> None:
    """Whoever is named for a part is an officer now."""
    if officer is not None and has_ended(officer, on):
        raise Refused(f"{officer} is no longer an officer, and so cannot be {what}.")


def has_ended(officer: Officer, on: date) -> bool:
    ended = officer.ended_on is not None and officer.ended_on < on
    return ended or not officer.person.is_active


def is_present(officer: Officer, on: date) -> None:
    """A form offers those who are there; whoever left, or is away since it was drawn, is refused."""
    if Officer.objects.present(on).filter(pk=officer.pk).exists():
        return
    if Officer.objects.current(on).filter(pk=officer.pk).exists():
        raise Refused(
            f"{officer.person.name} is away today.",
            instead="Choose another officer, such as whoever covers for them.",
        )
    raise Refused(f"{officer.person.name} is no longer in post.", instead="Choose another officer.")


def no_circle(
    officer: Officer, manager: Officer | None, managers: Mapping[int, int | None]
) -> None:
    """`managers` is officer id → manager's id. Nobody is, at any distance, their own manager."""
    if manager is None:
        return
    if manager.pk == officer.pk:
        raise Refused("Nobody is their own manager.", instead="Choose somebody else, or nobody.")
    seen, at = set(), manager.pk
    while at is not None and at not in seen:
        if at == officer.pk:
            raise Refused(
                f"{manager} already reports to {officer}, directly or through others.",
                instead=f"Change who manages {manager} first, or choose somebody else.",
            )
        seen.add(at)
        at = managers.get(at)


def may_record_absence(officer: Officer, by: Person | None) -> None:
    """Whoever keeps the directory, and officers for themselves."""
    if by is None or officer.person_id == by.pk:
        return
    if not standing.of(by).may("directory.keep"):
        raise NotTheirs(
            "You may record your own absence only.",
            instead="Ask democratic services to record somebody else’s.",
        )


def absence_dates(since: date, until: date) -> None:
    in_order(since, until, first="The first day away", last="The last day away")
    if (until - since).days >= LONGEST_ABSENCE:
        raise Refused(
            "An absence of more than two years is not an absence.",
            instead="Check the years, or end the officer’s post.",
        )


def cover_fits(officer: Officer, cover: Officer | None, since: date) -> None:
    if cover is None:
        return
    if cover.pk == officer.pk:
        raise Refused("Nobody covers for themselves.", instead="Choose somebody else, or nobody.")
    current(cover, "cover", since)


def no_overlap(absence: Absence, others: Iterable[Absence]) -> None:
    for other in others:
        if other.since <= absence.until and absence.since <= other.until:
            raise Refused(
                f"{absence.officer} is already recorded as away from {written(other.since)} to "
                f"{written(other.until)}.",
                instead="Change that absence, or choose days outside it.",
            )


# Services that change ----------------------------------------------------------------------------


def has_closed(service: Service, on: date) -> bool:
    return service.ended_on is not None and service.ended_on < on


def may_end(service: Service, on: date) -> None:
    """One that ended before anybody said who carries on its work can still be given a successor."""
    if service.carried_on_by_id is not None:
        raise Refused(
            f"{service} has ended already: {service.carried_on_by} carries on its work.",
            instead="Read on its page who did that, and when.",
        )


def may_take_over(service: Service, into: Service, on: date) -> None:
    """Somebody answers for what goes there, today and afterwards."""
    if into.pk == service.pk:
        raise Refused(f"{service} cannot take over from itself.", instead="Choose another service.")
    if into.ended_on is not None:
        ends = "has ended" if has_closed(into, on) else f"ends on {written(into.ended_on)}"
        raise Refused(f"{into} {ends}.", instead="Choose a service that goes on.")
    if not is_led(into, on):
        raise Refused(
            f"{into} has neither a head nor a chief officer, so nobody would answer for what goes there.",
            instead=f"Change {into} first, and name one.",
        )


def leads(leader: Officer | None, on: date) -> bool:
    """Whether there is somebody in that place who is an officer still."""
    return leader is not None and not has_ended(leader, on)


def is_led(service: Service, on: date) -> bool:
    return leads(service.head, on) or leads(service.chief_officer, on)


def lacking(into: Service, on: date) -> list[str]:
    """What a successor should have and has not, in words: it is no reason to refuse."""
    head, chief = leads(into.head, on), leads(into.chief_officer, on)
    found = []
    if not head:
        found.append(
            f"{into} has no head. What is not yet given to an officer waits for its chief officer."
        )
    # A council without chief officers lacks none.
    if not chief and Service.objects.current(on).exclude(chief_officer=None).exists():
        found.append(
            f"{into} has no chief officer. What is late goes up to its head, and no further."
        )
    return found


def still_as_called(service: Service) -> None:
    """What was merged or ended stays as it was: old cases name it."""
    if service.carried_on_by_id is not None:
        raise Refused(
            f"{service} has ended, so its entry stays as it is.",
            instead=f"Change {service.carried_on_by}, which carries on its work.",
        )
