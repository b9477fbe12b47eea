"""Thin tasks: each calls one action. Idempotent, so that running twice, late or at once is harmless."""

from __future__ import annotations

from celery import shared_task

from records import actions


@shared_task
def bring_up() -> str:
    return f"brought up {actions.bring_up()}"


@shared_task
def clear() -> str:
    return f"cleared {actions.clear()}"
