"""manage.py createsuperuser: Django's own, which this product has no use for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "There are no superusers in Evenhand: says how to let somebody in instead."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Whatever Django's own would take, so that it is answered in words."""
        parser.add_argument("--noinput", "--no-input", action="store_true")
        for option in ("--email", "--name", "--username", "--database"):
            parser.add_argument(option, default="")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            "Nobody is a superuser in Evenhand: what people may do comes with their posts. Let "
            "somebody in with: manage.py invite EMAIL. Before a council is set up: manage.py "
            "setup_council."
        )
