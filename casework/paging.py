"""Pages of long lists: every page has a number, and the last costs no more than one in the middle.

The page's 25 keys are read first, from the nearer end of the list, and only their rows are joined with
what a row shows. Keys of the last row ("after this one") would cost less still far down, and could
name no page 400 (ADR 10).
"""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Subquery, Value

from casework.models import Case

A_PAGE = 25


class CasePages(Paginator):
    """Of a queryset of cases, in its order, which leaves no ties."""

    def __init__(self, cases: QuerySet):
        super().__init__(cases, A_PAGE)

    def page(self, number) -> Page:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        keys = self.object_list
        if first > self.count - last:
            keys, first, last = keys.reverse(), self.count - last, self.count - first
        rows = Case.objects.filter(pk__in=keys.values("pk")[first:last])
        return Page(rows.for_list().order_by(*self.object_list.query.order_by), number, self)


class FoundPages(Paginator):
    """Of the keys of cases, already in their order and few enough to hold. `hit` is read with each row."""

    def __init__(self, keys: list[int], hit: Subquery | Value):
        super().__init__(keys, A_PAGE)
        self.hit = hit

    def page(self, number) -> Page:
        number = self.validate_number(number)
        keys = list(super().page(number).object_list)
        cases = Case.objects.filter(pk__in=keys).annotate(hit=self.hit)
        rows = {case.pk: case for case in cases.for_list()}
        # What was taken away since it was found is passed over.
        return Page([rows[key] for key in keys if key in rows], number, self)
