"""Thin tasks: each calls one action. Idempotent, so that running twice, late or at once is harmless."""

from __future__ import annotations

from celery import shared_task

from documents import actions


@shared_task
def look_after() -> str:
    return actions.look_after()
