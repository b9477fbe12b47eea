"""Links with which a person sets a password, or answers for their address.

They are made when the mail goes, and kept nowhere. For passwords they are Django's tokens: an HMAC over
the person's password, last sign-in and email, so that using the link spends it. Here also over the round
of access, so that disabling spends it too.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlencode, urlsafe_base64_encode

from accounts.models import AddressChange, Person

INVITATION_LASTS = timedelta(days=7)


class ResetTokens(PasswordResetTokenGenerator):
    key_salt = "accounts.links.reset"

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)} {user.access_round}"


class InvitationTokens(ResetTokens):
    """Dated ahead, so that Django's one timeout, counted from that date, ends after seven days."""

    key_salt = "accounts.links.invitation"

    def _make_hash_value(self, user, timestamp):
        """Over the invitation too: another one ends the link of the one before."""
        return f"{super()._make_hash_value(user, timestamp)} {user.invited_at}"

    def make_token(self, user):
        ahead = INVITATION_LASTS - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        made = self._num_seconds(self._now() + ahead)
        return self._make_token_with_timestamp(user, made, self.secret)


class EitherTokens:
    """What the page behind the link accepts."""

    def check_token(self, user, token) -> bool:
        return RESET.check_token(user, token) or INVITATION.check_token(user, token)


RESET = ResetTokens()
INVITATION = InvitationTokens()
EITHER = EitherTokens()


def link_for(person: Person, *, invitation: bool = False) -> str:
    """The whole address, good once. Never write it down anywhere but in the mail."""
    token = (INVITATION if invitation else RESET).make_token(person)
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return settings.BASE_URL + reverse("password-link", args=[uid, token])


def address_link(change: AddressChange) -> str:
    """The whole address of the page where the person confirms or cancels; for their old mailbox only.

    In the query, which no log of ours holds.
    """
    query = urlencode({"link": f"{change.pk}-{_address_proof(change)}"})
    return f"{settings.BASE_URL}{reverse('address-answer')}?{query}"


def change_behind(link: str) -> AddressChange | None:
    """The change that waits and that this link was made for; None where there is none."""
    number, _, proof = link.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    waiting = AddressChange.objects.waiting().select_related("person", "asked_by")
    change = waiting.filter(pk=int(number)).first()
    if change is None or not constant_time_compare(proof, _address_proof(change)):
        return None
    return change


def _address_proof(change: AddressChange) -> str:
    """Over both addresses and the round of access: stopping the person ends the link."""
    text = f"{change.pk} {change.old} {change.new} {change.person.access_round}"
    return salted_hmac("accounts.links.address", text, algorithm="sha256").hexdigest()
