"""An account of the council's provider: who comes in with it, who connects it, and who takes it away.

Nothing here makes a person or gives anybody a role.
"""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import keepers, rules, throttle
from accounts.actions.tries import forget, spend
from accounts.actions.writing import move
from accounts.models import Person
from accounts.signing_in import connection
from accounts.signing_in.actions.doors import STRANGER, TOO_MANY
from ledger.actions import record
from ledger.models import Tell
from protocol.refusals import Refused

# One answer for every reason, so that nobody learns who is here.
UNKNOWN = "That account is not connected to anybody who may sign in here."
WAY = "single_sign_on"


def set_out(*, address: str) -> None:
    """Count one setting out for the provider, against guessing and floods. Refused."""
    spend({throttle.SIGN_IN_ADDRESS: address}, Refused(TOO_MANY, instead="Wait 15 minutes."))


def know_by_provider(*, subject: str, email: str, address: str) -> Person:
    """The person who is connected to this account of the provider's, or Refused in the same words.

    `email` is an address that the provider has verified, or "". It stands in the place of the
    invitation's link, and is good for nothing else: whoever has an account connects it themselves.
    """
    person = connection.person_of(subject) or _invited(subject, email)
    if person is None or not person.is_active:
        refuse_sign_in(why="unknown", person=person)
        raise Refused(
            UNKNOWN,
            instead="Sign in with your email address and password, then connect it on the page “Your "
            "account”.",
        )
    with transaction.atomic():
        forget({throttle.SIGN_IN_ADDRESS: address})
        _rows().filter(user=person).update(last_login=timezone.now())
    return person


@transaction.atomic
def refuse_sign_in(*, why: str, person: Person | None = None) -> None:
    """Record that single sign-on let nobody in; `why` is a key of signing_in/provider.py."""
    key = person.key if person else STRANGER
    record(verb="sign_in_refused", subject=key, actor=None, data={"by": WAY, "why": why})


@transaction.atomic
def connect(*, person: Person, subject: str) -> None:
    """From now on they sign in with this account of the provider's, too. Refused where it is another's."""
    _connect(Person.objects.select_for_update().get(pk=person.pk), subject)


@transaction.atomic
def _invited(subject: str, email: str) -> Person | None:
    """Whoever was invited at this address and was never in; they are connected with it."""
    if not email:
        return None
    person = Person.objects.select_for_update().by_email(email).first()
    if person is None or not rules.may_come_by_address(person):
        return None
    _connect(person, subject)
    return person


def _connect(person: Person, subject: str) -> None:
    rules.may_connect(person)
    try:
        with transaction.atomic():
            # Nothing of what the provider says of them is kept.
            _rows().create(user=person, provider=settings.OIDC_ISSUER, uid=subject, extra_data={})
    except IntegrityError:
        raise Refused(
            "That account is connected to somebody else here.",
            instead="Sign out of it at the provider, sign in to your own, and connect that.",
        ) from None
    _record("connection_made", person, by=person, tell=[person])


@transaction.atomic
def disconnect(*, person: Person) -> Person:
    """From now on only their password lets them in. Sessions elsewhere end. Refused without a password."""
    rules.may_disconnect(person)
    return _disconnect(person, "connection_removed", by=person, tell=[person])


@transaction.atomic
def take_connection_away(*, person: Person, by: Person) -> Person:
    """For an account that is not theirs any more. They are signed out everywhere, and told."""
    rules.may_let_in(by)
    rules.may_lose_connection(person, by)
    told = [person, *keepers.besides(by, person)]
    return _disconnect(person, "connection_taken_away", by=by, tell=told)


def _disconnect(person: Person, verb: str, *, by: Person, tell: list[Person]) -> Person:
    move(person, access_round=person.access_round + 1)
    _rows().filter(user=person).delete()
    _record(verb, person, by=by, tell=tell)
    return person


def _rows():
    return SocialAccount.objects.filter(provider=settings.OIDC_ISSUER)


def _record(verb: str, person: Person, *, by: Person, tell: list[Person]) -> None:
    record(verb=verb, subject=person.key, actor=by.pk, tell=[Tell(one.key) for one in tell])
