"""Two cases that belong together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Person
from casework import querysets
from casework.models.case import Case


class CaseLink(models.Model):
    """An officer linked `case` with `other`; "duplicate": `case` says what `other` says already.

    It is shown only to those who may see both (casework/links.py). Why is for officers alone, and is no
    message of either case: whoever may see one of them alone would read there of the other.
    """

    KINDS = [("related", "Related"), ("duplicate", "Duplicate")]

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_from")
    kind = models.CharField(max_length=10, choices=KINDS)
    reason = models.TextField()
    salt = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = querysets.CaseLinkQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="linked_once"),
            models.CheckConstraint(name="linked_with_another", condition=~Q(case=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.case_id} and {self.other_id}"
