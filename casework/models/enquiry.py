"""What an enquiry has besides what every case has."""

from __future__ import annotations

from django.db import models

from accounts.models import Person
from casework import querysets
from officers.models import Service


class EnquiryDetail(models.Model):
    CHANNELS = [
        ("online", "Online form"),
        ("email", "Email"),
        ("phone", "Phone"),
        ("letter", "Letter"),
        ("surgery", "Ward surgery"),
        ("in_person", "In person"),
    ]
    SIGNIFICANCES = [("routine", "Routine"), ("significant", "Significant")]
    # Why the council may hold what the member passed on about a resident.
    BASES = [
        ("consent", "They agreed to it"),
        ("casework", "They asked for help with it (DPA 2018, Schedule 1, paragraph 23)"),
        ("on_behalf", "Somebody asked for them, and they cannot reasonably be asked (the same)"),
    ]
    INTERESTS = [("family", "Family"), ("friend", "A friend"), ("other", "Another interest")]
    OUTCOMES = [
        ("resolved", "Put right"),
        ("explained", "Explained"),
        ("partly", "Partly put right"),
        ("declined", "Could not be done"),
        ("elsewhere", "For another body"),
    ]

    case = models.OneToOneField("casework.Case", on_delete=models.CASCADE, related_name="enquiry")
    channel = models.CharField(max_length=12, choices=CHANNELS)
    significance = models.CharField(max_length=12, choices=SIGNIFICANCES, blank=True)
    factual = models.BooleanField(null=True, blank=True)
    constituent_name = models.CharField(max_length=200, blank=True)
    constituent_contact = models.CharField(max_length=400, blank=True)
    constituent_basis = models.CharField(max_length=12, choices=BASES, blank=True)
    mp_name = models.CharField(max_length=200, blank=True)
    # A copy that a rule asks for waits: for an officer, a portfolio, its holder, or whoever wrote (Bl10.3).
    mp_waits = models.BooleanField(default=False, db_default=False)
    interest = models.CharField(max_length=10, choices=INTERESTS, blank=True)
    # "Private and confidential", with what is confidential and why (We9.4; Bk Correspondence).
    confidential = models.BooleanField(default=False)
    confidential_why = models.CharField(max_length=400, blank=True)
    external_reference = models.CharField(max_length=60, blank=True)
    # Why it went where it went: in words, and the clause, or blank where the council set it.
    route_because = models.TextField()
    route_clause = models.TextField(blank=True)
    direct_contact = models.ForeignKey(
        "casework.DirectContact", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=12, choices=OUTCOMES, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["case"], condition=models.Q(mp_waits=True), name="enquiry_copy_waits"
            ),
        ]


class DirectContact(models.Model):
    """The clerk agreed that a member may go straight to a service (We3.7; Bk Some general principles)."""

    member = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="direct_contacts")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="direct_contacts")
    matter = models.CharField(max_length=200)
    agreed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = querysets.DirectContactQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "pk"]

    def __str__(self) -> str:
        return f"{self.member} with {self.service}: {self.matter}"
