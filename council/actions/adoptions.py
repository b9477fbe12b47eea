"""Recording which protocol is in force, and from when. What was in force is never changed."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person
from council import rules, sight, terms
from council.editing import one_at_a_time
from council.models import Adoption, Post
from ledger import actions as ledger
from protocol import profile as protocol_profile
from protocol.refusals import Refused


@transaction.atomic
def take_text(*, adoption: Adoption, by: Person) -> str:
    """Its text, and the record that somebody took it away as a file."""
    ledger.record(verb="protocol_taken", subject=f"adoption:{adoption.pk}", actor=by.pk, read=True)
    return adoption.text


def library_text(key: str) -> str:
    """The text of a profile of the library. Refused for a key that it does not have."""
    if key not in protocol_profile.LIBRARY:
        known = ", ".join(protocol_profile.LIBRARY)
        raise Refused(f"“{key}” is not in the library.", instead=f"Use one of: {known}.")
    return protocol_profile.load(key).text


@transaction.atomic
def adopt(
    *, text: str, body: str, in_force_from: date, by: Person | None, name: str = "profile"
) -> Adoption:
    """Put a profile in force from a day. Adds the posts that it names and the council lacks.

    `text` is TOML, `name` what its faults call it, `body` who adopted it ("Full Council").
    """
    rules.may(by, "council.configure")
    profile = check(text=text, in_force_from=in_force_from, name=name)
    if by is not None:
        one_at_a_time()
        opened = sight.opened_by(profile, timezone.localdate())
        rules.may_open_cases_by_adopting(by, opened)
    adoption = Adoption(
        profile_key=profile.key,
        body=rules.words(body, "who adopted it", 200),
        in_force_from=in_force_from,
        text=text,
        digest=Adoption.digest_of(text),
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    try:
        with transaction.atomic():
            adoption.save(force_insert=True)
    except IntegrityError:
        raise Refused("Somebody else has just recorded an adoption for that day.") from None
    add_missing_posts(profile)
    transaction.on_commit(terms.forget)
    ledger.record(
        verb="adoption_recorded",
        subject=f"adoption:{adoption.pk}",
        actor=by.pk if by else None,
        data={
            "profile": profile.key,
            "date_from": in_force_from,
            "digest": adoption.digest,
        },
    )
    return adoption


def check(*, text: str, in_force_from: date, name: str = "profile") -> protocol_profile.Profile:
    """The profile, if it could be adopted from that day; Refused if not. Writes nothing."""
    profile = rules.profile_sound(text, name)
    taken = set(Adoption.objects.values_list("in_force_from", flat=True))
    rules.may_adopt_from(in_force_from, taken, timezone.localdate())
    return profile


def add_missing_posts(profile: protocol_profile.Profile) -> list[str]:
    """The keys of the posts that were added. A post that is there keeps the title it has."""
    have = set(Post.objects.values_list("key", flat=True))
    missing = [key for key in profile.posts if key not in have]
    Post.objects.bulk_create(
        [Post(key=key, title=profile.posts[key].title[:120]) for key in missing],
        ignore_conflicts=True,
    )
    return missing


@transaction.atomic
def withdraw(*, adoption: Adoption, by: Person | None) -> None:
    """Take back an adoption that has not come into force."""
    rules.may(by, "council.configure")
    rules.may_withdraw(adoption.in_force_from, timezone.localdate())
    deleted, _ = Adoption.objects.filter(pk=adoption.pk).delete()
    if not deleted:
        raise Refused("Somebody else has already withdrawn this adoption.")
    ledger.record(
        verb="adoption_withdrawn",
        subject=f"adoption:{adoption.pk}",
        actor=by.pk if by else None,
        data={"date_from": adoption.in_force_from},
    )
