"""Named questions about events and notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.apps import apps
from django.db import connections, models
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Sum
from django.db.models.functions import Collate

from ledger import reading

TOO_LONG = timedelta(hours=1)


class StreamQuerySet(models.QuerySet):
    def heads(self) -> models.QuerySet:
        """(key, length, head) of every stream, in the order of the keys' code points."""
        # A database's own order depends on its locale; the digest over the heads must not.
        bytewise = "C" if connections[self.db].vendor == "postgresql" else "BINARY"
        return self.order_by(Collate("key", bytewise)).values_list("key", "length", "head")

    def sizes_for(self, person) -> tuple[int, int]:
        """How many chains and events there are, as far as a person may read them (`visible_to` below)."""
        if not reading.hidden_from(person):
            sizes = self.aggregate(chains=Count("id"), events=Sum("length", default=0))
            return sizes["chains"], sizes["events"]
        events = apps.get_model("ledger", "Event").objects.visible_to(person)
        sizes = events.aggregate(chains=Count("stream", distinct=True), events=Count("id"))
        return sizes["chains"], sizes["events"]


class EventQuerySet(models.QuerySet):
    def visible_to(self, person) -> EventQuerySet:
        """What somebody who may read the ledger may read of it: all but what is kept from this person.

        A chain ends for them before the first event that is kept from them: a gap in the numbers, or
        a digest that fits nothing, would tell that something is there.
        """
        if person is None or not person.is_authenticated:
            return self.none()
        kept = reading.hidden_from(person)
        if not kept:
            return self
        first = self.model.objects.filter(stream=OuterRef("stream"), seq__lte=OuterRef("seq"))
        return self.filter(~Exists(first.filter(subject__in=kept)))

    def newest_first(self) -> EventQuerySet:
        """By when it happened, and then by when it was recorded."""
        return self.order_by("-at", "-id")

    def before(self, event) -> EventQuerySet:
        """What comes after it in a list with the newest first."""
        return self.filter(Q(at__lt=event.at) | Q(id__lt=event.pk), at__lte=event.at)

    def after(self, event) -> EventQuerySet:
        return self.filter(Q(at__gt=event.at) | Q(id__gt=event.pk), at__gte=event.at)

    def about(self, *subjects: str) -> EventQuerySet:
        """What happened to these subjects ("case:12"), oldest first."""
        return self.filter(subject__in=subjects).order_by("id")

    def of(self, *verbs: str) -> EventQuerySet:
        return self.filter(verb__in=verbs)

    def by(self, person: int) -> EventQuerySet:
        """What a person did, for themselves or acting for another."""
        return self.filter(actor=person)

    def between(self, start: datetime, end: datetime) -> EventQuerySet:
        """From start to just before end."""
        return self.filter(at__gte=start, at__lt=end)


class NoticeQuerySet(models.QuerySet):
    def unfinished(self) -> NoticeQuerySet:
        """Neither sent nor dropped."""
        return self.filter(sent_at__isnull=True, dropped_at__isnull=True)

    def waiting(self, now: datetime) -> NoticeQuerySet:
        """To be tried now: due, and in nobody's hands (or in the hands of somebody long gone)."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.unfinished().filter(free, next_attempt_at__lte=now)

    def claimable(self, now: datetime) -> NoticeQuerySet:
        """Waiting, and of one recipient's daily mail its oldest notice alone.

        Whoever claims that one takes the others with it (`along_with`), so that no two workers ever
        share a daily mail between them.
        """
        mail = self.model.objects.unfinished().filter(held_for="daily", next_attempt_at__lte=now)
        older = mail.filter(recipient=OuterRef("recipient"), pk__lt=OuterRef("pk"))
        return self.waiting(now).filter(~Q(held_for="daily") | ~Exists(older))

    def along_with(self, notices: Iterable, now: datetime) -> NoticeQuerySet:
        """What waits for the daily mails of which these are the oldest notices."""
        readers = {notice.recipient for notice in notices if notice.held_for == "daily"}
        return self.waiting(now).filter(held_for="daily", recipient__in=readers)

    def stuck(self, now: datetime) -> NoticeQuerySet:
        """Waiting for too long, and neither held back nor by one recipient's own mail server; or held
        back and not looked at, as somebody should every few minutes."""
        long_ago = now - TOO_LONG
        held = Q(held_until__isnull=False, held_until__gte=long_ago)
        late = self.unfinished().filter(
            ~held | Q(next_attempt_at__lt=long_ago), created_at__lt=long_ago
        )
        return late.exclude(last_error="SMTPRecipientsRefused")

    def is_stuck(self, now: datetime) -> bool:
        """Whether any is. Asked in the order of its index, as `exists()` would not: PostgreSQL would read
        those that went first."""
        found = self.stuck(now).order_by("next_attempt_at", "id").values("pk")
        return found.first() is not None

    def held(self, now: datetime) -> NoticeQuerySet:
        """Held back for a while yet, for the daily mail or by the quiet hours."""
        return self.unfinished().filter(held_until__gt=now)

    def held_until(self, now: datetime) -> dict[str, tuple[int, datetime, datetime]]:
        """{for what: (how many are held, until when the first, until when the last)}."""
        found = self.held(now).order_by().values_list("held_for")
        found = found.annotate(Count("id"), Min("held_until"), Max("held_until"))
        return {why: tuple(rest) for why, *rest in found.order_by("held_for")}

    def oldest(self) -> datetime | None:
        """Since when the oldest of these waits."""
        return self.aggregate(oldest=Min("created_at"))["oldest"]

    def queue(self, now: datetime) -> tuple[int, datetime | None]:
        """How many are unfinished, and since when the oldest waits of those that are not held back."""
        free = Q(held_until__isnull=True) | Q(held_until__lte=now)
        found = self.unfinished().aggregate(
            count=Count("id"), oldest=Min("created_at", filter=free)
        )
        return found["count"], found["oldest"]

    def failing(self) -> dict[str, int]:
        """{class of the last error: how many} of those that are not finished."""
        tried = self.unfinished().exclude(last_error="").order_by()
        return dict(tried.values_list("last_error").annotate(Count("id")).order_by("last_error"))

    def dropped_since(self, start: datetime) -> dict[str, int]:
        """{why: how many} of those that were given up, by the key of Notice.Dropped."""
        given_up = self.filter(dropped_at__gte=start).values_list("dropped_because")
        return dict(given_up.annotate(Count("id")).order_by("dropped_because"))

    def to(self, recipients: Iterable[str]) -> NoticeQuerySet:
        return self.filter(recipient__in=list(recipients))
