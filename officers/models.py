"""Officers, the services they work in, whom they report to, and who covers for whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Person
from council.querysets import DatedQuerySet
from officers import querysets


class Service(models.Model):
    """A part of the council that answers enquiries. Ended, it stays: old cases name it."""

    name = models.CharField(max_length=120, unique=True)
    head = models.ForeignKey(
        "Officer", null=True, blank=True, on_delete=models.PROTECT, related_name="services_headed"
    )
    chief_officer = models.ForeignKey(
        "Officer", null=True, blank=True, on_delete=models.PROTECT, related_name="services_directed"
    )
    ended_on = models.DateField(null=True, blank=True)

    objects = querysets.ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Officer(models.Model):
    """The capacity of officer that a person holds. Ended, never deleted."""

    LEVELS = [
        ("officer", "Officer"),
        ("senior", "Senior officer"),
        ("chief", "Chief officer"),
        ("head_of_paid_service", "Head of Paid Service"),
    ]

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="officer")
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="officers"
    )
    job_title = models.CharField(max_length=160)
    level = models.CharField(max_length=24, choices=LEVELS, default="officer")
    manager = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    ended_on = models.DateField(null=True, blank=True)

    objects = querysets.OfficerQuerySet.as_manager()

    class Meta:
        ordering = ["person__sort_name", "person__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("pk")),
                name="nobody_manages_themselves",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name


class Absence(models.Model):
    """Days on which an officer is away, both included, and who covers."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="absences")
    since = models.DateField("first day away")
    until = models.DateField("last day away")
    cover = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="covering"
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="absence_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | ~Q(cover=F("officer")), name="covered_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}, away from {self.since:%d %B %Y} to {self.until:%d %B %Y}"
