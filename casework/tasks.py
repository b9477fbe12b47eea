"""Thin tasks: each calls one action. Idempotent, so that running twice, late or at once is harmless."""

from __future__ import annotations

from celery import shared_task

from casework.chasing import actions


@shared_task
def chase() -> str:
    return actions.chase().summary()
