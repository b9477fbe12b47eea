"""Wiring only: settings, addresses, Celery and the one schedule. Nothing imports this package."""

from protocol_site.celery import app as celery_app

__all__ = ["celery_app"]
