"""Named questions about contributions. `visible_to` is the only door to them for whoever is asked."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Value

from casework import scope

OPEN = Q(state="asked")
# Its clock does not run while the enquiry is paused.
RUNNING = OPEN & Q(clock__paused_on__isnull=True)


def _late(on: date) -> Q:
    return RUNNING & Q(due__lt=on)


# The figures of the overview: each the one definition that a number and its list share.
FIGURES = {"open": lambda on: OPEN, "late": _late}


class ContributionToldQuerySet(models.QuerySet):
    def brought_to(self, reach: scope.Scope):
        """What was brought to a person in the line, or as the holder of a post that they hold today."""
        return self.filter(person=reach.own, post_key__in=["", *reach.posts]).order_by()


class ContributionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(OPEN)

    def running(self):
        return self.filter(RUNNING)

    def counted(self, figure: str, on: date):
        return self.filter(FIGURES[figure](on))

    def visible_to(self, person):
        """What a person is asked for, or answers for, today.

        Whoever it is with sees it for good, and so does whoever heads the service that was asked. While
        it is open: whoever covers for the first, the service's officers where nobody has it yet, and those
        to whom it was brought. Nobody sees by this what their own side raised.
        """
        if person is None or not person.is_authenticated:
            return self.none()
        reach = scope.of(person)
        if not reach.is_officer:
            return self.none()
        told = apps.get_model("casework", "ContributionTold").objects.brought_to(reach)
        meanwhile = Q(owner__in=reach.covers) | Q(owner=None, service__in=reach.services)
        meanwhile |= Q(pk__in=told.values("contribution"))
        seen = Q(owner=reach.own) | Q(service__in=reach.heads) | (meanwhile & OPEN)
        return self.filter(seen).of_others(person)

    def readable_by(self, person):
        """Those, and the ones of enquiries that a person sees from the officers' side."""
        if person is None or not person.is_authenticated:
            return self.none()
        reach = scope.of(person)
        if not (reach.is_officer or reach.oversees):
            return self.none()
        cases = apps.get_model("casework", "Case").objects.visible_to(person)
        asked = Q(pk__in=self.model.objects.visible_to(person).values("pk"))
        return self.filter(asked | Q(case__in=cases)).of_others(person)

    def of_others(self, person):
        """Without those of what a person, or a member whom they act for, raised: one can be both (Bk), and
        which service was asked is for officers."""
        reach = scope.of(person)
        return self.exclude(case__raised_by__in=reach.sides_with)

    def with_names(self):
        return self.select_related(
            "service", "asked_of", "owner", "asked_by", "clock", "case__adoption", "case__service"
        )

    def for_list(self):
        """With what a row of a list of work shows."""
        return self.select_related("service", "owner", "asked_by", "clock", "case__adoption")

    def for_passing(self, reader):
        """With what a list of what somebody passes on shows, and whether each was brought to its reader."""
        told = apps.get_model("casework", "ContributionTold").objects.brought_to(scope.of(reader))
        return self.for_list().annotate(
            reader=Value(reader.pk),
            brought_to_reader=Exists(told.filter(contribution=OuterRef("pk"))),
        )

    def by_service(self, cases, on: date, reader):
        """Of these cases, how many contributions each service has open, and late: one query."""
        counted = {name: Count("pk", filter=q(on)) for name, q in FIGURES.items()}
        found = self.open().of_others(reader).filter(case__in=cases).order_by()
        return found.values("service", name=F("service__name")).annotate(**counted).order_by("name")
