"""Every address of the product that shows a page keeps to twelve queries, and new ones are found."""

from __future__ import annotations

import pytest
from django.urls import resolve

from bench.council_at_scale import Council
from council.models import ClosureDay, Delegation, Holding, Relationship
from ledger.models import Event
from members.models import Committee, CommitteeSeat, Leadership, Member, Portfolio, Seat, Term
from officers.models import Absence, Officer
from tests.importing import KINDS
from tests.site.test_access import Address, addresses
from tests.speed.measuring import cost_of
from tests.speed.test_pages import MOST_QUERIES

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
# Tried in this order: the first who may open an address opens it.
TRIED = ("dev", "ada", "alice", "bob", "sam", "otis")
# These answer something other than a page here: a file, a redirect, only a POST, or what needs a
# row or a link that this council has not.
NO_PAGE = frozenset(
    {
        "home",
        "sign-in",
        "sign-out",
        "council-setup",
        "password-link",
        "member-import-confirm",
        "member-import-discard",
        *(f"{kind}-import-{page}" for kind in KINDS for page in ("sample", "confirm", "discard")),
        "copy-page",
        "document-open",
        "event-export-csv",
        "event-export-json",
        # Only where the protocol has copies by rule: tests/casework/test_executive_copies.py counts them.
        "service-portfolio-list",
        "service-portfolio",
        "copy-agreed",
        "mp-name",
        # Opened by whoever has just said who they are, or is about to: each is one person's own rows.
        "account_login",
        "mfa_authenticate",
        "second-step-app",
        "second-step-codes",
        "second-step-give-up",
        "passkey-add",
        "passkey-remove",
        "person-second-step",
        "session-list",
        # Of whoever has several capacities; a POST.
        "capacity-change",
        "grant-export",
        # Only where the council has a provider: tests/accounts/test_single_sign_on.py opens them.
        "single-sign-on",
        "single-sign-on-return",
        "connection-add",
        "connection-confirm",
        "connection-remove",
        "person-connection",
        "agreement-list",
        "agreement-add",
        "agreement-end",
        "member-reinstate",
        "ward-reopen",
        "group-reopen",
        "committee-reopen",
        "person-enable",
        "person-invite",
        "person-address-cancel",
        "adoption-withdraw",
        # This council has no draft, no saved view and no hours of mail: their own tests count them.
        # Nothing here is held, asked for or ticked: tests/records/test_pages.py counts them.
        "hold-place",
        "hold-lift",
        "erasure-show",
        "erasure-confirm",
        "erasure-close",
        "review-keep",
        "review-anonymise",
        "draft-save",
        "draft-delete",
        "view-add",
        "view-remove",
        "view-rename",
        "mail-edit",
        # Of the demonstration: a POST, and a mail in a folder.
        "demo-sign-in",
        "demo-mail-page",
    }
)
# By the case: tests/speed/test_pages.py opens them; of contributions, tests/casework/test_contributions.py;
# of demands, tests/casework/test_demand_pages.py.
ELSEWHERE = ("case-page", "enquiry-", "letter-", "contribution-", "demand-")


def rows(council: Council) -> dict[str, object]:
    """What to put in an address, by how the address's name begins; the longest that fits."""
    member = council.first_member
    return {
        "": 1,
        "person": council.cast["bob"].pk,
        "person-address": council.cast["sam"].pk,
        "adoption": council.adoption.pk,
        "post": "democratic_services",
        "holding": Holding.objects.earliest("pk").pk,
        "closure": ClosureDay.objects.latest("day").pk,
        "relationship": Relationship.objects.earliest("pk").pk,
        "delegation": Delegation.objects.earliest("pk").pk,
        **{f"{name}-add": member for name in ("term", "seat", "committee-seat")},
        **{f"{name}-add": member for name in ("leadership", "portfolio")},
        "member": member,
        "term-edit": Term.objects.earliest("pk").pk,
        "seat-end": Seat.objects.earliest("pk").pk,
        "committee-seat-end": CommitteeSeat.objects.earliest("pk").pk,
        "leadership-end": Leadership.objects.earliest("pk").pk,
        "portfolio-end": Portfolio.objects.earliest("pk").pk,
        "ward": council.wards[0],
        "group": Member.objects.get(pk=member).group_id,
        "committee": Committee.objects.earliest("pk").pk,
        "officer": Officer.objects.get(person=council.cast["bob"]).pk,
        "work-pass-on": Officer.objects.get(person=council.cast["bob"]).pk,
        "service": council.services[0],
        "absence": Absence.objects.latest("since").pk,
        "event": Event.objects.earliest("pk").pk,
    }


def filled(address: Address, found: dict[str, object]) -> str:
    """The address with the row that it names in the place of the walk's dummy."""
    names = resolve(address.path).kwargs
    if not {"pk", "key"} & names.keys():
        return address.path
    row = found[max((start for start in found if address.name.startswith(start)), key=len)]
    dummy = str(names.get("pk", names.get("key")))
    return address.path.replace(f"/{dummy}/", f"/{row}/")


def test_every_other_address_takes_at_most_twelve_queries(council: Council, signed_in):
    """Seen red with: `with_capacities` that joins nothing."""
    found, costs, closed = rows(council), [], []
    for address in addresses():
        if address.name.startswith(ELSEWHERE) or address.name == "sign-out":
            continue
        path = filled(address, found)
        for who in TRIED:
            browser, answers = signed_in(council.cast[who]), []
            cost = cost_of(
                f"{address.name} as {who}",
                lambda: answers.append(browser.get(path).status_code),  # noqa: B023
                runs=1,
            )
            if answers == [200]:
                costs.append(cost)
                break
        else:
            closed.append(address.name)
    over = [str(cost) for cost in costs if cost.queries > MOST_QUERIES]
    print(f"\nN={len(costs)} pages, at most {max(cost.queries for cost in costs)} queries")
    assert not over, "\n".join(over)
    assert set(closed) <= NO_PAGE, f"nobody could open {sorted(set(closed) - NO_PAGE)}"
