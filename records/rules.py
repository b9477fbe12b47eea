"""What may be held and forgotten now. Each rule raises Refused with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from accounts import standing
from frontend.words import day
from protocol.refusals import Refused
from records.models import Hold
from records.rooms import Item

LONGEST_MONTHS = 600
# Bounds one transaction, and one page.
MOST = 100


def may(by) -> None:
    if by is not None and not standing.of(by).may("records.keep"):
        raise Refused("Only whoever keeps to the data protection rules may do that.")


def may_forget(abouts: Iterable[str]) -> None:
    """Nothing that is held is erased, anonymised or taken off. One query."""
    if Hold.objects.in_force().of(abouts).exists():
        raise Refused(
            "It is under a legal hold, so nothing of it is erased or taken off.",
            instead="Ask democratic services, who see why it is held and can lift the hold.",
        )


def may_erase(item: Item, extent: str) -> None:
    if item.erased_on:
        raise Refused(f"{item.reference} was erased on {day(item.erased_on)}.")
    if extent == "all" and item.ended_on is None:
        raise Refused(
            f"{item.reference} is still open.",
            instead="Erase the name and contact details alone, or close it first.",
        )


def some(chosen: Sequence) -> None:
    if not chosen:
        raise Refused("Tick what it is about.")
    if len(chosen) > MOST:
        raise Refused(f"That is more than {MOST} at once.", instead="Do them in parts.")


def later(chosen: date, on: date, what: str) -> None:
    if chosen <= on:
        raise Refused(f"{what} must be after today, {day(on)}.")
    if chosen.year > on.year + 50:
        raise Refused(f"{what} must be within 50 years.")
