"""Named questions about people."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import capacities, standing

_NO_PASSWORD = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
_NO_EMAIL = Q(email__isnull=True) | Q(email="")


def _connected():
    """Whether a person is connected to an account of the provider of today."""
    if not settings.OIDC_ISSUER:
        return Value(False, output_field=models.BooleanField())
    rows = apps.get_model("socialaccount", "SocialAccount").objects
    return Exists(rows.filter(user_id=OuterRef("pk"), provider=settings.OIDC_ISSUER))


class PersonQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Everybody, for those who keep people; otherwise only oneself."""
        if standing.of(person).may("people.invite"):
            return self
        return self.filter(pk=person.pk)

    def active(self):
        return self.filter(is_active=True)

    def disabled(self):
        return self.filter(is_active=False)

    def can_sign_in(self):
        return self.active().filter(~(_NO_PASSWORD | _NO_EMAIL) | Q(_connected()))

    def invited(self):
        """Invited, and no way in since."""
        waiting = self.active().exclude(_connected())
        return waiting.filter(_NO_PASSWORD, invited_at__isnull=False).exclude(_NO_EMAIL)

    def never_invited(self):
        """Active, cannot sign in, and no invitation waits."""
        waiting = self.active().exclude(_connected())
        return waiting.filter(Q(_NO_PASSWORD, invited_at__isnull=True) | _NO_EMAIL)

    def to_invite(self):
        """Those whom an invitation would reach, and who have had none."""
        waiting = self.reachable().exclude(_connected())
        return waiting.filter(_NO_PASSWORD, invited_at__isnull=True)

    def reachable(self):
        """Those to whom mail may go."""
        return self.active().exclude(_NO_EMAIL)

    def matching(self, text: str):
        """Every word of `text` stands somewhere in the name or the email."""
        found = self
        for word in text.split():
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return found

    def with_capacities(self):
        """Each person with what they act as, in one query."""
        return self.select_related(*capacities.links()) if capacities.links() else self

    def with_second_step(self):
        """Each with `.second_step`: whether a code is asked of them besides the password."""
        steps = apps.get_model("mfa", "Authenticator").objects.exclude(type="recovery_codes")
        return self.annotate(second_step=Exists(steps.filter(user_id=OuterRef("pk"))))

    def with_connection(self):
        """Each with `.connected`: whether an account of the council's provider lets them in."""
        return self.annotate(connected=_connected())

    def by_email(self, email: str):
        """At most one: compared as the constraint compares, so that no look-alike letter fits."""
        return self.alias(_email=Lower("email")).filter(_email=email.strip().lower())


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    use_in_migrations = False

    def get_by_natural_key(self, username):
        return self.by_email(username).get()


class AddressChangeQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(settled_at=None)

    def ended(self, now: datetime):
        """Those whose time has come, to take effect or to lapse."""
        return self.waiting().filter(ends_at__lte=now)


class DraftQuerySet(models.QuerySet):
    def visible_to(self, person):
        """A person's own, and nobody else's, whatever they may do."""
        if person is None or not person.is_authenticated:
            return self.none()
        return self.filter(person=person, saved_at__gt=timezone.now() - settings.DRAFTS_KEPT)

    def of(self, place):
        """The draft of a form as somebody stands before it (accounts/drafts.py): at most one a person."""
        return self.filter(path=place.path, capacity=place.capacity)

    def forgotten(self, before: datetime):
        """Not touched since then, or of somebody who is stopped from signing in."""
        return self.filter(Q(saved_at__lte=before) | Q(person__is_active=False))
