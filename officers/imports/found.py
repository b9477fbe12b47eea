"""The directory as an import finds it and leaves it, by what a file calls people and services."""

from __future__ import annotations

from datetime import date

from council.imports import cleaning
from officers import rules
from officers.models import Officer, Service, ServiceChange
from protocol.refusals import Refused


class Found:
    """Officers by email and services by name; what a line adds is added here too."""

    def __init__(self, on: date):
        self.on = on
        rows = Officer.objects.select_related("person", "service", "manager")
        self.officers = {o.person.email.lower(): o for o in rows if o.person.email}
        services = Service.objects.with_leaders().select_related("carried_on_by")
        self.services = {cleaning.key(service.name): service for service in services}
        # What a service was called before; of two that had the name, the later.
        renamings = (
            ServiceChange.objects.renamings()
            .select_related("service__carried_on_by")
            .order_by("at", "pk")
        )
        self.former = {cleaning.key(one.former_name): one.service for one in renamings}

    def current(self) -> list[Officer]:
        return [one for one in self.officers.values() if not rules.has_ended(one, self.on)]

    def officer(self, email: str, part: str) -> Officer | None:
        """Whoever has this address, None for none. Refused where nobody of today has it."""
        if not email:
            return None
        found = self.officers.get(email)
        if found is None:
            raise Refused(
                f"the {part} {cleaning.shown(email)} is nobody’s address among the officers.",
                instead="Import or add them first.",
            )
        rules.current(found, f"the {part}", self.on)
        return found

    def service(self, name: str) -> Service | None:
        """The service of this name, None where there is none yet. Refused where it has ended or is called
        something else: an old file undoes no merger, and adds no second service under a former name.
        """
        key = cleaning.key(name)
        found = self.services.get(key)
        former = self.former.get(key) if found is None else None
        if former is not None and not rules.has_closed(former, self.on):
            raise Refused(
                f"the service {cleaning.shown(name)} is called {former.name} now.",
                instead="Write that name. A new service under the old name is added on the page “Services”.",
            )
        if former is not None:
            named = f"{cleaning.shown(name)}, called {former.name} later,"
            raise Refused(f"the service {named} has ended.", instead=_instead(former))
        if found is not None and rules.has_closed(found, self.on):
            raise Refused(f"the service {found.name} has ended.", instead=_instead(found))
        return found


def _instead(ended: Service) -> str:
    now = ended.carried_on_by
    return (
        f"Write {now.name}, which carries on its work."
        if now
        else "Use the one that took its place."
    )


def change(label: str, old: object, new: object) -> str:
    """One field of a line that changes something, in words."""
    return f"{label}: {old or 'nothing'} → {new or 'nothing'}"
