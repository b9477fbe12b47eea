"""A case that was handed on as what it really is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Person
from casework import querysets
from casework.models.case import Case


class Handing(models.Model):
    """Where a case went, as the receiving room said it on that day (casework/receiving.py).

    Shown to those alone who may know of what the room made of it. The texts are committed to together, under
    this row's salt. `taken_back_at`: it was a mistake, and the case went on here.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handings")
    # Which room received it, by its key; and the room's own name of what it made, where it made anything.
    room = models.CharField(max_length=40)
    record = models.CharField(max_length=80, blank=True, default="", db_default="")
    # Where it is, in words; the reference that it has there; a web address or a path of the product.
    name = models.CharField(max_length=120)
    reference = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=300, blank=True)
    # When it was entered there, by that system's own word.
    entered_on = models.DateField(null=True, blank=True)
    salt = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = querysets.HandingQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(taken_back_at=None), name="handed_on_to_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room}, {self.case_id}"

    @classmethod
    def read(cls, case: Case, shown: dict) -> Handing:
        """Where a case is now, of what its page read along with it; not to be saved."""
        entered_on = cls._meta.get_field("entered_on").to_python(shown["entered_on"])
        return cls(**{**shown, "entered_on": entered_on}, case=case)

    @property
    def key(self) -> str:
        """The name of its texts in an event's commitments."""
        return f"handing:{self.pk}"

    @property
    def texts(self) -> str:
        """All that it says, as it is committed to."""
        entered = self.entered_on.isoformat() if self.entered_on else ""
        said = (self.room, self.record, self.name, self.reference, self.address, entered)
        return "\n".join(said)
