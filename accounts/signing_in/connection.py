"""Who is connected to an account of the council's provider. Known by issuer and subject, and never by an
email (docs/adr/0022-single-sign-on.md). The rows are django-allauth's. Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpRequest

from accounts.models import Person

METHOD = "socialaccount"
# As what a session holds it where the provider asked for a second factor that counts here.
STEPPED = "provider"


@dataclass(frozen=True)
class Connection:
    """The provider's lasting name for somebody; since when, and when they last came in with it."""

    subject: str
    since: datetime
    used_at: datetime


def of(person: Person) -> Connection | None:
    """Their connection to the provider of today. One query; none where there is no provider."""
    if not settings.OIDC_ISSUER:
        return None
    row = SocialAccount.objects.filter(user_id=person.pk, provider=settings.OIDC_ISSUER).first()
    return row and Connection(row.uid, row.date_joined, row.last_login)


def person_of(subject: str) -> Person | None:
    """Whose connection this is, whether or not they may sign in."""
    return Person.objects.filter(
        socialaccount__provider=settings.OIDC_ISSUER, socialaccount__uid=subject
    ).first()


def brought_in(request: HttpRequest) -> bool:
    """Whether this session began with the provider."""
    return bool(_records(request))


def stepped(request: HttpRequest) -> list[float]:
    """When the provider asked, in this session, for a second factor that counts in place of ours."""
    if not (settings.OIDC_ISSUER and settings.OIDC_SECOND_STEP):
        return []
    return [record["at"] for record in _records(request) if record.get("type") == STEPPED]


def _records(request: HttpRequest) -> list[dict]:
    records = get_authentication_records(request, request.user)
    return [record for record in records if record["method"] == METHOD]
