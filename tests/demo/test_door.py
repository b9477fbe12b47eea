"""The one-click door, where nobody has been loaded, and where it leads."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse

from tests import cast
from tests.accounts.second_steps import give_app

pytestmark = pytest.mark.usefixtures("demo")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_without_a_council_the_page_says_how_to_load_one(client):
    page = client.get(reverse("sign-in")).content.decode()
    assert "manage.py load_demo" in page


def test_following_the_address_signs_nobody_in(client):
    cast.dev()
    assert client.get(reverse("demo-sign-in"))["Location"] == reverse("sign-in")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("asked", "leads"),
    [("/council/", "/council/"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/")],
)
def test_it_leads_to_the_page_that_was_asked_for_on_this_host_only(client, asked, leads):
    """Seen red with: `redirect(onward or "home")`."""
    clerk = cast.dev()
    page = client.get(reverse("sign-in"), {"next": asked}).content.decode()
    assert "next=" in page.partition('class="eh-persona"')[2]
    answer = client.post(f"{reverse('demo-sign-in')}?next={asked}", {"persona": str(clerk.pk)})
    assert answer["Location"] == leads


def test_a_persona_confirms_by_that_one_click_for_as_long_as_they_are_here(client, time_machine):
    """They have no password. Seen red with: the click good for ten minutes, as a password is."""
    time_machine.move_to(NOW)
    clerk = cast.dev()
    client.post(reverse("demo-sign-in"), {"persona": str(clerk.pk)})
    time_machine.move_to(NOW + timedelta(minutes=50))
    for name in ("session-list", "person-invite-many"):
        assert client.get(reverse(name)).status_code == 200
    give_app(clerk)
    assert client.get(reverse("session-list")).status_code == 302


def test_a_post_without_the_forms_token_signs_nobody_in():
    from django.test import Client

    clerk = cast.dev()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("demo-sign-in"), {"persona": str(clerk.pk)})
    assert answer.status_code == 403
    assert "_auth_user_id" not in strict.session


def test_somebody_who_may_not_sign_in_is_no_persona(client):
    """Seen red with: `person__is_active=True` taken out of demo.personas."""
    from accounts.models import Person

    clerk = cast.dev()
    Person.objects.filter(pk=clerk.pk).update(is_active=False)
    assert clerk.name not in client.get(reverse("sign-in")).content.decode()
    client.post(reverse("demo-sign-in"), {"persona": str(clerk.pk)})
    assert "_auth_user_id" not in client.session


def test_only_the_same_persons_button_takes_on_what_they_typed(client):
    """Seen red with: every button carrying it."""
    clerk = cast.dev()
    cast.ada()
    client.post(reverse("demo-sign-in"), {"persona": str(clerk.pk)})
    client.post(reverse("sign-out"))
    address = reverse("person-add")
    answer = client.post(address, {"name": "Quinn Quill", "version": 0})
    found = answer.content.decode().split('class="eh-persona"')[1:]
    cards = [card.partition("</li>")[0] for card in found]
    assert len(cards) == 2
    (mine,) = [card for card in cards if 'name="kept"' in card]
    assert f'value="{clerk.pk}"' in mine
    text = unescape(re.search(r'name="kept" value="([^"]+)"', mine)[1])
    welcome = client.post(reverse("demo-sign-in"), {"persona": str(clerk.pk), "kept": text})
    assert "You are signed in again" in welcome.content.decode()
    page = client.post(address, {"kept": text})
    assert 'value="Quinn Quill"' in page.content.decode()
