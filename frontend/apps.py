"""Registers the room, so that `{% load ui %}` and the date boxes' template are found."""

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    """Has no models: it only turns values into markup."""

    name = "frontend"
