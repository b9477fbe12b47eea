"""A service request goes out to the council's own online reporting system (Bl10.1; elsewhere set by the
council). The product enters nothing there: whoever hands it on does, and says which reference it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from casework import receiving
from casework.models import Case, Handing
from casework.receiving import Room, Went
from council import terms
from council.models import Council
from frontend.fields import DateField
from protocol.calendar import say
from protocol.refusals import Refused

KEY = "service_request"


def may(case: Case) -> None:
    """Where the protocol lets it, and the council said where its system is. What its writer called significant
    belongs elsewhere where the protocol takes such matters elsewhere (Bl10.1).
    """
    rule = case.profile.handing_on
    if rule is None or not rule.service_requests:
        raise Refused(
            "The council has not set that service requests are handed on.",
            clause=rule and rule.clause,
            instead="Answer it, or pass it to the officer who does the work.",
        )
    if not _council().online_address:
        raise Refused(
            "Nobody has said yet where the council’s online reporting system is.",
            instead="Ask democratic services to enter it among the details of the council.",
        )
    significance = case.enquiry.significance
    route = case.profile.route(case.kind, {significance})
    if significance == "significant" and route.when == significance:
        raise Refused(
            "It was sent as a significant matter, and only routine ones go there.",
            clause=route.clause,
            instead="Refer it upward, or answer it. If it is routine after all, say so in your answer, and "
            "where such things are reported.",
        )


def fields(case: Case) -> dict[str, forms.Field]:
    name = _council().online_name or "the online reporting system"
    return {
        "reference": forms.CharField(
            label=f"Which reference does it have in {name}?",
            max_length=60,
            help_text="Enter it there first: nothing is sent there from here",
            widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "spellcheck": "false"}),
            error_messages={"required": "Enter the reference that it has there"},
        ),
        "entered_on": DateField(
            label="When was it entered there? (optional)",
            noun="the date on which it was entered there",
            required=False,
        ),
    }


def receive(*, case: Case, by, said: Mapping[str, Any], now: datetime) -> Went:
    council, reference = _council(), " ".join(said["reference"].split())
    if not reference or not reference.isprintable():
        raise Refused("Enter the reference that it has there, as it is written there.")
    entered_on, today = said.get("entered_on"), timezone.localdate(now)
    if entered_on and entered_on > today:
        raise Refused(
            f"{say(entered_on)} is in the future.",
            instead="Enter the day it was entered there, or leave it out.",
        )
    return Went(
        name=council.online_name,
        reference=reference,
        address=council.online_address,
        entered_on=entered_on,
    )


def recall(*, handing: Handing, by, now: datetime) -> None:
    """Nothing was sent there from here, so nothing is called back: the page says so."""


def _council() -> Council:
    """One query a request, which every page asks anyway."""
    return terms.council() or Council()


def _words(case: Case) -> str:
    return (
        f"This is for {_council().online_name}, where the council deals with such matters. I have entered it "
        "there for you, and you can follow it there."
    )


def _clause(case: Case) -> str:
    rule = case.profile.handing_on
    return (rule and rule.clause) or ""


ROOM = Room(
    key=KEY,
    kind="A service request",
    purpose="Something to be done by a council service, as any resident can report it: a pothole, a missed "
    "bin, a street light.",
    who=frozenset({"owner", "cover", "lead", "team", "overseer"}),
    fields=fields,
    receive=receive,
    may=may,
    recall=recall,
    words=_words,
    clause=_clause,
)


def register() -> None:
    receiving.register(ROOM)
