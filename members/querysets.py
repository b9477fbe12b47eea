"""Named questions about members and what they sit on."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Count, Prefetch, Q


class DirectoryQuerySet(models.QuerySet):
    """Entries that end but are never deleted."""

    def current(self, on: date):
        """Those of a day, the last day included."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on))

    def still_open(self):
        return self.filter(ended_on__isnull=True)

    def ended(self):
        return self.filter(ended_on__isnull=False)


class WardQuerySet(DirectoryQuerySet):
    def with_counts(self):
        """Each with `members_now`, how many stand for it."""
        return self.annotate(members_now=Count("seats", filter=Q(seats__until__isnull=True)))


class GroupQuerySet(DirectoryQuerySet):
    def with_counts(self):
        """Each with `members_now`, how many belong to it."""
        return self.annotate(members_now=Count("members", filter=Q(members__ended_on__isnull=True)))


class CommitteeQuerySet(DirectoryQuerySet):
    def with_counts(self):
        """Each with `members_now`, how many sit on it."""
        return self.annotate(members_now=Count("seats", filter=Q(seats__until__isnull=True)))


class MemberQuerySet(DirectoryQuerySet):
    def with_names(self):
        return self.select_related("person", "group")

    def with_wards(self):
        """Each with `open_seats`, a list, in one more query."""
        from members.models import Seat

        seats = Seat.objects.filter(until__isnull=True).select_related("ward")
        return self.prefetch_related(Prefetch("seats", seats, to_attr="open_seats"))

    def standing_for(self, ward):
        return self.filter(seats__ward=ward, seats__until__isnull=True)

    def named(self, text: str):
        """Every word of `text` stands somewhere in the name or the email."""
        found = self
        for word in text.split()[:10]:
            found = found.filter(Q(person__name__icontains=word) | Q(person__email__icontains=word))
        return found
