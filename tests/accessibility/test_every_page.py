"""Every page of the product, as everybody who may open it, sound and sent empty: axe finds nothing (T15).

A page is fetched as each person; the browser looks once at each shape that it takes, at 1280 and 390
pixels, and sees at 320, which is 1280 at 400 per cent, that nothing sticks out sideways.
"""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from accounts import links
from ledger.actions import deliver
from tests.accessibility import council, moments
from tests.accessibility.pages import EMPTY, MOMENTS, NO_PAGE, PAGES, Page
from tests.accessibility.survey import Survey
from tests.importing import KINDS


def names(resolver) -> set[str]:
    found = set()
    for pattern in resolver.url_patterns:
        found |= names(pattern) if hasattr(pattern, "url_patterns") else {pattern.name}
    return found


def test_every_address_stands_in_the_table(settings):
    """Seen red with: `absence-mine-add` taken out of the table."""
    settings.ROOT_URLCONF = "tests.accessibility.urls"
    product = {name for name in names(get_resolver()) if not name.startswith("test-")}
    listed = {page.name for page in PAGES} | MOMENTS
    assert product - listed - NO_PAGE.keys() == set(), "put it in tests/accessibility/pages.py"
    assert listed & NO_PAGE.keys() == set()
    assert (listed | NO_PAGE.keys()) - product == set(), "no longer in the product"


@pytest.fixture
def survey(page, site) -> Survey:
    return Survey(page, site)


def test_no_page_keeps_anybody_out(survey):
    """Seen red with: a column whose heading is empty; a tag that may not wrap on a phone; one title for
    two pages; a word of 63 letters in the subject of an enquiry.
    """
    moments.before_there_is_a_council(survey)
    made, who = council.new()
    survey.table(EMPTY, who, council.Things(made), "on the first day")
    things = council.at_work(made, who)
    doors(things)
    survey.table(PAGES, who, things, "at work")
    no_address_without_a_page_shows_one(survey, things)
    moments.at_the_door(survey, things)
    moments.while_working(survey, things)
    moments.signed_out_while_typing(survey, things)
    moments.of_the_directory(survey)
    moments.with_single_sign_on(survey, things)
    moments.with_a_second_step(survey, things)
    moments.with_two_capacities(survey, things)
    moments.under_each_protocol(survey, things, who)
    no_two_pages_share_a_title(survey)
    print(
        f"N = {survey.tried} pages over {len(PAGES)} addresses and {len(who)} people; "
        f"looked at {survey.looked} that differ, {survey.sent} forms sent empty"
    )
    assert survey.wrong == [], "\n".join(["", *survey.wrong])


def doors(things: council.Things) -> None:
    """What the address of an invitation begins with, and a mail of the demonstration."""
    *_, uid, _, _ = links.link_for(things["alice"]).split("/")
    things.found["uid"] = uid
    deliver(now=council.NOW, limit=3)
    from demo import postbox

    things.found["mail"] = postbox.keys()[0]


def no_address_without_a_page_shows_one(survey: Survey, things: council.Things) -> None:
    clerk = survey.client("clerk", things.made.dev)
    about = {
        "adoption-text": ("adoption",),
        "agreement-end": ("agreement",),
        "document-open": ("opened file",),
        "draft-delete": ("draft",),
        "letter-pdf": ("answered", "1"),
        "member-import-discard": ("upload",),
        **{f"{kind}-import-discard": (f"{kind} upload",) for kind in KINDS},
        "person-address-cancel": ("never",),
        "person-invite": ("never",),
        "view-remove": ("saved view",),
    }
    for name in NO_PAGE:
        answer = clerk.get(Page(name, about.get(name, ())).path(things))
        html = "html" in answer.headers.get("Content-Type", "") and answer.content
        answer.close()
        if answer.status_code == 200 and html:
            survey.wrong.append(f"{name} shows a page, so it belongs in the table")


def no_two_pages_share_a_title(survey: Survey) -> None:
    for words, shared in survey.titles.items():
        if len(shared) > 1:
            survey.wrong.append(f"the title {words!r} is shared by {sorted(shared)}")
