"""Named questions about demands on officers. `visible_to` is the only door to them."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from casework import scope
from council.models import Delegation, Holding, Relationship
from officers.models import Officer

OPEN = Q(state="flagged")


class DemandQuerySet(models.QuerySet):
    def open(self):
        return self.filter(OPEN)

    def visible_to(self, person):
        """What a person may know of demands, today.

        Whoever flagged it; whoever it was brought to, while it is open, or for as long as they hold the
        post that they were told in; whoever considered it; whoever oversees, of what is not restricted.
        Nobody on the member's side ever does, nor anybody else who is close to the member by the register
        (unless they flagged it). Not whoever else has the enquiry: it is the officer's own matter.
        """
        if person is None or not person.is_authenticated:
            return self.none()
        reach = scope.of(person)
        if not (reach.is_officer or reach.oversees or reach.posts):
            return self.none()
        told = apps.get_model("casework", "DemandTold").objects.filter(person=reach.own).order_by()
        heard = Q(pk__in=told.filter(post_key__in=reach.posts).values("demand"))
        flagged = Q(pk__in=[])
        if reach.is_officer:
            flagged = Q(flagged_by=reach.own)
            heard |= Q(pk__in=told.filter(post_key="").values("demand")) & OPEN
            heard |= Q(closed_by=reach.own)
        if reach.oversees:
            heard |= Q(case__sensitivity="ordinary")
        return self.filter(flagged | (heard & ~_close_to(reach.own))).of_others(reach)

    def ended_for(self, person):
        """What was brought to a person in the line, and was closed since: they see it no more, and are told
        that it is closed and nothing besides."""
        reach = scope.of(person)
        if not reach.is_officer:
            return self.none()
        told = apps.get_model("casework", "DemandTold").objects.filter(person=reach.own).order_by()
        ended = Q(pk__in=told.filter(post_key="").values("demand")) & ~OPEN
        return self.filter(ended & ~_close_to(reach.own)).of_others(reach)

    def of_others(self, reach: scope.Scope):
        """Without what was asked by themselves, or by a member whom they act for: one can be both (Bk)."""
        return self.exclude(case__raised_by__in=reach.sides_with)

    def brought_to(self, person):
        """What waits for a person to consider it."""
        told = apps.get_model("casework", "DemandTold").objects.filter(person=person.pk)
        return self.open().visible_to(person).filter(pk__in=told.values("demand"))

    def to_be_reminded(self, now):
        """What has waited as long as the council lets it, and what is with nobody: whoever was asked has
        left, or lost the post, or may not act in it since; or there was nobody to ask."""
        told = apps.get_model("casework", "DemandTold").objects.there(timezone.localdate(now))
        waited = Q(remind_at__lte=now) | Q(remind_at__isnull=True)
        somebody = Exists(told.filter(demand=OuterRef("pk")))
        return self.open().filter(waited | ~somebody).order_by("pk")

    def with_names(self):
        return self.select_related(
            "case__raised_by", "case__adoption", "flagged_by", "closed_by", "contribution"
        )


class DemandToldQuerySet(models.QuerySet):
    def there(self, on: date):
        """Those who can still consider it: in post, and neither the member's delegate nor close to them."""
        pair = {"person": OuterRef("person"), "other": OuterRef("demand__case__raised_by")}
        turned = {"person": pair["other"], "other": pair["person"]}
        declared = Relationship.objects.on(on).filter(Q(**pair) | Q(**turned)).order_by()
        acts = {"delegate": pair["person"], "principal": pair["other"]}
        holds = {"person": pair["person"], "post__key": OuterRef("post_key")}
        return self.filter(
            Q(post_key="") | Exists(Holding.objects.on(on).filter(**holds).order_by()),
            ~Exists(Officer.objects.ended(on).filter(person=pair["person"]).order_by()),
            ~Exists(Delegation.objects.on(on).filter(**acts).order_by()),
            ~Exists(declared),
            person__is_active=True,
        ).order_by()


def _close_to(person: int) -> Q:
    """Asked by a member whom they declared a relationship with, or who declared one with them."""
    declared = Relationship.objects.on(timezone.localdate()).order_by()
    return Q(case__raised_by__in=declared.filter(person=person).values("other")) | Q(
        case__raised_by__in=declared.filter(other=person).values("person")
    )
