"""What is held, what was asked to be erased, what was erased, and how long each kind is kept.

What these are about is named as the ledger names it ("case:12"): the rooms above bring it (rooms.py).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Person
from records import querysets


class Hold(models.Model):
    """Nothing of this is erased, anonymised or taken off while it is in force.

    `why` and `lifted_why` are committed to in the events, under their salts.
    """

    about = models.CharField(max_length=64)
    why = models.TextField()
    salt = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    # When somebody should ask whether it is still needed; it does not end by itself.
    look_again_on = models.DateField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_why = models.TextField(blank=True)
    lifted_salt = models.CharField(max_length=64, blank=True)

    objects = querysets.HoldQuerySet.as_manager()

    class Meta:
        ordering = ["look_again_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["about"], condition=Q(lifted_at=None), name="held_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}, since {self.since:%d %B %Y}"

    @property
    def key(self) -> str:
        return f"hold:{self.pk}"


class ErasureRequest(models.Model):
    """Somebody asked the council to forget them. What it names is itself forgotten when it is closed."""

    OUTCOMES = [
        ("erased", "Erased"),
        ("nothing", "Nothing was found"),
        ("refused", "Not erased: the council has to keep it"),
    ]

    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.CharField(max_length=254, blank=True)
    received_on = models.DateField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=8, choices=OUTCOMES, blank=True)

    class Meta:
        ordering = ["received_on", "pk"]

    def __str__(self) -> str:
        return f"request {self.pk}, received on {self.received_on:%d %B %Y}"

    @property
    def key(self) -> str:
        return f"erasure:{self.pk}"

    @property
    def terms(self) -> list[str]:
        """What to look for: each thing that the request names."""
        return [one for one in (self.name, self.address, self.phone, self.email) if one]


class Erasure(models.Model):
    """Something was erased. Its list is exported, so that a restored backup has it erased again.

    `reference` besides the key: after a restore another case may have the number.
    """

    EXTENTS = [
        ("details", "The resident’s name and contact details"),
        ("all", "Everything that anybody wrote, with files and contact details"),
    ]
    BECAUSE = [("request", "Somebody asked"), ("retention", "Its time was up")]

    about = models.CharField(max_length=64)
    reference = models.CharField(max_length=12)
    extent = models.CharField(max_length=8, choices=EXTENTS)
    because = models.CharField(max_length=10, choices=BECAUSE)
    request = models.ForeignKey(
        ErasureRequest,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="erasures",
    )
    # Null: erased again after a restore.
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    # What belonged to nothing and went with it, by names that are used once: "draft:<key>", "view:<id>@<when>".
    besides = models.JSONField(default=list)
    # When the database's own files were cleared of it; null until then.
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["about", "extent"], name="erased_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(cleared_at__isnull=True), name="erasure_to_clear"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}, {self.get_extent_display()}"


class Schedule(models.Model):
    """How long something is kept after it ended, by how it ended: set by the council, in months."""

    kind = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    months = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["kind", "outcome"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "outcome"], name="scheduled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.outcome}: {self.months} months"


class Review(models.Model):
    """Its time was up on a day, so somebody decides. Kept longer, it comes up again on `keep_until`.

    What is decided is a row of its own, with its reason, and makes the one before it `over`.
    """

    about = models.CharField(max_length=64)
    due_on = models.DateField()
    brought_at = models.DateTimeField()
    keep_until = models.DateField(null=True, blank=True)
    why = models.TextField(blank=True)
    salt = models.CharField(max_length=64, blank=True)
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    over = models.BooleanField(default=False, db_default=False)

    objects = querysets.ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["about"], condition=Q(over=False), name="reviewed_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}, due on {self.due_on:%d %B %Y}"

    @property
    def key(self) -> str:
        return f"review:{self.pk}"
