"""What an officer said of a demand that a member made of them, and what came of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person
from casework import demand_querysets as querysets
from casework.models.case import Case
from casework.models.contribution import Contribution
from protocol import lifecycle


class Demand(models.Model):
    """One demand that one officer flagged (Mo49, Mo108, Mo30; We2.9, We3.7; Bl2.6, Bl10.4).

    Its words are in this row, as those of a link are: a message of the case would be read by everybody
    who sees the case. It moves no case and no clock, and raises no version but its own.
    """

    STATES = list(lifecycle.DEMAND_WORDS.items())
    KINDS = [
        ("unreasonable", "Unreasonable demand"),
        ("queue", "Going before others"),
        ("instruction", "An instruction"),
    ]
    # What the officer did with an instruction.
    HANDLED = [
        ("request", "I treat it as a request"),
        ("referred", "I do nothing until my manager says what to do"),
        ("exception", "An exception applies"),
    ]
    OUTCOMES = [
        ("carry_on", "It is reasonable: the officer carries on"),
        ("talked", "Talked with the {member}"),
        ("narrower", "Agreed with the {member} on less, or on later"),
        ("priority", "Said what comes first in the officer’s work"),
        ("not_done", "It is not done: the {member} cannot instruct officers"),
        ("group_leader", "Brought to the leader of their group"),
        ("other", "Something else"),
    ]

    # How its page is named: random, so that it tells nobody how many there are.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="demands")
    # What the officer was asked for when it came up, where the enquiry is not theirs.
    contribution = models.ForeignKey(
        Contribution, null=True, blank=True, on_delete=models.PROTECT, related_name="demands"
    )
    kind = models.CharField(max_length=12, choices=KINDS)
    # The ground as the profile worded it then, with its source: "" where the council set it.
    ground = models.TextField()
    clause = models.TextField(blank=True)
    handled = models.CharField(max_length=10, choices=HANDLED, blank=True)
    # Which exception, in the words of the profile.
    exception = models.TextField(blank=True)
    text = models.TextField()
    salt = models.CharField(max_length=64)
    flagged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="demands_flagged")
    flagged_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=STATES, default=lifecycle.FLAGGED)
    # When whoever considers it is reminded; None where it is closed.
    remind_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=OUTCOMES, blank=True)
    outcome_text = models.TextField(blank=True)
    outcome_salt = models.CharField(max_length=64, blank=True)
    closed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = querysets.DemandQuerySet.as_manager()

    class Meta:
        ordering = ["flagged_at", "pk"]
        indexes = [
            models.Index(
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="demand_remind"
            ),
            models.Index(
                fields=["flagged_at", "id"], condition=Q(state="flagged"), name="demand_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "flagged_by"],
                condition=Q(state="flagged"),
                name="one_open_demand_an_officer",
            ),
            models.CheckConstraint(
                name="demand_closed_or_open",
                condition=Q(state="flagged", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(state="flagged") & Q(closed_at__isnull=False, closed_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.case_id}"

    def get_absolute_url(self) -> str:
        return reverse("demand-page", args=[self.key])

    @property
    def subject(self) -> str:
        """How the ledger names it. Its events are in no stream of the case."""
        return f"demand:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == lifecycle.FLAGGED

    @property
    def words(self) -> str:
        return lifecycle.DEMAND_WORDS[self.state]


class DemandTold(models.Model):
    """It was brought to somebody to consider: in the officers' line ("" for the post), or as the holder of
    a post."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="told")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post_key = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    objects = querysets.DemandToldQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["demand", "person", "post_key"], name="demand_told_to_each_once"
            ),
        ]
