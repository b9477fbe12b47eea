"""Thin tasks: each calls one action. The sweep's schedule is in the settings."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import actions


@shared_task(name="accounts.tasks.settle_addresses")
def settle_addresses() -> None:
    """End the changes of address whose time has come."""
    actions.settle_addresses(now=timezone.now())
