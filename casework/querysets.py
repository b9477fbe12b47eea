"""Named questions about cases. `visible_to` is the only door to them."""

from __future__ import annotations

from datetime import date, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, JSONField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat, JSONObject

from casework import receiving, scope
from council.querysets import DatedQuerySet
from protocol import lifecycle

OPEN = Q(state__in=sorted(lifecycle.OPEN))
# The clock does not run while it is paused, so a paused case is neither due nor overdue.
RUNNING = Q(state__in=sorted(lifecycle.OPEN - {lifecycle.PAUSED}))


def week_ends(on: date) -> date:
    """The Sunday on or after a day: "this week" runs to it."""
    return on + timedelta(days=6 - on.weekday())


def _again(figure: str, answered: Q | None = None) -> Q:
    """Cases answered again with that figure; `answered` is of the second answer, not of the first."""
    follow_ups = apps.get_model("casework", "FollowUp").objects.filter(answered or Q())
    return Q(pk__in=follow_ups.filter(figure=figure).values("case"))


# The figures of the overview, each the one definition that its tile and its list share.
FIGURES = {
    "open": lambda on: OPEN,
    "due_today": lambda on: RUNNING & Q(next_due=on),
    "due_this_week": lambda on: RUNNING & Q(next_due__gte=on, next_due__lte=week_ends(on)),
    "overdue": lambda on: RUNNING & Q(next_due__lt=on),
    "paused": lambda on: Q(state=lifecycle.PAUSED),
    "within": lambda on: Q(figure="within"),
    "explained": lambda on: Q(figure="explained"),
    "breach": lambda on: Q(figure="breach"),
    # What came back, by being taken back or asked about again, is among the others.
    "handed_on": lambda on: Q(state=lifecycle.HANDED_ON),
    "unexplained": lambda on: Q(awaits_explanation=True),
    "asked_again": lambda on: OPEN & Q(round__gt=1),
    "again_within": lambda on: _again("within"),
    "again_explained": lambda on: _again("explained"),
    "again_breach": lambda on: _again("breach"),
}
# How it was answered: the figures that a period narrows. Of the first answer, and of those after it.
ANSWERED = ("within", "explained", "breach")
ANSWERED_AGAIN = {f"again_{figure}": figure for figure in ANSWERED}


def _to_see_to(case: str = "") -> Q:
    """How long what was brought to the line concerns it: `case` is the path to the case, as `case__`."""
    waits = Q(**{f"{case}awaits_explanation": True})
    return Q(**{f"{case}state__in": sorted(lifecycle.OPEN)}) | waits


def _passed_on_by(reach: scope.Scope):
    handovers = apps.get_model("casework", "Handover").objects
    return handovers.filter(service__in=reach.heads).values("case")


class CaseQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The cases that a person may see today, and no others.

        A member sees what they raised; a delegate what their members raised, unless restricted;
        an officer what is theirs, their service's, that of somebody away whom they cover, or was
        brought to them, and whoever answers for a service what it passed on, until it is
        answered; the overseers all that is not restricted. An administrator and an auditor see
        none. What is brought to a member as the holder of a post opens no case to them
        (casework/brought.py).
        """
        if person is None or not person.is_authenticated:
            return self.none()
        reach = scope.of(person)
        if reach.sees_nothing:
            return self.none()
        ordinary = Q(sensitivity="ordinary")
        seen = Q(pk__in=[])
        if reach.is_member:
            seen |= Q(raised_by=reach.own)
        if reach.acts_for:
            seen |= Q(raised_by__in=reach.acts_for) & ordinary
        if reach.oversees:
            seen |= ordinary
        elif reach.is_officer:
            seen |= (Q(service__in=reach.services) | Q(owner__in=reach.covers)) & ordinary
            if reach.heads:
                seen |= Q(pk__in=_passed_on_by(reach)) & OPEN & ordinary
        if reach.is_officer:
            seen |= Q(owner=reach.own)
        if reach.is_officer or reach.oversees:
            seen |= self._brought_to(reach)
        return self.filter(seen)

    def _brought_to(self, reach: scope.Scope) -> Q:
        """`EscalationQuerySet.brought_to`, asked of the cases: whoever has many would read all cases
        twice if their escalations looked at the cases again."""
        mine = apps.get_model("casework", "Escalation").objects.filter(person=reach.own)
        in_line, as_holder = mine.in_line().values("case"), mine.for_posts(reach).values("case")
        return (Q(pk__in=in_line) & _to_see_to()) | Q(pk__in=as_holder)

    def open(self):
        return self.filter(OPEN)

    def passed_on_by(self, reach: scope.Scope):
        """What services that a person answers for had, and others have now."""
        gone = self.filter(pk__in=_passed_on_by(reach))
        return gone.exclude(service__in=reach.services)

    def to_be_reminded(self, now):
        """Where an officer's question has waited as long as the council lets it. Reads the partial index."""
        return self.filter(remind_at__lte=now).order_by("remind_at", "pk")

    def answered_again(self, figure: str, answered: Q):
        """Those that one figure of second answers counts, where `answered` holds of such an answer."""
        return self.filter(_again(ANSWERED_AGAIN[figure], answered))

    def overdue(self, on: date):
        return self.counted("overdue", on)

    def counted(self, figure: str, on: date):
        """The cases that one figure counts (FIGURES), so that a number links to exactly its cases."""
        return self.filter(FIGURES[figure](on))

    def counts(self, on: date, answered: Q | None = None, ended: Q | None = None) -> dict[str, int]:
        """Every figure at once, in one query; those of answers only where `answered` holds of them, and of
        what was handed on where `ended` does.
        """
        wanted = {name: q(on) for name, q in FIGURES.items()}
        if answered is not None:
            wanted |= {name: wanted[name] & answered for name in ANSWERED}
            wanted |= {name: _again(figure, answered) for name, figure in ANSWERED_AGAIN.items()}
        if ended is not None:
            wanted["handed_on"] &= ended
        return self.aggregate(**{name: Count("pk", filter=q) for name, q in wanted.items()})

    def asked_of(self, figure: str, on: date, reader, service: int | None = None):
        """Those of which a service, or any, was asked for a contribution that a figure counts; of what the
        reader's own side raised, none."""
        found = apps.get_model("casework", "Contribution").objects.counted(figure, on)
        found = found.of_others(reader)
        if service is not None:
            found = found.filter(service=service)
        return self.filter(pk__in=found.values("case"))

    def for_list(self):
        """With what a row of a list shows, in a bounded number of queries."""
        return self.select_related(
            "service", "ward", "owner", "raised_by", "adoption"
        ).prefetch_related("clocks")

    def for_passing(self, reader):
        """With what a list of what somebody passes on shows, and whether each was brought to its reader."""
        return self.select_related("service", "owner", "raised_by", "adoption").annotate(
            **self._read_by(reader)
        )

    def _read_by(self, reader) -> dict:
        brought = apps.get_model("casework", "Escalation").objects.brought_to(scope.of(reader))
        found = Exists(brought.filter(case=OuterRef("pk")))
        return {"reader": Value(reader.pk), "brought_to_reader": found}

    def for_page(self, reader=None):
        """With what a case's page shows; and, where told who reads, whether it was brought to them."""
        found = self.select_related(
            "service__carried_on_by",
            "ward",
            "owner",
            "raised_by",
            "logged_by",
            "adoption",
            "enquiry",
        )
        if reader is None:
            return found
        files = apps.get_model("casework", "Message").objects.filter(attached=True)
        drafts = apps.get_model("accounts", "Draft").objects.visible_to(reader)
        key_of_case = Concat(Value("case:"), Cast(OuterRef("pk"), models.CharField()))
        handings = apps.get_model("casework", "Handing").objects.known_to(reader)
        handings = handings.filter(case=OuterRef("pk"))
        asked = apps.get_model("casework", "Contribution").objects.filter(case=OuterRef("pk"))
        demands = apps.get_model("casework", "Demand").objects.visible_to(reader)
        return found.annotate(
            **self._read_by(reader),
            has_files=Exists(files.filter(case=OuterRef("pk"))),
            # One query less on every page of whoever has begun nothing.
            has_drafts=Exists(drafts.filter(about=key_of_case)),
            # One query less, where it was handed on once: all that is shown of it (Handing.read).
            went=Subquery(handings.filter(taken_back_at=None).as_json(), output_field=JSONField()),
            was_taken_back=Exists(handings.exclude(taken_back_at=None)),
            asked_others=Exists(asked),
            waits_for_others=Exists(asked.open()),
            held=Exists(
                apps.get_model("records", "Hold").objects.in_force().filter(about=key_of_case)
            ),
            # Of those that the reader may know of: a page is the same with any other as with none.
            has_demands=Exists(demands.filter(case=OuterRef("pk"))),
        )


class EscalationQuerySet(models.QuerySet):
    def in_line(self):
        return self.filter(post_key="", over=False)

    def for_posts(self, reach: scope.Scope):
        return self.filter(post_key__in=reach.posts)

    def brought_to(self, reach: scope.Scope):
        """What was brought to a person in the officers' line, while there is something to see to; or
        as the holder of a post, for as long as they hold it.

        Of the line: while the case is open, and then until the breach has its explanation. Nobody's
        word ends a place in the line as it ends a post, so the case itself does; asked again, it is
        brought to nobody until it is late again.
        """
        mine = self.filter(person=reach.own)
        return mine.in_line().filter(_to_see_to("case__")) | mine.for_posts(reach)


class CaseLinkQuerySet(models.QuerySet):
    def of(self, case):
        """Whichever of the two it is."""
        return self.filter(Q(case=case) | Q(other=case))

    def seen_from(self, case, person):
        """The links of a case that a person may see, as far as they may see the other one.

        Two halves and no OR: each begins at the few links of the case, and never at all that they may see.
        """
        cases = apps.get_model("casework", "Case").objects.visible_to(person)
        whole = self.select_related("case__raised_by", "other__raised_by", "by").order_by()
        from_it, to_it = whole.filter(case=case, other__in=cases), whole.filter(other=case)
        return from_it.union(to_it.filter(case__in=cases), all=True)


