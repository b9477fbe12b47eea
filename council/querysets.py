"""Named questions about this council."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Q, Subquery

from accounts import standing


class DatedQuerySet(models.QuerySet):
    """Rows that hold from `since` to `until`, both included."""

    def on(self, day: date):
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class CouncilQuerySet(models.QuerySet):
    def current(self):
        """The council, or None before it is set up."""
        return self.filter(pk=1).first()

    def today(self, on: date):
        """The same, with `in_force_digest`: of the profile in force on a day, or None."""
        adoptions = apps.get_model("council", "Adoption").objects.filter(in_force_from__lte=on)
        newest = adoptions.order_by("-in_force_from").values("digest")[:1]
        return self.filter(pk=1).annotate(in_force_digest=Subquery(newest)).first()


class AdoptionQuerySet(models.QuerySet):
    def in_force(self, on: date):
        """The adoption in force on a date, or None where nothing was adopted by then."""
        return self.filter(in_force_from__lte=on).order_by("-in_force_from").first()


class HoldingQuerySet(DatedQuerySet):
    def of_post(self, key: str):
        return (
            self.filter(post__key=key)
            .select_related("post", "person")
            .order_by("deputy_order", "since")
        )


class RelationshipQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day), declared_on__lte=day)

    def between(self, one_id: int, other_id: int):
        """Either way round: who declared it does not matter."""
        return self.filter(
            Q(person_id=one_id, other_id=other_id) | Q(person_id=other_id, other_id=one_id)
        )


class DelegationQuerySet(DatedQuerySet):
    pass


class UploadQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own, while one keeps the directories or the council."""
        mine = standing.of(person)
        may = mine.may("directory.keep") or mine.may("council.configure")
        return self.filter(person=person) if may else self.none()
