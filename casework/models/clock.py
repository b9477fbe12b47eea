"""A promise with a date, the chasing that it has had, and the record of a promise broken."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Person
from casework import querysets


class Clock(models.Model):
    """One promise with a date. Dates are stored; nothing is counted down nightly.

    `round` is the case's, when it was promised: what is asked again has a clock of its own.

    `original_due` is the date first promised and never changes. `standard_due` is the standard's date
    with pauses and closure days counted; `promised_due` a revised date, given in time with its
    explanation; `due` is the date in force: the revised one, else the standard's.
    """

    # What another service was asked for (Contribution) is promised to the officer, not to the member.
    PROMISES = [
        ("acknowledge", "Acknowledge"),
        ("answer", "Answer"),
        ("contribute", "Contribute"),
    ]

    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="clocks")
    promise = models.CharField(max_length=16, choices=PROMISES)
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    days = models.PositiveSmallIntegerField("standard, in working days")
    # Text and not characters: a profile may cite by up to 600, and only PostgreSQL would refuse more.
    clause = models.TextField(blank=True, help_text="Blank: set by the council")
    started_on = models.DateField()
    original_due = models.DateField()
    standard_due = models.DateField()
    promised_due = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    due = models.DateField()
    extensions = models.PositiveSmallIntegerField(default=0)
    # Closed pause intervals as [["2026-03-02", "2026-03-09"], …]; the working days inside
    # (paused, resumed] move the date, and are counted afresh if a closure day is added later.
    pauses = models.JSONField(default=list, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    # When the ladder has something to do; None while paused, stopped, or at the ladder's end.
    next_step_at = models.DateTimeField(null=True, blank=True)
    calendar_version = models.PositiveIntegerField()

    objects = querysets.ClockQuerySet.as_manager()

    class Meta:
        ordering = ["case", "round", "promise"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "promise", "round"],
                condition=~Q(promise="contribute"),
                name="one_clock_a_promise_and_round",
            ),
        ]
        indexes = [
            # The sweep's question, over what is due and not over what exists.
            models.Index(
                fields=["next_step_at"],
                condition=Q(next_step_at__isnull=False),
                name="clock_next_step",
            ),
            models.Index(
                fields=["calendar_version"],
                condition=Q(stopped_at__isnull=True),
                name="clock_calendar",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_promise_display()} by {self.due:%d %B %Y}"

    @property
    def citation(self) -> str:
        return self.clause or "set by the council"

    @property
    def held(self):
        """What it is about, and so whose it is: the contribution, else the case."""
        if self.promise != "contribute":
            return self.case
        self.contribution.case = self.case
        return self.contribution


class ChaseStep(models.Model):
    """A step of the ladder that has been taken, once, for the date that the ladder then ran from."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=40)
    due = models.DateField()
    at = models.DateTimeField()
    # False: it was recorded as passed over (missed in an outage, or nobody new to tell).
    sent = models.BooleanField()
    # Who was told, as recipients of notices: ["person:12", "contact:5"].
    told = models.JSONField(default=list)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["clock", "due", "step"], name="each_step_once"),
        ]


class Escalation(models.Model):
    """A case was brought to a person above the one who has it, or in their place; they may see it.

    For how long: `EscalationQuerySet.brought_to`.
    """

    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="escalations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="escalations")
    post_key = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    # It was of an answer that has been given since: asking again opens the case to nobody by it.
    over = models.BooleanField(default=False, db_default=False)

    objects = querysets.EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person", "post_key"],
                condition=Q(over=False),
                name="escalated_to_each_once_a_round",
            ),
        ]


class Breach(models.Model):
    """A promise was broken: the clause, the date, the explanation, and what was learned."""

    clock = models.OneToOneField(Clock, on_delete=models.CASCADE, related_name="breach")
    recorded_at = models.DateTimeField()
    due = models.DateField()
    clause = models.TextField(blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    explanation = models.OneToOneField(
        "casework.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    learned = models.OneToOneField(
        "casework.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["recorded_at"]
        verbose_name_plural = "breaches"

    def stands(self, on: date) -> bool:
        """Whether its date had passed by a day, or by the day on which its clock stopped.

        A closure day that was added later can have put the date off.
        """
        stopped = self.clock.stopped_at
        return self.due < (timezone.localdate(stopped) if stopped else on)
