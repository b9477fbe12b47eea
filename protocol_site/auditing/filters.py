"""By what an auditor narrows the events. Each filter works on what they may see of them already."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import django_filters
from django.utils import timezone

from accounts.models import Person
from frontend.fields import DateField
from frontend.filtering import Filters
from frontend.forms import GdsForm
from ledger import reading
from ledger.models import Event, Stream
from protocol.event_groups import GROUPS
from protocol.events import VERBS

# What events are about, by how their subjects begin.
ABOUT = {
    "case": "Enquiries",
    "demand": "Demands on officers",
    "person": "People",
    "member": "Members",
    "officer": "Officers",
    "service": "Services",
    "absence": "Absences",
    "ward": "Wards",
    "group": "Party groups",
    "committee": "Committees",
    "post": "Posts",
    "delegation": "Delegations",
    "relationship": "Relationships",
    "adoption": "Protocols adopted",
    "closure": "Closure days",
    "council": "The council’s details",
    "direct-contact": "Agreements on direct contact",
    "ledger": "The ledger",
    "documents": "Files",
}
# So many people of one name are looked for at once.
MOST_PEOPLE = 20


class DayFilter(django_filters.Filter):
    field_class = DateField


class EventFilter(Filters):
    """When, what, who, about what, and in which chain."""

    since = DayFilter(label="From", method="from_day")
    until = DayFilter(label="To", method="to_day")
    kind = django_filters.ChoiceFilter(
        label="What happened",
        choices=[(key, label) for key, (label, _) in GROUPS.items()],
        method="of_kind",
        empty_label="Anything",
    )
    verb = django_filters.ChoiceFilter(
        label="Exactly",
        choices=[(key, key.replace("_", " ").capitalize()) for key in sorted(VERBS)],
        method="of_verb",
        empty_label="Anything",
    )
    person = django_filters.CharFilter(
        label="Done by",
        method="by_person",
        max_length=200,
        help_text="A name or an email address",
    )
    about = django_filters.ChoiceFilter(
        label="About",
        choices=list(ABOUT.items()),
        method="about_kind",
        empty_label="Anything",
    )
    subject = django_filters.CharFilter(
        label="About exactly",
        method="about_one",
        max_length=64,
        help_text="A reference, or what the ledger calls it, such as person:12",
    )
    chain = django_filters.CharFilter(
        label="Chain", method="in_chain", max_length=80, help_text="Such as system:2026-11-22"
    )

    class Meta:
        model = Event
        fields: list[str] = []
        form = GdsForm

    @property
    def used(self) -> list[str]:
        """The names of the filters in use; not what was typed, which stays out of the ledger."""
        clean = self.form.cleaned_data if self.form.is_valid() else {}
        return [name for name, value in clean.items() if value not in (None, "")]

    def from_day(self, events, name, value):
        return events.filter(at__gte=_begins(value))

    def to_day(self, events, name, value):
        return events.filter(at__lt=_begins(value + timedelta(days=1)))

    def of_kind(self, events, name, value):
        return events.of(*GROUPS[value][1])

    def of_verb(self, events, name, value):
        return events.of(value)

    def by_person(self, events, name, value):
        if value.startswith("person:"):
            return events.filter(actor__in=list(reading.ids([value])))
        people = Person.objects.matching(value).order_by("pk").values_list("pk", flat=True)
        return events.filter(actor__in=list(people[:MOST_PEOPLE]))

    def about_kind(self, events, name, value):
        return events.filter(subject__startswith=f"{value}:")

    def about_one(self, events, name, value):
        """What stands for nothing is answered as what is kept from the reader: with an empty list."""
        return events.filter(subject=reading.found(value) or value.strip())

    def in_chain(self, events, name, value):
        chain = Stream.objects.filter(key=value.strip()).values_list("pk", flat=True)
        return events.filter(stream__in=list(chain))


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
