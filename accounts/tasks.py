"""Thin tasks: each calls one action. The sweep's schedule is in the settings."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import actions


@shared_task(name="accounts.tasks.settle_addresses")
def settle_addresses() -> None:
    """End the changes of address whose time has come."""
    actions.settle_addresses(now=timezone.now())


@shared_task(name="accounts.tasks.clear_drafts")
def clear_drafts() -> None:
    """Delete the drafts that nobody touched in time, or that are of nobody's use any more."""
    actions.clear_drafts(now=timezone.now())


@shared_task(name="accounts.tasks.clear_sessions")
def clear_sessions() -> None:
    """Forget sessions whose time is over."""
    actions.clear_sessions(now=timezone.now())
