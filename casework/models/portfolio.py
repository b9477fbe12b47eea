"""To whose portfolio a service belongs. Members and officers know nothing of each other: here they meet."""

from __future__ import annotations

from django.db import models

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
