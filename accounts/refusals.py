"""What a signed-in person was refused, in the ledger: by the address's name and the ids in it alone.

A page that is not there and one that is somebody else's are recorded alike. `RefusalsOnRecord`
(accounts/middleware.py) sees every answer; a view says of an answer that looks like any other that it
was a refusal (`noted`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest

from ledger import bounded
from protocol.refusals import NotTheirs, Refused

# One by one, of one person within an hour; the rest is counted.
MOST = 20
WHY = {403: "not_allowed", 404: "not_there", 429: "too_many"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_REFERENCE = re.compile(r"[A-Z]-[A-Z0-9]{7}", re.ASCII)
_LARGEST = 2**63 - 1


def noted(request: HttpRequest, refused: Refused) -> None:
    """Where it was refused because it is not theirs to do, its record says so once it is answered."""
    if isinstance(refused, NotTheirs):
        request.refusal = "not_theirs"


def why(request: HttpRequest, status: int) -> str:
    """Why this answer is a refusal; "" where it is none: to be asked first who is there is none."""
    said = getattr(request, "refusal", None)
    return WHY.get(status, "") if said is None else said


def record(request: HttpRequest, reason: str) -> None:
    """In a transaction of its own, after whatever the request did or rolled back."""
    match, person = request.resolver_match, request.user
    method = request.method if request.method in METHODS else "other"
    data = {"why": reason, "page": match.url_name or "unnamed", "method": method}
    _record(person, {**data, **_ids(match.kwargs)})


def _record(person, data: Mapping[str, object]) -> None:
    bounded.record(
        about=person.key,
        most=MOST,
        verb="request_refused",
        subject=person.key,
        actor=person.pk,
        data=data,
    )


def _ids(parts: Mapping[str, object]) -> dict[str, object]:
    """The ids in an address, and nothing else that somebody may have typed into it."""
    found: dict[str, object] = {}
    for name, value in parts.items():
        if isinstance(value, int) and value <= _LARGEST:
            found[name] = value
        elif isinstance(value, UUID):
            found[name] = str(value)
        elif isinstance(value, str) and _REFERENCE.fullmatch(value.upper()):
            found[name] = value.upper()
    return found
