"""What anybody reads without signing in: help, the privacy notice, the accessibility statement."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from council.actions import details
from council.actions.setting_up import Wish, set_up
from council.models import Council
from ledger.models import Event
from protocol.refusals import Refused
from tests.sending import send

PAGES = ["help", "privacy", "accessibility"]
CONTACT = "evenhand@exampleton.example"


def text(answer) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_open_to_anybody_even_before_there_is_a_council(client, name):
    """Seen red with: `@public` taken off the view."""
    page = text(client.get(reverse(name)))
    assert "The council" in page or "the council" in page
    assert "your council’s democratic services" in page
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_the_council_and_the_contact_that_it_gave(client, council, name):
    Council.objects.update(contact_email=CONTACT)
    page = text(client.get(reverse(name)))
    assert "Exampleton Council" in page
    assert f'href="mailto:{CONTACT}"' in page


@pytest.mark.parametrize("name", PAGES)
def test_the_footer_of_every_page_leads_there(client, council, name):
    """Seen red with: the address renamed."""
    footer = text(client.get(reverse("sign-in"))).partition("<footer")[2]
    assert f'href="{reverse(name)}"' in footer


def test_the_page_of_details_keeps_the_contact(kept, council):
    """Nobody had to know of it before. Seen red with: the field left out of what is saved."""
    url = reverse("council-edit")
    form = {"name": council.name, "nation": "england", "colour": council.brand_colour}
    assert send(kept, url, form | {"contact_email": "nobody"}).status_code == 422
    assert send(kept, url, form | {"contact_email": CONTACT}).status_code == 302
    assert Council.objects.get().contact_email == CONTACT
    assert Event.objects.get(verb="council_changed").data == {"fields": ["contact_email"]}
    assert send(kept, url, form | {"contact_email": ""}).status_code == 302
    assert Council.objects.get().contact_email == ""


def test_the_page_of_details_keeps_the_postal_address_line_by_line(kept, council):
    """It stands at the head of letters. Seen red with: the lines run together; the field not saved."""
    url = reverse("council-edit")
    form = {"name": council.name, "nation": "england", "colour": council.brand_colour}
    typed = "  Town Hall \r\n\r\nHigh   Street\r\nEX1 2AB\r\n"
    assert send(kept, url, form | {"postal_address": typed}).status_code == 302
    assert Council.objects.get().postal_address == "Town Hall\nHigh Street\nEX1 2AB"
    assert Event.objects.get(verb="council_changed").data == {"fields": ["postal_address"]}
    for refused in ("x\n" * 8, "x" * 81, "Town\x01Hall"):
        answer = send(kept, url, form | {"postal_address": refused})
        assert answer.status_code == 422
        assert "postal address" in answer.content.decode()
    assert send(kept, url, form | {"postal_address": ""}).status_code == 302
    assert Council.objects.get().postal_address == ""


def test_setting_the_council_up_again_leaves_its_contact(council):
    """Seen red with: `contact_email` without None for "as it is"."""
    Council.objects.update(contact_email=CONTACT)
    set_up(wish=Wish(name="Newton Council"), by=None)
    assert Council.objects.get().contact_email == CONTACT


def test_a_contact_that_is_no_address_is_refused(council, keeper):
    with pytest.raises(Refused, match="email"):
        details.change(
            council=council,
            name="A",
            nation="england",
            colour="#000000",
            contact_email="x",
            by=keeper,
        )


@pytest.mark.parametrize(
    ("nation", "who"),
    [
        ("england", "Equality and Human Rights Commission"),
        ("wales", "Equality and Human Rights Commission"),
        ("scotland", "Equality and Human Rights Commission"),
        ("northern-ireland", "Equality Commission for Northern Ireland"),
    ],
)
def test_the_statement_names_who_enforces_it_in_the_nation(client, council, nation, who):
    """Seen red with: ENFORCERS empty."""
    Council.objects.update(nation=nation)
    page = text(client.get(reverse("accessibility")))
    assert f"The {who}" in page


def test_the_statement_says_what_was_not_tested_and_claims_no_more(client, council):
    page = " ".join(text(client.get(reverse("accessibility"))).split())
    for words in (
        "partially compliant",
        "version 2.2",
        "We have not tested with screen readers",
        "We have not tested with disabled people",
        "prepared on 22 November 2026",
    ):
        assert words in page


@pytest.mark.parametrize("name", ["privacy", "help"])
def test_both_pages_say_how_long_drafts_are_kept_here(client, council, settings, name):
    settings.DRAFTS_KEPT = timedelta(days=21)
    assert "21 days" in text(client.get(reverse(name)))


def test_the_notice_says_how_long_a_session_lasts_here(client, council, settings):
    settings.SESSION_COOKIE_AGE = 8 * 3600
    assert "after 8 hours" in text(client.get(reverse("privacy")))
