"""`manage.py invite ada@example.org [--name "Ada Adams"]`: mail somebody a link to set a password."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts import actions
from accounts.models import Person
from protocol.refusals import Refused


class Command(BaseCommand):
    help = "Invites somebody to sign in, by a mail with a link that works once, for 7 days."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the email address they will sign in with")
        parser.add_argument("--name", default="", help="add them under this name if they are new")

    def handle(self, *args, email: str, name: str, **options):
        person = self._person(email.strip(), name.strip())
        try:
            actions.invite(person=person, by=None)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"Invited {person.name}. The mail to {person.email} goes out with the next delivery; "
            "its link works once, for 7 days."
        )

    def _person(self, email: str, name: str) -> Person:
        try:
            validate_email(email)
        except ValidationError as fault:
            raise CommandError(
                f"“{email}” is not an email address. Write one like name@example.com."
            ) from fault
        person = Person.objects.by_email(email).first()
        if person:
            return person
        if not name:
            raise CommandError(
                f"Nobody has the email address {email}. Check it, or add them too: "
                f'manage.py invite {email} --name "Their Name"'
            )
        if len(name) > 200 or not name.isprintable():
            raise CommandError("The name must be 200 characters or fewer, on one line.")
        self.stdout.write(f"Added {name}.")
        return actions.add_person(name=name, email=email, by=None)
