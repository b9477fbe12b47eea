"""Named questions about holds and reviews. What they are about is shown through its own room's door alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Q


class HoldQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(lifted_at=None)

    def of(self, abouts: Iterable[str]):
        return self.filter(about__in=list(abouts))


class ReviewQuerySet(models.QuerySet):
    def waiting(self, on: date):
        """What somebody has to decide on by a day: what came up, and what was kept until then."""
        return self.filter(Q(keep_until=None) | Q(keep_until__lte=on), over=False)
