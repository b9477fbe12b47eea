"""manage.py setup_council: the council, its first adoption, its posts and its clerk, in one go."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from council import setup_code
from council.actions import adoptions
from council.actions.setting_up import CLERKS_POSTS, Outcome, Wish, set_up
from council.addresses import kept_mail
from council.imports import text
from council.models import Council, Holding, Post
from protocol import profile
from protocol.refusals import Refused

LONGEST_FILE = 1024 * 1024
FLAGS = {
    "name": "--name",
    "profile": "--profile",
    "nation": "--nation",
    "colour": "--colour",
    "adopted_by": "--adopted-by",
    "since": "--from",
    "clerk_name": "--clerk-name",
    "clerk_email": "--clerk-email",
    "closure_days": "--closure-days",
}


class Command(BaseCommand):
    help = (
        "Sets the council up: name, protocol, posts and clerk. Run it again to change what "
        "differs; it says what it changed. The page /setup/ does the same, once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", default=None, help="the council's name")
        parser.add_argument(
            "--profile", default=None, help=f"{', '.join(profile.LIBRARY)}, or a TOML file"
        )
        parser.add_argument("--nation", default=None, help="the profile's, unless given")
        parser.add_argument("--colour", default=None, help="such as #1d70b8")
        parser.add_argument("--adopted-by", default=None, help='such as "Full Council"')
        parser.add_argument("--from", dest="since", default=None, help="in force from, 2026-12-01")
        parser.add_argument(
            "--begins-later",
            action="store_true",
            help="the first protocol comes into force on a later day, and nothing is logged before",
        )
        parser.add_argument(
            "--clerk-name", default=None, help="who will keep the council's details"
        )
        parser.add_argument("--clerk-email", default=None, help="and their email address")
        parser.add_argument(
            "--closure-days",
            default=None,
            metavar="FILE",
            help="lines such as 2026-12-29,Christmas",
        )
        parser.add_argument(
            "--show-code", action="store_true", help="print the code for /setup/, and do nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["show_code"]:
            self._show_code()
            return
        _nothing_empty(options)
        options = {key: "" if value is None else value for key, value in options.items()}
        try:
            done = set_up(wish=_wish(options), by=None)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        setup_code.spend()
        self._say(done)

    def _show_code(self) -> None:
        if Council.objects.exists():
            raise CommandError("The council is already set up, so that there is no code any more.")
        self.stdout.write(setup_code.current())

    def _say(self, done: Outcome) -> None:
        for line in done.changes or ["Nothing to change."]:
            self.stdout.write(line)
        for line in done.remarks:
            self.stdout.write(f"Note: {line}")
        self.stdout.write("\nNext:")
        for number, step in enumerate(_next_steps(done), start=1):
            self.stdout.write(f"{number}. {step}")


def _next_steps(done: Outcome) -> list[str]:
    steps = []
    if done.clerk is None and not _somebody_keeps():
        steps.append("Name the clerk: setup_council --clerk-name NAME --clerk-email ADDRESS")
    elif done.clerk is not None and not done.clerk.has_password:
        kept = f" (the mail is in {kept_mail()})" if kept_mail() else ""
        steps.append(
            f"{done.clerk.name} sets a password with the link that was sent to {done.clerk.email}"
            f"{kept}, and signs in at {settings.BASE_URL}/"
        )
    vacant = Post.objects.filter(holdings__isnull=True).count()
    if vacant:
        steps.append(
            f"Say who holds each post ({vacant} vacant): {settings.BASE_URL}/council/posts/"
        )
    steps.append("Import the members: manage.py import_members FILE --dry-run")
    steps.append(f"See what is left to do: {settings.BASE_URL}/council/")
    return steps


def _somebody_keeps() -> bool:
    held = Holding.objects.on(timezone.localdate()).filter(post__key__in=CLERKS_POSTS)
    return held.filter(person__is_active=True).exists()


def _nothing_empty(options: dict[str, Any]) -> None:
    """An empty value is a slip, such as a variable that is not set: it must not pass for "leave it"."""
    for key, flag in FLAGS.items():
        if options[key] is not None and not options[key].strip():
            raise CommandError(f"{flag} is empty. Give a value, or leave {flag} out.")


def _wish(options: dict[str, Any]) -> Wish:
    is_new = not Council.objects.exists()
    source = options["profile"] or (settings.PROTOCOL_FILE if is_new else "")
    if is_new and not source:
        raise CommandError(
            "Choose a profile: a new council needs the protocol that it adopted. Give --profile "
            f"with one of {', '.join(profile.LIBRARY)}, or with a TOML file of your own."
        )
    return Wish(
        name=options["name"],
        text=_profile_text(source) if source else "",
        source=source,
        nation=options["nation"],
        colour=options["colour"],
        adopted_by=options["adopted_by"],
        in_force_from=_day(options["since"], "--from") if options["since"] else None,
        clerk_name=options["clerk_name"],
        clerk_email=options["clerk_email"],
        begins_later=bool(options["begins_later"]),
        closures=_closures(options["closure_days"]) if options["closure_days"] else (),
    )


def _profile_text(source: str) -> str:
    if source in profile.LIBRARY:
        return adoptions.library_text(source)
    if not Path(source).exists():
        raise CommandError(
            f"{source!r} is neither a profile of the library ({', '.join(profile.LIBRARY)}) nor a "
            "file."
        )
    try:
        return profile.read_file(source)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _day(typed: str, what: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise CommandError(
            f"{what}: {typed[:40]!r} is not a date. Write year-month-day, such as 2026-12-01."
        ) from None


def _closures(path: str) -> tuple[tuple[date, str], ...]:
    """Lines of a day and a name with a comma between; blank lines and # are passed over."""
    try:
        content = text.file(path)[:LONGEST_FILE].decode("utf-8-sig")
    except Refused as refused:
        raise CommandError(f"--closure-days: {refused}") from None
    except ValueError:
        raise CommandError(
            f"--closure-days: {path} is not UTF-8 text. Save it as “CSV UTF-8”, and try again."
        ) from None
    found = []
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            day, _, name = line.partition(",")
            found.append((_day(day.strip(), f"{path}, line {number}"), name.strip() or "Closed"))
    if not found:
        raise CommandError(
            f"--closure-days: {path} names no day. Write lines such as 2026-12-29,Christmas"
        )
    return tuple(found)
