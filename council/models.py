"""This council: what it adopted, which posts it has and who holds them, when it is closed."""

from __future__ import annotations

import hashlib

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Person
from council import querysets
from protocol import authority, profile


class Council(models.Model):
    """The one council that this installation serves (a single row, pk 1)."""

    NATIONS = [
        ("england", "England"),
        ("wales", "Wales"),
        ("scotland", "Scotland"),
        ("northern-ireland", "Northern Ireland"),
    ]

    name = models.CharField(max_length=120)
    nation = models.CharField(max_length=20, choices=NATIONS, default="england")
    brand_colour = models.CharField(
        max_length=7,
        default="#1d70b8",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Enter a colour such as #1d70b8")],
    )
    # Shown to everybody, on the pages of help, privacy and accessibility.
    contact_email = models.EmailField(max_length=254, blank=True)
    # On letters; lines of text.
    postal_address = models.TextField(blank=True, default="", db_default="")
    # The council's own online reporting system, to which service requests are handed on; both or neither.
    online_name = models.CharField(max_length=80, blank=True, default="", db_default="")
    online_address = models.CharField(max_length=300, blank=True, default="", db_default="")
    # Hours of a clock in London (protocol/mail_hours.py). Null: no quiet hours, no daily mail.
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_days = models.BooleanField(default=False, db_default=False)
    daily_at = models.PositiveSmallIntegerField(null=True, blank=True)
    # Raised by every change of closure days or bank holidays; clocks computed under an older one are stale.
    calendar_version = models.PositiveIntegerField(default=1)
    # The fingerprint of the nation's bank holidays, by which dates were counted; blank: not known.
    bank_holidays = models.CharField(max_length=16, blank=True, default="")

    objects = querysets.CouncilQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_council"),
            models.CheckConstraint(
                name="online_system_has_name_and_address",
                condition=Q(online_name="", online_address="")
                | (~Q(online_name="") & ~Q(online_address="")),
            ),
            models.CheckConstraint(
                name="quiet_hours_begin_and_end",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def holds_mail(self) -> bool:
        """Whether any mail ever waits for an hour."""
        return self.quiet_days or self.quiet_from is not None or self.daily_at is not None


class Adoption(models.Model):
    """A profile in force from a date. A case keeps the adoption that it was received under."""

    profile_key = models.CharField(max_length=40)
    body = models.CharField("adopted by", max_length=200)
    in_force_from = models.DateField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = querysets.AdoptionQuerySet.as_manager()

    class Meta:
        ordering = ["-in_force_from", "-pk"]
        constraints = [models.UniqueConstraint(fields=["in_force_from"], name="one_adoption_a_day")]

    def __str__(self) -> str:
        return f"{self.profile_key} from {self.in_force_from:%d %B %Y}"

    @property
    def profile(self) -> profile.Profile:
        """The typed profile; parsed once a text, however many cases ask."""
        return profile.load_text(self.text)

    @staticmethod
    def digest_of(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()


class Post(models.Model):
    """A role that a protocol names, whoever holds it: monitoring_officer, town_clerk, …"""

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Holding(models.Model):
    """Who holds a post between dates, or deputises: a person, a body or an outside contact."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="holdings"
    )
    body = models.CharField(max_length=200, blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    # 0 is the holder; 1 the first deputy, asked when the holder is passed over; and so on.
    deputy_order = models.PositiveSmallIntegerField(default=0)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = querysets.HoldingQuerySet.as_manager()

    class Meta:
        ordering = ["post", "deputy_order", "since"]
        constraints = [
            models.CheckConstraint(
                name="held_by_exactly_one",
                condition=(
                    Q(person__isnull=False, body="", contact_name="")
                    | (Q(person__isnull=True, contact_name="") & ~Q(body=""))
                    | (Q(person__isnull=True, body="") & ~Q(contact_name=""))
                ),
            ),
            models.CheckConstraint(
                name="holding_ends_after_it_starts",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name}, {self.post}"

    @property
    def holder_name(self) -> str:
        return self.person.name if self.person else self.body or self.contact_name


class ClosureDay(models.Model):
    """A day on which this council is closed besides weekends and bank holidays."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.name}, {self.day:%d %B %Y}"


class Relationship(models.Model):
    """A close relationship that two people declared (Br11; Mo46; We3.6; Bk; Bl2.7)."""

    KINDS = [
        ("family", "Family"),
        ("partner", "Partner or spouse"),
        ("friend", "Close friend"),
        ("business", "Business connection"),
    ]

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relationships")
    other = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="relationships_of_others"
    )
    kind = models.CharField(max_length=20, choices=KINDS)
    declared_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = querysets.RelationshipQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_on"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("other")), name="related_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.person} and {self.other}: {self.get_kind_display()}"


class Delegation(models.Model):
    """A delegate (political assistant, support officer) acts for a named person between dates.

    A delegate inherits no restricted case. `may` holds what they may do besides reading: keys of
    protocol.authority.DELEGATED in the order of the alphabet, with a space between; "" where they only read.
    """

    principal = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="delegations_given"
    )
    delegate = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_held")
    may = models.CharField(
        max_length=100,
        blank=True,
        default=authority.ALL_DELEGATED,
        db_default=authority.ALL_DELEGATED,
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = querysets.DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["principal__name", "delegate__name", "since"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(principal=F("delegate")), name="delegated_to_another"
            ),
            models.CheckConstraint(
                name="delegation_ends_after_it_starts",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.principal}"


class Upload(models.Model):
    """A file to be imported, kept between its preview and the person's answer, then deleted.

    `kind` says what it is a list of; `options` what was asked for with it.
    """

    kind = models.SlugField(max_length=40)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    options = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects = querysets.UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
