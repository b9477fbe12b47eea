"""What another service was asked for, so that an enquiry can be answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person
from casework import contribution_querysets as querysets
from officers.models import Service
from protocol import lifecycle


class Contribution(models.Model):
    """One thing that one service was asked for, by a date. `version` rises with every change of it.

    Its words are messages of the case, for officers alone. It has the clock of its own promise, and moves
    no other. `round` is the case's, when it was asked.
    """

    STATES = list(lifecycle.CONTRIBUTION_WORDS.items())
    OPEN = Q(state=lifecycle.ASKED)

    # How its page is named: random, so that it tells nobody how many there are.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        "casework.Case", on_delete=models.CASCADE, related_name="contributions"
    )
    round = models.PositiveSmallIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="contributions")
    # Which service was asked, where that has been merged into this one, or ended, since.
    asked_of = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whoever it is with. None: the service's queue.
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="contributions"
    )
    state = models.CharField(max_length=12, choices=STATES, default=lifecycle.ASKED)
    # Whether they may read what the member and the council wrote to each other, while it is open.
    shares = models.BooleanField(default=False)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    clock = models.OneToOneField(
        "casework.Clock", on_delete=models.CASCADE, related_name="contribution"
    )
    # The clock's date, so that a list of work reads one table through one index.
    due = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = querysets.ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [
            # What an officer is asked for, soonest first; and what a service has.
            models.Index(
                fields=["owner", "due", "id"], condition=Q(state="asked"), name="contribution_work"
            ),
            models.Index(
                fields=["service", "due", "id"],
                condition=Q(state="asked"),
                name="contribution_team",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "service"],
                # Two services that were asked may have become one.
                condition=Q(state="asked", asked_of__isnull=True),
                name="one_open_contribution_a_service",
            ),
            models.CheckConstraint(
                name="contribution_ended_or_open",
                condition=Q(state="asked", ended_at__isnull=True)
                | (~Q(state="asked") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}, {self.case_id}"

    def get_absolute_url(self) -> str:
        return reverse("contribution-page", args=[self.key])

    @property
    def is_open(self) -> bool:
        return self.state == lifecycle.ASKED

    @property
    def words(self) -> str:
        return lifecycle.CONTRIBUTION_WORDS[self.state]

    @property
    def whom(self) -> str:
        """The service whose it is, and the one that was asked, where that is part of it now."""
        former = f" (asked as {self.asked_of.name})" if self.asked_of else ""
        return f"{self.service.name}{former}"

    # Who is told of it is found as for a case (casework/holding.py), which reads these.

    @property
    def raised_by_id(self) -> int:
        return self.case.raised_by_id

    @property
    def profile(self):
        return self.case.profile

    @property
    def sensitivity(self) -> str:
        return self.case.sensitivity


class ContributionTold(models.Model):
    """It was brought to somebody above whoever is asked, or in their place; they may see it while it is
    open, in the line ("" for the post), or while they hold the post that they were told in."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="told")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post_key = models.CharField(max_length=60, blank=True, default="", db_default="")
    at = models.DateTimeField()

    objects = querysets.ContributionToldQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "person", "post_key"], name="contribution_told_to_each_once"
            ),
        ]
