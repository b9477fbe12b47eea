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
    # The last day.
    ended_on = models.DateField(null=True, blank=True)
    # Who carries on its work today, where it was merged or ended; that service has not ended itself.
    carried_on_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carries_on"
    )

    objects = querysets.ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(carried_on_by__isnull=True)
                | (Q(ended_on__isnull=False) & ~Q(carried_on_by=F("pk"))),
                name="only_what_ended_is_carried_on",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceChange(models.Model):
    """What became of a service: merged into another, ended, or called something else. Never changed."""

    KINDS = [("merged", "Merged"), ("ended", "Ended"), ("renamed", "Renamed")]

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=KINDS)
    # The first day on which it is so.
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    # Who took its work over; of a new name, nobody.
    into = models.ForeignKey(
        Service, null=True, on_delete=models.PROTECT, related_name="taken_over"
    )
    former_name = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    # Of the commitment to what was written: the reason, or the former name.
    salt = models.CharField(max_length=64)

    objects = querysets.ServiceChangeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service"], condition=~Q(kind="renamed"), name="a_service_ends_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="renamed", into__isnull=True)
                | (~Q(kind="renamed") & Q(into__isnull=False) & ~Q(into=F("service"))),
                name="what_ends_goes_to_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.on:%d %B %Y}"

    @property
    def key(self) -> str:
        return f"service-change:{self.pk}"

    @property
    def text(self) -> str:
        """What the ledger committed to."""
        return self.former_name if self.kind == "renamed" else self.reason


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
