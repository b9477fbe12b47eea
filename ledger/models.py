"""Streams of events, seals over them, and the notices that wait to be sent.

People are integer ids and recipients are keys ("person:12"): nothing here points at a room above.
Every time is given by the action that writes the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.db.models import Q

from ledger.querysets import EventQuerySet, NoticeQuerySet, StreamQuerySet


@dataclass(frozen=True)
class Tell:
    """Somebody to be told of an event: who ("person:12") and how ("email").

    `wait`: how long the notice lies at first, so that it can tell of what follows too (`tells_besides`).
    """

    recipient: str
    channel: str = "email"
    wait: timedelta = timedelta(0)


class Stream(models.Model):
    """One hash chain: "case:12", "system:2026-11-22" or "reads:45:2026-11-22"."""

    key = models.CharField(max_length=80, unique=True)
    # The digest of the last event; "" while there is none.
    head = models.CharField(max_length=64, blank=True, default="")
    length = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField()

    objects = StreamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key


class Event(models.Model):
    """One thing that happened. Written once: triggers refuse every change."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    # The person who did it; null is the product itself.
    actor = models.BigIntegerField(null=True)
    # The person on whose behalf, where the actor is a delegate.
    acting_for = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    # {name of a text: hex digest}, as ledger.commitments makes them.
    commitments = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="ledger_event_once"),
        ]
        indexes = [
            # Subjects are looked up whole, and by how they begin ("case:").
            models.Index(
                fields=["subject", "id"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
                name="ledger_event_subject",
            ),
            models.Index(fields=["verb", "id"], name="ledger_event_verb"),
            # What an auditor reads: newest first, of everybody or of one person.
            models.Index(fields=["at", "id"], name="ledger_event_at"),
            models.Index(fields=["actor", "at", "id"], name="ledger_event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}/{self.seq} {self.verb} {self.subject}"


class Seal(models.Model):
    """One digest over the heads of all streams at a moment, chained to the seal before."""

    at = models.DateTimeField()
    heads_count = models.PositiveBigIntegerField()
    events_count = models.PositiveBigIntegerField()
    # Over (key, length, head) of every stream: see ledger.chain.heads_digest.
    heads = models.CharField(max_length=64)
    # Unique, so that two who seal at once cannot fork the chain of seals.
    previous = models.CharField(max_length=64, blank=True, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.digest[:12]}"


class Notice(models.Model):
    """One message to one recipient about one event, until it is sent or dropped.

    Claimed and sent are separate: a claim is a lease that runs out, so that what a killed worker
    held is tried again, with the same Message-ID.
    """

    class Dropped(models.TextChoices):
        NOT_VISIBLE = "not-visible", "the recipient may no longer see it"
        NO_ADDRESS = "no-address", "the recipient has no address"
        REFUSED = "refused", "the recipient's mail server refused it for good"
        OVERTAKEN = "overtaken", "something happened that made it needless"

    class Held(models.TextChoices):
        DAILY = "daily", "for the daily mail"
        QUIET = "quiet", "until the quiet hours end"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notices")
    recipient = models.CharField(max_length=64)
    channel = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    message_id = models.CharField(max_length=255)
    next_attempt_at = models.DateTimeField()
    # How often the message was handed to a mail server that could be reached.
    attempts = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=128, blank=True, default="")
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(
        max_length=16, choices=Dropped.choices, blank=True, default=""
    )
    # Why and until when it was last held back; both stay when it has gone.
    held_for = models.CharField(max_length=8, choices=Held.choices, blank=True, default="")
    held_until = models.DateTimeField(null=True)
    # The class of the last exception, never its words: they can quote the message.
    last_error = models.CharField(max_length=100, blank=True, default="")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient", "channel"], name="ledger_notice_once"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True),
                name="ledger_notice_sent_or_dropped",
            ),
            models.CheckConstraint(
                condition=Q(held_for="", held_until__isnull=True)
                | ~Q(held_for="") & Q(held_until__isnull=False),
                name="ledger_notice_held_until",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True),
                name="ledger_notice_waiting",
            ),
            models.Index(fields=["recipient", "id"], name="ledger_notice_recipient"),
            models.Index(
                fields=["recipient", "id"],
                condition=Q(sent_at__isnull=True, dropped_at__isnull=True, held_for="daily"),
                name="ledger_notice_daily",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} by {self.channel} of event {self.event_id}"


class Run(models.Model):
    """When something that runs by itself last ended well, and when it last failed: one row a task."""

    name = models.CharField(max_length=100, unique=True)
    ended_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    # The class of the exception, or a count of faults: never words that could quote anything.
    error = models.CharField(max_length=100, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Bounded(models.Model):
    """How many events about somebody were recorded since a moment, and how many only counted (`more`).

    Not evidence: what it counts becomes an event (ledger/bounded.py).
    """

    about = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=64)
    actor = models.BigIntegerField(null=True)
    since = models.DateTimeField()
    recorded = models.PositiveIntegerField(default=0)
    more = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.about


class Sending(models.Model):
    """A form that was sent and done: who sends the very same one again is led to what came of it.

    The key is a digest under the product's secret: it tells nothing of what was typed. Kept for two days.
    """

    key = models.CharField(max_length=64, unique=True)
    # The request that took it, so that what it records later finds its own.
    request = models.UUIDField()
    # Where it led; "" until the answer was given.
    led_to = models.CharField(max_length=2000, blank=True, default="")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
