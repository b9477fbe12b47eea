"""What django-allauth asks of us: nobody signs up, secrets lie locked, and every way in ends in one place."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import acting, actions, kept
from accounts.models import Person
from accounts.sealing import seal, unseal
from accounts.signing_in import connection, sessions
from accounts.throttle import client_address

BACKEND = "accounts.backends.EmailBackend"
SECRETS = "accounts.second-step"
NO_ADDRESS = "0.0.0.0"  # noqa: S104  # asked through a socket of the machine
NOBODY = 0  # a secret is locked for the product, as what opens it does not know whose it is


class Entrance(DefaultAccountAdapter):
    """Named by ACCOUNT_ADAPTER. People come by invitation, and are told by our own notices."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        """Begin the session, with its event: after all that was asked for was given."""
        given = get_authentication_records(request, user)
        first = [one["method"] for one in given if one["method"] != "mfa"]
        by = actions.WAY if first and first[-1] == connection.METHOD else ""
        besides = given[-1].get("type", "") if given else ""
        with transaction.atomic():
            actions.sign_in(person=user, by=by, besides=besides)
            login(request, user, backend=BACKEND)
            sessions.note(request)
            acting.begin(request)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or NO_ADDRESS

    def post_login(self, request: HttpRequest, user: Person, **how) -> HttpResponse:
        return kept.welcomed(request, user, how["redirect_url"] or settings.LOGIN_REDIRECT_URL)

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        return redirect("sign-in")

    def add_message(self, *args, **kwargs) -> None:
        """Our pages say what was done."""

    def send_notification_mail(self, *args, **kwargs) -> None:
        """Our notices tell whoever must hear of it."""


class SecondStepAdapter(DefaultMFAAdapter):
    """Named by MFA_ADAPTER."""

    def encrypt(self, text: str) -> str:
        return seal(text, NOBODY, SECRETS)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; one that no code fits where the product's own secret is another since."""
        return unseal(encrypted_text, NOBODY, SECRETS, None) or generate_totp_secret()

    def get_totp_issuer(self) -> str:
        """What the app calls it, beside the email: which council's it is stands in the address."""
        return f"Evenhand {urlsplit(settings.BASE_URL).hostname}"
