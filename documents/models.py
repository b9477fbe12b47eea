"""A file that somebody added: what it is, where its bytes lie, and whether it may be opened."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Person
from documents import querysets
from documents.kinds import KINDS


class Document(models.Model):
    """One file. `about` is the ledger's key of what it belongs to ("case:12"), "" while it is held.

    `sha256` is of the bytes that lie under `stored`; `salt` that of the ledger's commitment to name
    and bytes, once it is attached.
    """

    class State(models.TextChoices):
        # Added to a form that has not been sent; only whoever added it knows of it.
        HELD = "held", "Added, not sent"
        ATTACHED = "attached", "Attached"
        # Something harmful was found in it after it was attached: nobody can open it.
        QUARANTINED = "quarantined", "In quarantine"
        # Taken off the case by somebody, with a reason: its bytes are deleted.
        REMOVED = "removed", "Removed"

    class Scan(models.TextChoices):
        CLEAN = "clean", "Checked for viruses"
        # The council has set up no scanner.
        NONE = "none", "Not checked for viruses"
        # The scanner did not answer, or would not read it: not opened until it did.
        WAITING = "waiting", "Waiting to be checked for viruses"
        FOUND = "found", "Something harmful was found"

    # How its page is named: random, so that it tells nobody how many there are.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    about = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=[(key, k.words) for key, k in KINDS.items()])
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    salt = models.CharField(max_length=64, blank=True)
    # Its place in the storage of documents; "" once the bytes are deleted.
    stored = models.CharField(max_length=80, blank=True)
    # What its sender may not know is in it (documents.words.FLAGS).
    flags = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.HELD)
    scan = models.CharField(max_length=8, choices=Scan.choices)
    # When the scanner was last asked, whatever it said.
    scanned_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    added_at = models.DateTimeField()
    # When it last changed its state.
    since = models.DateTimeField()

    objects = querysets.DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        indexes = [
            models.Index(fields=["about"], name="document_about"),
            # What the sweep looks for, over what waits and not over what exists.
            models.Index(fields=["since"], condition=Q(state="held"), name="document_held"),
            models.Index(
                fields=["id"], condition=Q(scan__in=["waiting", "none"]), name="document_unscanned"
            ),
            models.Index(
                fields=["since"],
                condition=Q(state__in=["removed", "quarantined"]) & ~Q(stored=""),
                name="document_to_delete",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="only_what_is_held_belongs_to_nothing",
                condition=Q(state="held", about="") | (~Q(state="held") & ~Q(about="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def mark(self) -> str:
        """The name of this file in an event's commitments."""
        return f"document:{self.pk}"

    @property
    def words(self) -> str:
        return KINDS[self.kind].words

    @property
    def content_type(self) -> str:
        return KINDS[self.kind].content_type
