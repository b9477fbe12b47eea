"""Councillors and co-opted members: their wards, groups, committees, portfolios and terms."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from accounts.models import Person
from council.querysets import DatedQuerySet
from members import querysets

UNKNOWN = Value(date(1, 1, 1), output_field=models.DateField())


class Ward(models.Model):
    """An electoral area. An ended ward stays, since old cases name it."""

    name = models.CharField(max_length=120, unique=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = querysets.WardQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PartyGroup(models.Model):
    """A party group on the council. A member of no party belongs to none."""

    name = models.CharField(max_length=120, unique=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = querysets.GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """The capacity of member that a person holds. Ended, never deleted."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="member")
    # `councillorid` in modern.gov; the key by which an import finds this member again.
    external_id = models.CharField(max_length=40, null=True, blank=True, unique=True)
    group = models.ForeignKey(
        PartyGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    co_opted = models.BooleanField(default=False)
    phone = models.CharField(max_length=60, blank=True)
    work_address = models.TextField(blank=True)
    # Kept only where the council asked for it at import.
    home_address = models.TextField(blank=True)
    key_posts = models.CharField(max_length=400, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = querysets.MemberQuerySet.as_manager()

    class Meta:
        ordering = ["person__sort_name", "person__name", "pk"]

    def __str__(self) -> str:
        return self.person.name


class Term(models.Model):
    """A term of office; either end may be unspecified in what the council publishes."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="terms")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            # An unknown day counts as a day, so that the same term is one row on both engines.
            models.UniqueConstraint(
                "member",
                Coalesce("starts_on", UNKNOWN),
                Coalesce("ends_on", UNKNOWN),
                name="one_row_a_term",
            ),
        ]


class Seat(models.Model):
    """A member stands for a ward between dates. The same member may stand under two."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="seats")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="seats")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["ward__name", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "ward"],
                condition=Q(until__isnull=True),
                name="one_open_seat_a_ward",
            ),
        ]


class Leadership(models.Model):
    """Who leads a party group between dates, or deputises."""

    ROLES = [("leader", "Leader"), ("deputy", "Deputy leader")]

    group = models.ForeignKey(PartyGroup, on_delete=models.PROTECT, related_name="leaderships")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="leaderships")
    role = models.CharField(max_length=10, choices=ROLES, default="leader")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["group__name", "role", "since"]


class Committee(models.Model):
    KINDS = [
        ("full", "Full council"),
        ("executive", "Executive or cabinet"),
        ("scrutiny", "Scrutiny"),
        ("regulatory", "Regulatory"),
        ("standards", "Standards"),
        ("other", "Other"),
    ]

    name = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=20, choices=KINDS, default="other")
    ended_on = models.DateField(null=True, blank=True)

    objects = querysets.CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CommitteeSeat(models.Model):
    ROLES = [("chair", "Chair"), ("vice_chair", "Vice-chair"), ("member", "Member")]

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="committee_seats")
    role = models.CharField(max_length=12, choices=ROLES, default="member")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["committee__name", "role", "since"]


class Portfolio(models.Model):
    """What an executive member answers for, between dates."""

    name = models.CharField(max_length=160)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="portfolios")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "since"]
        constraints = [
            models.CheckConstraint(
                name="portfolio_ends_after_it_starts",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
