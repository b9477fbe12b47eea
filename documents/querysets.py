"""Named questions about documents. `visible_to` is the only door to those that belong to something."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from documents import doors
from records.models import Hold


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The attached files that a person may see today: what any room says that they may."""
        if person is None or not person.is_authenticated:
            return self.none()
        seen = Q(pk__in=[])
        for door in doors.all_of_them():
            seen |= Q(Exists(door(person).filter(document=OuterRef("pk"))))
        return self.filter(seen, state="attached")

    def held_by(self, person):
        """What a person added to a form and has not sent."""
        return self.filter(state="held", added_by=person)

    def forgotten(self, before: datetime):
        """Added, never sent, and not looked at since."""
        return self.filter(state="held", since__lt=before)

    def to_be_scanned(self, *, scanner: bool):
        """What waits for the scanner; with one set up, also what came before there was one."""
        wanted = ["waiting", "none"] if scanner else ["waiting"]
        return (
            self.filter(state="attached", scan__in=wanted)
            .exclude(stored="")
            .order_by(F("scanned_at").asc(nulls_first=True), "pk")
        )

    def to_be_deleted(self, before: datetime):
        """Bytes that nobody may open any more: removed, or in quarantine since before then and not held."""
        held = Hold.objects.in_force().values("about")
        gone = Q(state="removed") | Q(state="quarantined", since__lt=before) & ~Q(about__in=held)
        return self.filter(gone).exclude(stored="")
