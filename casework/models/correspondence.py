"""Everything that people wrote in a case, and who else was sent it."""

from __future__ import annotations

import uuid

from django.db import models

from accounts.models import Person
from casework import querysets
from documents.models import Document


class Message(models.Model):
    """A text that somebody wrote. The ledger holds only a commitment to it, under this row's salt."""

    KINDS = [
        ("enquiry", "Enquiry"),
        ("acknowledgement", "Acknowledgement"),
        ("question", "Question"),
        ("reply", "Reply"),
        ("addition", "Added"),
        ("holding", "Holding reply"),
        ("extension", "Why the answer needs longer"),
        ("answer", "Answer"),
        ("again", "Asked again"),
        ("correction", "Why it was opened again"),
        ("return", "Why it was returned"),
        ("withdrawal", "Why it was withdrawn"),
        ("duplicate", "Why it was closed as a duplicate"),
        ("handing", "Why it was handed on"),
        ("pause", "Why the clock was paused"),
        ("handover", "Why it was passed on"),
        ("note", "Note for officers"),
        ("explanation", "Why it was late"),
        ("learning", "What was learned"),
        ("closing", "How it was closed"),
        ("removal", "Why a file was removed"),
        ("wanted", "What another service was asked"),
        ("contribution", "What another service gave"),
        ("cannot", "Why they cannot contribute"),
        ("callback", "Why it was called back"),
    ]
    # What may be a letter, where the profile says so.
    LETTERS = frozenset({"acknowledgement", "extension", "answer"})
    # The officers' side of the case; a member and a delegate never see these.
    OFFICERS_ONLY = frozenset(
        {
            "handover",
            "note",
            "explanation",
            "learning",
            "closing",
            "wanted",
            "contribution",
            "cannot",
            "callback",
        }
    )

    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=16, choices=KINDS)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    # For whom a delegate wrote: shown as "X for Y".
    acting_for = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.TextField()
    salt = models.CharField(max_length=64)
    at = models.DateTimeField()
    officers_only = models.BooleanField(default=False)
    # In what capacity an officer wrote a letter: as on that day, whatever they do since.
    author_title = models.CharField(max_length=160, blank=True, default="", db_default="")
    author_service = models.CharField(max_length=120, blank=True, default="", db_default="")
    # Which contribution it belongs to; its service reads it too.
    contribution = models.ForeignKey(
        "casework.Contribution",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    # Whether anybody was copied in, so that most pages need not ask.
    copied = models.BooleanField(default=False)
    # Whether files go with it, for the same reason.
    attached = models.BooleanField(default=False)

    objects = querysets.MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.case_id}"

    @property
    def key(self) -> str:
        """The name of this text in an event's commitments."""
        return f"message:{self.pk}"

    @property
    def said(self) -> str:
        """What its page shows: the text, or that it was erased."""
        return self.body if self.salt else "This text was erased."

    @property
    def sender(self) -> str:
        """ "X", or "X for Y" where a delegate or an officer wrote it down for a member."""
        if self.acting_for_id:
            return f"{self.author.name} for {self.acting_for.name}"
        return self.author.name


class Copy(models.Model):
    """Somebody else who was openly sent a message. There are no blind copies (Mo126; We9.1; Bk)."""

    # How its page is named: random, so that it tells nobody how many there are.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="copies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="copies")
    clause = models.TextField(blank=True)
    # The protocol has it copied (Bl10.3): nobody chose to.
    by_rule = models.BooleanField(default=False, db_default=False)

    objects = querysets.CopyQuerySet.as_manager()

    class Meta:
        ordering = ["person__name"]
        verbose_name_plural = "copies"
        constraints = [
            models.UniqueConstraint(fields=["message", "person"], name="copied_to_each_once"),
        ]

    @property
    def words(self) -> str:
        """What it is: of an enquiry, copied as what a Member of Parliament raised, the protocol's own word."""
        return "Concern" if self.message.kind == "enquiry" else self.message.get_kind_display()


class Attachment(models.Model):
    """A file that goes with a message: whoever may read the message may open it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="attachment")

    objects = querysets.AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.document)