class HandingQuerySet(models.QuerySet):
    SHOWN = ("id", "room", "name", "reference", "address", "entered_on")

    def as_json(self):
        """What is shown of each, as one value."""
        return self.annotate(shown=JSONObject(**{name: name for name in self.SHOWN})).values(
            "shown"
        )

    def known_to(self, person):
        """Those that a person may know of, of cases that went through the door."""
        return self.filter(receiving.known_to(person))

    def visible_to(self, person):
        """Of cases that a person may see, where they went, as far as the receiving room lets them know."""
        if person is None or not person.is_authenticated:
            return self.none()
        cases = apps.get_model("casework", "Case").objects
        return self.known_to(person).filter(case__in=cases.visible_to(person))


class FollowUpQuerySet(models.QuerySet):
    def asked(self):
        """What the member asked again, in person or through somebody; not what officers put right."""
        return self.filter(reason="asked")


class ClockQuerySet(models.QuerySet):
    def running(self):
        return self.filter(stopped_at__isnull=True)

    def step_due(self, now):
        """Clocks whose ladder has something to do. Reads the partial index, whatever the table holds."""
        return self.filter(next_step_at__lte=now).order_by("next_step_at", "pk")

    def stale(self, calendar_version: int):
        """Counted under an older calendar; the clocks of a case one after the other."""
        stale = self.running().filter(calendar_version__lt=calendar_version)
        return stale.order_by("case", "pk")


class MessageQuerySet(models.QuerySet):
    def visible_in(self, case, person):
        """The messages of a case that a person may see: the member's side never sees the officers' notes.

        Of a case that they may not see, none.
        """
        if person is None or not person.is_authenticated:
            return self.none()
        cases = apps.get_model("casework", "Case").objects
        messages = self.filter(case__in=cases.visible_to(person).filter(pk=case.pk))
        if scope.side(case, person) == "member":
            return messages.filter(officers_only=False)
        return messages

    def visible_to(self, person):
        """The messages of every case that a person may see, and of each what `visible_in` shows them."""
        if person is None or not person.is_authenticated:
            return self.none()
        cases = apps.get_model("casework", "Case").objects.visible_to(person)
        side = self._side(person)
        return self.filter((Q(case__in=cases) & side) | self._lent_to(person))

    def on_side_of(self, person):
        """What a person may read of the cases that they may see: `scope.side`, asked of many at once.

        It opens no case: ask it of cases that went through `visible_to`.
        """
        return self.filter(self._side(person))

    def _side(self, person) -> Q:
        reach = scope.of(person)
        if not (reach.is_officer or reach.oversees):
            return Q(officers_only=False)
        # Somebody who is both (Bracknell) is on the member's side of what they raised.
        cases = apps.get_model("casework", "Case").objects.order_by()
        theirs = cases.filter(raised_by__in=reach.sides_with)
        return ~Q(officers_only=True, case__in=theirs)

    def _lent_to(self, person) -> Q:
        """What whoever is asked for a contribution may read: what was asked of them and what they wrote;
        and, where whoever asked lets them, what the member and the council wrote, until it is given.
        """
        reach = scope.of(person)
        if not (reach.is_officer or reach.oversees):
            return Q(pk__in=[])
        asked = apps.get_model("casework", "Contribution").objects.visible_to(person)
        shared = asked.open().filter(
            shares=True, case__sensitivity="ordinary", case__enquiry__confidential=False
        )
        return Q(contribution__in=asked) | Q(case__in=shared.values("case"), officers_only=False)

    def copied_to(self, person):
        """What a person was openly copied into, for as long as they are a member or an officer."""
        copies = apps.get_model("casework", "Copy").objects.visible_to(person)
        return self.filter(copies__in=copies)


class CopyQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own copies, for as long as one is a member or an officer."""
        reach = scope.of(person) if person is not None else None
        if reach is None or not (reach.is_member or reach.is_officer):
            return self.none()
        return self.filter(person=person)

    def for_page(self):
        """With what the list of copies and the page of one show."""
        return self.select_related(
            "message__author", "message__acting_for", "message__case__enquiry"
        )


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The files of messages that a person may read, in a case of theirs or as a copy."""
        messages = apps.get_model("casework", "Message").objects
        readable = Q(message__in=messages.visible_to(person))
        return self.filter(readable | Q(message__in=messages.copied_to(person)))


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own."""
        if person is None or not person.is_authenticated:
            return self.none()
        return self.filter(person=person)


class DirectContactQuerySet(DatedQuerySet):
    def for_member(self, member: int, on: date):
        """What was agreed with a member, and holds on a day, with its service."""
        return self.on(on).filter(member=member).select_related("service")

    def current_or_coming(self, on: date):
        """Not ended by a day. What was called off before it began ended before its first day."""
        lasts = Q(until__gte=on) & Q(until__gte=F("since"))
        return self.filter(Q(until__isnull=True) | lasts)
