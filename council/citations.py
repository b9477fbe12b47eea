"""Where a clause is to be read: each has an anchor on the page of the protocol."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import slugify

from frontend.parts import Cite
from protocol.profile import SET_BY_COUNCIL, Profile


def anchor(citation: str, prefix: str) -> str:
    """ "Br10f" → "clause-10f"; "Br end" → "clause-end"; "BrG2.1" → "clause-g2-1"."""
    own = citation.removeprefix(prefix).strip().replace(".", "-")
    return f"clause-{slugify(own)}"


def href(citation: str, profile: Profile, adoption_id: int | None = None) -> str:
    """The address of a clause, on the page of the protocol in force, or of an older adoption.

    "" for what the council set, and for a citation that the document does not list.
    """
    if citation not in profile.abouts:
        return ""
    page = reverse("adoption-show", args=[adoption_id]) if adoption_id else reverse("protocol-page")
    return f"{page}#{anchor(citation, profile.cite_prefix)}"


def cite(citation: str, profile: Profile, adoption_id: int | None = None) -> Cite:
    """The first of the clauses of a citation ("Br17, Br33"), with its link and all their names."""
    if not citation or citation == SET_BY_COUNCIL:
        return Cite()
    first = citation.split(", ")[0]
    return Cite(citation, href(first, profile, adoption_id))
