"""Saving a view, renaming it, deleting it. No event: a view decides nothing and opens nothing (ADR 10)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.models import SavedView
from casework.saved import lists
from protocol.refusals import Refused

# As many as can be told apart above a list.
MOST = 20


def save(*, by, name: str, listed: str, query: str) -> SavedView:
    """Save a list with its filters under a name. Refused where the name is in use, and beyond MOST."""
    if listed not in lists.open_to(by):
        raise Refused("This list is not open to you.")
    if SavedView.objects.visible_to(by).count() >= MOST:
        raise Refused(
            f"You have {MOST} saved views, which is as many as there can be.",
            instead="Delete one first, under “Change your views”.",
        )
    with _named_once(name):
        return SavedView.objects.create(
            person=by, name=name, listed=listed, query=query, saved_at=timezone.now()
        )


def rename(*, view: SavedView, by, name: str) -> SavedView:
    with _named_once(name):
        SavedView.objects.visible_to(by).filter(pk=view.pk).update(name=name)
    view.name = name
    return view


def remove(*, view: SavedView, by) -> None:
    SavedView.objects.visible_to(by).filter(pk=view.pk).delete()


@contextmanager
def _named_once(name: str) -> Iterator[None]:
    """One transaction, refused where the person has a view of this name, in capitals or not."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Refused(
            f"You have a view called “{name}” already.", instead="Choose another name."
        ) from None
