"""To whose portfolio a service belongs. Members and officers know nothing of each other: here they meet."""

from __future__ import annotations

from django.db import models

from accounts.models import Person
from officers.models import Service


class ServicePortfolio(models.Model):
    """A service belongs to the portfolio of that name, whoever holds it on a day (members.Portfolio).

    By its name, and not by a row of it: each holder has a row of their own. "" where it is not known.
    """

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="portfolio")
    name = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["service__name"]

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"


class CopyAgreed(models.Model):
    """Whoever wrote what is marked private lets it be copied to this person, who holds the portfolio (Bl10.5).

    For them alone: whoever holds it next is asked about afresh. Who said so, and when, is in the ledger.
    """

    case = models.ForeignKey(
        "casework.Case", on_delete=models.CASCADE, related_name="copies_agreed"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="agreed_for_each_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.person}"
