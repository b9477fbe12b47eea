"""An enquiry that was answered, and is answered again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework import querysets
from casework.models.case import Case


class FollowUp(models.Model):
    """One round after the first: why it was opened again, where it went, and how that was answered.

    Its promise is the case's clock of the same round. `case.answered_at` and `case.figure` stay those of
    the first answer, and no figure counts an answer in both.
    """

    REASONS = [("asked", "Asked again"), ("mistake", "The answer was put right")]

    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="follow_ups")
    round = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=8, choices=REASONS)
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    figure = models.CharField(max_length=10, choices=Case.FIGURES, blank=True)
    # Why it went where it went this time, as EnquiryDetail says it of the first.
    route_because = models.TextField()
    route_clause = models.TextField(blank=True)

    objects = querysets.FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["case", "round"]
        indexes = [models.Index(fields=["answered_at", "figure"], name="follow_up_answered")]
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="one_follow_up_a_round"),
            models.CheckConstraint(
                name="follow_up_answered_has_a_figure",
                condition=Q(answered_at__isnull=True, figure="")
                | (Q(answered_at__isnull=False) & ~Q(figure="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}, {self.case_id}"
