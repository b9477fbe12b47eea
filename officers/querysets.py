"""Named questions about officers and services."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q


class ServiceQuerySet(models.QuerySet):
    def current(self, on: date):
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on))

    def ended(self, on: date):
        return self.filter(ended_on__lt=on)

    def with_older(self, service):
        """The ids of a service and of all that it took over."""
        both = Q(pk=service.pk) | Q(carried_on_by=service.pk)
        return self.filter(both).order_by().values_list("pk", flat=True)

    def with_leaders(self):
        return self.select_related("head__person", "chief_officer__person")


class ServiceChangeQuerySet(models.QuerySet):
    def about(self, service):
        """What became of a service and what it took over, oldest first."""
        both = Q(service=service) | Q(into=service)
        return self.filter(both).select_related("service", "into", "by").order_by("at", "pk")

    def renamings(self):
        return self.filter(kind="renamed")

    def endings(self):
        return self.exclude(kind="renamed")


class OfficerQuerySet(models.QuerySet):
    def current(self, on: date):
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on), person__is_active=True)

    def ended(self, on: date):
        return self.filter(Q(ended_on__lt=on) | Q(person__is_active=False))

    def not_left(self, on: date):
        """Whoever is an officer as far as the directory says, whether or not they may sign in now."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on))

    def present(self, on: date):
        """In post and not away on that day."""
        return self.current(on).exclude(self._away(on))

    def with_absence(self, on: date):
        """Each with `away`: recorded as absent that day."""
        return self.annotate(away=self._away(on))

    def _away(self, on: date) -> Exists:
        """One absence that spans the day. `exclude` over the relation would take two for one."""
        spans = Q(absences__since__lte=on, absences__until__gte=on)
        return Exists(self.model.objects.filter(spans, pk=OuterRef("pk")))

    def with_names(self):
        return self.select_related("person", "service")

    def with_line(self):
        return self.select_related("person", "service", "manager__person")
