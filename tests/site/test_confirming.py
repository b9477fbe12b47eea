"""What a screen that was left open must not allow: it is asked again who is there, and nothing typed is lost.

The other addresses of a person's own second step and sessions: tests/accounts/test_second_step.py.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import AddressChange, Person
from accounts.signing_in.confirming import address
from council.imports.posts import POSTS
from council.models import Delegation, Holding, Upload
from tests import cast
from tests.confirming import long_ago
from tests.factories import PASSWORD, AdoptionFactory, CouncilFactory, PersonFactory, PostFactory

pytestmark = pytest.mark.django_db
CONFIRM = "/account/confirm/"
CARRIED = re.compile(r'name="(?:carried|kept)" value="([^"]+)"')
ACTION = re.compile(r'<form[^>]*action="([^"]+)"')


@pytest.fixture
def dev(client):
    """Dev, who keeps people and sees cases, signed in eleven minutes ago."""
    CouncilFactory()
    AdoptionFactory(profile="bristol")
    person = cast.dev()
    person.set_password(PASSWORD)
    person.save()
    client.force_login(person)
    long_ago(client)
    client.get("/account/")
    return person


@pytest.fixture
def pat(db):
    """Somebody who was invited, and has a password."""
    return PersonFactory(name="Pat Price", email="pat@example.org", password=PASSWORD)


def main(answer) -> str:
    return answer.content.decode().partition("<main")[2]


def carried(answer) -> dict[str, str]:
    return {"carried": unescape(CARRIED.search(main(answer))[1])}


def confirmed(client, asked, password=PASSWORD):
    """Give the password on the page that asks, which carries on what was typed."""
    action = unescape(ACTION.search(main(asked))[1])
    return client.post(action, carried(asked) | {"password": password})


def drawn(client, page):
    """Press the one button of the page that follows."""
    action = unescape(ACTION.search(main(page))[1])
    return client.post(action, {"kept": unescape(CARRIED.search(main(page))[1])})


def on(name: str, day) -> dict[str, int]:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


# Which ask ----------------------------------------------------------------------------------------


def opening(pat: Person, by: Person) -> dict[str, list]:
    """The pages that let somebody in, or open cases to them, by name: their addresses' parts."""
    actions.change_person(person=pat, name=pat.name, email="price@example.org", by=by)
    PostFactory(key="monitoring_officer")
    whole = {"whole": False}
    upload = Upload.objects.create(
        kind=POSTS.key,
        name="posts.csv",
        content=b"post",
        options=whole,
        person=by,
        at=timezone.now(),
    )
    return {
        "person-address": [pat.pk],
        "person-enable": [pat.pk],
        "person-invite-many": [],
        "person-second-step": [pat.pk],
        "post-hold": ["monitoring_officer"],
        "post-import-confirm": [upload.pk],
        "delegation-add": [],
    }


def test_what_lets_in_or_opens_cases_asks_first_who_is_there(client, dev, pat):
    """Seen red with: each decorator taken out in turn; `opens_cases` False."""
    for name, parts in opening(pat, dev).items():
        here = reverse(name, args=parts)
        answer = client.get(here)
        assert answer["Location"] == address(here), name
        # And whoever is not asked because the page was open already.
        late = client.post(here, {"change": 1, "people": [1]})
        asks = late.status_code == 403 and "Confirm that it is you" in main(late)
        assert asks or late["Location"].startswith(CONFIRM), name
    assert AddressChange.objects.waiting().exists()


def test_whoever_confirmed_is_let_on(client, dev, pat):
    for name, parts in opening(pat, dev).items():
        here = reverse(name, args=parts)
        onward = address(here)
        assert client.post(onward, {"password": PASSWORD})["Location"] == here
        assert client.get(here).status_code in (200, 422), name  # the file is no good


def test_a_button_that_invites_leads_back_to_its_page(client, dev):
    """Seen red with: `recently` not asked."""
    new = PersonFactory(name="Ines Ivory", email="ines@example.org")
    page = reverse("person-page", args=[new.pk])
    asked = client.post(reverse("person-invite", args=[new.pk]))
    assert asked["Location"] == address(page)
    assert "Ines Ivory is not invited yet." in main(client.get(asked["Location"]))
    assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == page
    assert Person.objects.get(pk=new.pk).invited_at is None
    client.post(reverse("person-invite", args=[new.pk]))
    assert Person.objects.get(pk=new.pk).invited_at


@pytest.mark.parametrize("kind", ["person", "officer", "member"])
def test_another_address_asks_and_another_name_does_not(client, dev, kind):
    """By whichever of the three pages. Seen red with: `insist_for_address` left out of each."""
    somebody = {"person": cast.charlie, "officer": cast.bob, "member": cast.alice}[kind]()
    pk = somebody.pk if kind == "person" else getattr(somebody, kind).pk
    here = reverse(f"{kind}-edit", args=[pk])
    form = client.get(here).context["form"]
    fields = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in fields.items() if value is not None}
    renamed = client.post(here, fields | {"name": "Robin Reed"})
    assert renamed.status_code == 302
    fresh = client.get(here).context["form"]
    fields |= {name: fresh[name].value() for name in ("seen", "version") if name in fresh.fields}
    asked = client.post(here, fields | {"name": "Robin Rowe", "email": "robin@example.org"})
    assert asked.status_code == 403
    somebody.refresh_from_db()
    assert somebody.name == "Robin Reed"
    page = confirmed(client, asked)
    again = main(drawn(client, page))
    assert "You were asked to confirm that it is you" in again
    assert "Robin Rowe" in again
    assert "robin@example.org" in again
    somebody.refresh_from_db()
    assert somebody.name == "Robin Reed"


# What was typed -----------------------------------------------------------------------------------


def test_what_was_typed_comes_back_and_is_not_done_until_it_is_sent(client, dev):
    """Seen red with: nothing sealed."""
    post, new = PostFactory(key="monitoring_officer"), PersonFactory(name="Nia North")
    here = reverse("post-hold", args=[post.key])
    typed = {"who": "person", "person": new.pk, "deputy_order": 3}
    typed |= on("since", timezone.localdate() + timedelta(days=9))
    asked = client.post(here, typed)
    assert "What you typed is kept" in main(asked)
    wrong = confirmed(client, asked, "a guess")
    assert "That is not your password" in main(wrong)
    page = confirmed(client, wrong)
    assert "You have confirmed that it is you." in main(page)
    again = drawn(client, page)
    form = again.context["form"]
    assert {name: form.data[name] for name in typed} == {k: str(v) for k, v in typed.items()}
    assert not Holding.objects.filter(person=new).exists()
    seen = {"seen": form["seen"].initial or form["seen"].value()}
    assert client.post(here, typed | seen).status_code == 302
    assert Holding.objects.filter(person=new, deputy_order=3).exists()


def test_what_was_sealed_for_one_person_opens_for_nobody_else(client, dev):
    """Seen red with: `opened` asked for whoever was sealed for."""
    alice, gita = cast.alice(), cast.gita()
    typed = {"principal": alice.pk, "delegate": gita.pk, **on("since", timezone.localdate())}
    asked = client.post(reverse("delegation-add"), typed)
    mona = cast.mona()
    mona.set_password(PASSWORD)
    mona.save()
    client.force_login(mona)
    answer = client.post(CONFIRM, carried(asked) | {"password": PASSWORD})
    assert answer["Location"] == "/account/"
    assert not Delegation.objects.exists()
