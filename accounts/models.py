"""Someone: a person who may sign in, whatever they then act as."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.crypto import salted_hmac

from accounts.querysets import AddressChangeQuerySet, DraftQuerySet, PersonManager
from accounts.sealing import unseal

ACCESS = {
    "can_sign_in": "Can sign in",
    "invited": "Invited",
    "never_invited": "Never invited",
    "disabled": "Stopped from signing in",
}


class Person(AbstractBaseUser):
    """A human being, once. Member, officer and delegate are capacities of a person.

    `email` is how they sign in and where notices go; an imported member may have none, and then
    cannot sign in until the clerk adds one.
    """

    class Mailed(models.TextChoices):
        HAPPENS = "happens", "As it happens"
        DAILY = "daily", "Once a day"

    name = models.CharField(max_length=200)
    # By surname; written with the name (accounts/names.py).
    sort_name = models.CharField(max_length=200, blank=True, editable=False)
    email = models.EmailField(max_length=254, null=True, blank=True, unique=True)
    is_active = models.BooleanField(default=True)
    mailed = models.CharField(max_length=8, choices=Mailed.choices, default=Mailed.HAPPENS)
    created_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True, blank=True)
    # Null with a date: the product itself did (a command, the demonstration).
    invited_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Raised when this person is disabled: every session and link of before is then worth nothing.
    access_round = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    # The capacity in which they acted last, by its key (protocol/capacity.py): where the next session begins.
    acted_as = models.CharField(max_length=24, blank=True, default="", db_default="")

    # Of whoever is at a page: the capacity that their session has; None of everybody else (standing.py).
    acting_in: str | None = None

    # Whether an account of the council's provider lets them in: known of those loaded `with_connection`.
    connected = False

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["sort_name", "name", "pk"]
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """How the ledger names this person."""
        return f"person:{self.pk}"

    @property
    def has_password(self) -> bool:
        """Whether a password was ever set; an imported person may hold none or an empty one."""
        return bool(self.password) and self.has_usable_password()

    @property
    def has_account(self) -> bool:
        """Whether this person was ever in: set a password, or signed in some other way.

        From then on the address they sign in with is theirs, and no keeper's to move alone.
        """
        return self.has_password or self.last_login is not None

    @property
    def access(self) -> str:
        """Whether they can sign in: a key of ACCESS. The querysets of these names say the same.

        Of somebody who was loaded `with_connection`.
        """
        if not self.is_active:
            return "disabled"
        if (self.email and self.has_password) or self.connected:
            return "can_sign_in"
        return "invited" if self.email and self.invited_at else "never_invited"

    def _get_session_auth_hash(self, secret=None):
        """Django's own hash, which ends sessions with the password, and with the round besides."""
        return salted_hmac(
            "accounts.Person.session",
            f"{self.password} {self.access_round}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class AddressChange(models.Model):
    """A sign-in address that is to become another: while it waits, the old one stands.

    `old` is "" for somebody who had none, `new` where a wrong one was only taken away. At `ends_at`
    a change that needs another keeper lapses; one that does not takes effect.
    """

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", "corrected before anybody had signed in with it"
        CONFIRMED = "confirmed", "confirmed from the old address"
        APPROVED = "approved", "approved by another keeper"
        WAITED = "waited", "nobody objected while it waited"
        CANCELLED = "cancelled", "cancelled"
        REPLACED = "replaced", "replaced by another change"
        LAPSED = "lapsed", "nobody confirmed or approved it in time"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="address_changes")
    old = models.EmailField(max_length=254, blank=True)
    new = models.EmailField(max_length=254, blank=True)
    # Null: the product itself did (a command).
    asked_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    needs_keeper = models.BooleanField()
    ends_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    # Null with a date: time did.
    settled_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(settled_at=None), name="address_change_waits_once"
            ),
            models.CheckConstraint(
                name="address_change_settled_with_outcome",
                condition=Q(settled_at=None, outcome="")
                | Q(settled_at__isnull=False) & ~Q(outcome=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"], condition=Q(settled_at=None), name="address_change_waiting"
            ),
        ]

    def __str__(self) -> str:
        # Without the addresses: a log may show this.
        return f"address change {self.pk} of {self.person_id}"

    @property
    def old_key(self) -> str:
        """How notices name the mailbox that was theirs."""
        return f"address_before:{self.pk}"

    @property
    def new_key(self) -> str:
        return f"address_after:{self.pk}"


class Draft(models.Model):
    """What somebody has begun to write in a form and not sent: one a person, form and capacity.

    The words are sealed for whoever typed them (accounts/sealing.py), so that neither a backup nor a look
    into the table shows them. `about` is the ledger's key of what the form is about, or "".
    """

    SEALED_AS = "accounts.draft"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    # Of the form: where it is opened again.
    path = models.CharField(max_length=200)
    about = models.CharField(max_length=80, blank=True)
    # As what they wrote: "member" or "officer".
    capacity = models.CharField(max_length=20)
    sealed = models.TextField()
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    # Of what it is about, as the page showed it on which it was last written.
    version = models.PositiveIntegerField(null=True, blank=True)
    # Another at each saving: who saves must have seen the one before, or have written it.
    mark = models.UUIDField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "path", "capacity"], name="draft_of_a_form"),
        ]
        indexes = [
            models.Index(fields=["saved_at"], name="draft_saved_at"),
        ]

    def __str__(self) -> str:
        # Without what it is about: a log may show this.
        return f"draft {self.pk} of {self.person_id}"

    @property
    def fields(self) -> QueryDict | None:
        """What was typed; None where it cannot be opened, because the product's secret is another."""
        text = unseal(self.sealed, self.person_id, self.SEALED_AS, settings.DRAFTS_KEPT)
        return None if text is None else QueryDict(text)


class Attempt(models.Model):
    """One try that counts against guessing, for as long as it counts.

    `key` is an HMAC of what was tried, never the thing itself: people type passwords into the box
    for the email.
    """

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "at"], name="attempt_key_at"),
            models.Index(fields=["at"], name="attempt_at"),
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]} at {self.at:%H:%M}"
