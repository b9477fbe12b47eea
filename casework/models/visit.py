"""When somebody last came to their casework, so that they see what was answered since."""

from __future__ import annotations

from django.db import models

from accounts.models import Person


class Visit(models.Model):
    """One row a person. It is no record of what they read: only of when a visit began."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    began = models.DateTimeField()
    # When the visit before it began; None on the first.
    before = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person}, {self.began:%d %B %Y}"
