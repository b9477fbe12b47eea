"""`manage.py take_second_step_away ada@example.org`: for whoever is locked out and has nobody to ask."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from accounts import actions
from accounts.models import Person
from protocol.refusals import Refused


class Command(BaseCommand):
    help = (
        "Lets somebody who has lost their phone and their recovery codes sign in with their password, and "
        "set up another second step. They are signed out everywhere and told by mail."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", help="the email address they sign in with")

    def handle(self, *args, email: str, **options):
        person = Person.objects.by_email(email).first()
        if person is None:
            raise CommandError(f"Nobody has the email address {email.strip()}.")
        try:
            actions.take_second_step_away(person=person, by=None)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{person.name} signs in with their password alone from now on.")
