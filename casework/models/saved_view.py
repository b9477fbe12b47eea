"""A list with its filters, kept under a name by whoever looks at it often."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from accounts.models import Person
from casework import querysets

LONGEST_NAME = 60
LONGEST_QUERY = 1_000


class SavedView(models.Model):
    """One person's own: it opens nothing, since the list asks anew each time who may see what.

    `listed` is the name of the list's address, `query` its filters as they stand in the address.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    listed = models.CharField(max_length=40)
    query = models.CharField(max_length=LONGEST_QUERY)
    saved_at = models.DateTimeField()

    objects = querysets.SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint("person", Lower("name"), name="view_name_once_a_person"),
        ]

    def __str__(self) -> str:
        return self.name
