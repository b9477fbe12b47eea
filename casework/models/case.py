"""The case: one table for what every kind shares. The work list reads it alone, through one index."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person
from casework import querysets
from council.models import Adoption
from members.models import Ward
from officers.models import Service
from protocol import lifecycle

OPEN_STATES = sorted(lifecycle.OPEN)


class Case(models.Model):
    """Something that a member or an officer is owed. `version` rises with every change of it."""

    KINDS = [("enquiry", "Enquiry")]
    STATES = list(lifecycle.WORDS.items())
    SENSITIVITIES = [("ordinary", "Ordinary"), ("restricted", "Restricted")]
    # How it was answered against its standard: three figures, not two. Blank while it is open, and
    # for what was returned, withdrawn, handed on or closed as a duplicate.
    FIGURES = [
        ("within", "Within the standard"),
        ("explained", "After it, with an explanation and a new date given in time"),
        ("breach", "In breach"),
    ]

    # Random, so that it tells an outsider nothing of how many cases there are.
    reference = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    subject = models.CharField(max_length=200)
    subject_salt = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=STATES)
    sensitivity = models.CharField(max_length=12, choices=SENSITIVITIES, default="ordinary")

    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases_raised")
    logged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases_logged")
    # Who has it: the officer it is with, or to whom the protocol sends it. None: the service's queue.
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="cases_owned"
    )
    owner_since = models.DateTimeField(null=True, blank=True)
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    # None: not known, which is an answer, and never a default ward.
    ward = models.ForeignKey(
        Ward, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )

    received_at = models.DateTimeField()
    # The date that the clocks count from, after the council's cut-off hour.
    received_on = models.DateField()
    # Of the first answer, for good; `figure` too. Later answers have a row each (FollowUp).
    answered_at = models.DateTimeField(null=True, blank=True)
    # Of the latest answer after that; None where it was answered once, or not at all.
    answered_again_at = models.DateTimeField(null=True, blank=True)
    # Which answer is owed, or was given last: 1, and one more each time that it is opened again.
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    closed_at = models.DateTimeField(null=True, blank=True)
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="cases")
    next_due = models.DateField(null=True, blank=True)
    figure = models.CharField(max_length=10, choices=FIGURES, blank=True)
    # When the member is reminded of what they were asked; None where no question waits, or they were.
    remind_at = models.DateTimeField(null=True, blank=True)
    # A breach was recorded and nobody has yet said why.
    awaits_explanation = models.BooleanField(default=False)
    # When all that was written in it was erased; it stays for the figures.
    erased_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # From the form: a second submit of the same one finds the first.
    submission_key = models.UUIDField(null=True, blank=True, unique=True)

    objects = querysets.CaseQuerySet.as_manager()

    class Meta:
        ordering = ["next_due", "pk"]
        indexes = [
            # The work lists: what is open, by who has it, soonest first.
            models.Index(
                fields=["owner", "next_due", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="case_worklist",
            ),
            models.Index(
                fields=["service", "next_due", "id"],
                condition=Q(state__in=OPEN_STATES),
                name="case_team",
            ),
            models.Index(
                fields=["next_due", "id"], condition=Q(state__in=OPEN_STATES), name="case_open"
            ),
            models.Index(fields=["raised_by", "-received_on", "-id"], name="case_member"),
            models.Index(fields=["-received_on", "-id"], name="case_received"),
            # What came lately about a service or a ward, to be told from what is new.
            models.Index(fields=["service", "-received_on", "-id"], name="case_of_service"),
            models.Index(fields=["ward", "-received_on", "-id"], name="case_of_ward"),
            models.Index(fields=["answered_at", "figure"], name="case_answered"),
            models.Index(
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="case_remind"
            ),
            models.Index(
                fields=["next_due", "id"],
                condition=Q(awaits_explanation=True),
                name="case_unexplained",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="answered_has_a_figure",
                condition=Q(answered_at__isnull=True, figure="") | ~Q(figure=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("case-page", args=[self.reference])

    @property
    def key(self) -> str:
        """How the ledger names this case; its stream has the same name."""
        return f"case:{self.pk}"

    @property
    def ended_at(self):
        """When nothing more was owed; None while it is open."""
        return None if self.is_open else self.closed_at or self.last_answered_at

    @property
    def is_open(self) -> bool:
        return self.state in lifecycle.OPEN

    @property
    def last_answered_at(self):
        return self.answered_again_at or self.answered_at

    @property
    def last_word_at(self):
        """From when it can be asked about again: the latest answer, or when it was handed on."""
        return self.closed_at if self.state == lifecycle.HANDED_ON else self.last_answered_at

    @property
    def words(self) -> str:
        return lifecycle.WORDS[self.state]

    @property
    def profile(self):
        """The protocol that this case was received under."""
        return self.adoption.profile


class Handover(models.Model):
    """A service had a case and passed it on; whoever answers for that service keeps sight of it while
    it is open, in case it went to the wrong door.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handovers")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="handovers")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "service"], name="one_handover_a_service"),
        ]
