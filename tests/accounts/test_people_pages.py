"""The pages of those who let people in, and everybody's own."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Person
from frontend.terms import say
from protocol import authority
from tests import cast
from tests.factories import PASSWORD, DelegationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dev(client):
    person = cast.dev()
    client.force_login(person)
    return person


def text(answer) -> str:
    return answer.content.decode()


def page(client, name, *args, **query) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return text(answer)


def test_the_list_says_what_each_acts_as_and_whether_they_can_sign_in(client, dev):
    cast.alice()
    PersonFactory(name="Gone Gordon", is_active=False)
    PersonFactory(name="Able Abel", password=PASSWORD)
    PersonFactory(name="Waiting Wanda", invited_at=timezone.now())
    shown = page(client, "person-list")
    for words in (
        "5 people",
        "Alice Archer",
        "Member, Harbour Independents",
        "Stopped from signing in",
        "Can sign in",
        "Invited",
        "Never invited",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "alice"}, {"Alice Archer"}),
        ({"q": "ARCHER example.org"}, {"Alice Archer"}),
        ({"access": "disabled"}, {"Gone Gordon"}),
        ({"access": "can_sign_in"}, {"Able Abel"}),
        ({"access": "never_invited"}, {"Alice Archer", "Dev Desai"}),
        ({"access": "invited"}, set()),
        ({"q": "%"}, set()),
        ({"q": "_"}, set()),
    ],
)
def test_the_list_is_narrowed(client, dev, query, found):
    cast.alice()
    PersonFactory(name="Gone Gordon", is_active=False)
    PersonFactory(name="Able Abel", password=PASSWORD)
    main = page(client, "person-list", **query).partition("<main")[2]
    names = {name for name in Person.objects.values_list("name", flat=True) if name in main}
    assert names == found
    if not found:
        assert "Nobody fits" in main


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "x" * 5000},
        {"access": "no-such"},
        {"page": "-1"},
        {"page": "9" * 40},
        {"page": "x"},
        {"q": "a " * 90},
    ],
)
def test_odd_filters_give_a_page(client, dev, query):
    assert page(client, "person-list", **query)


def test_there_are_25_a_page(client, dev):
    PersonFactory.create_batch(30)
    assert page(client, "person-list").count('<th scope="row"') == 25
    assert page(client, "person-list", page=2).count('<th scope="row"') == 6


def test_a_person_page_says_what_they_may_do_and_why(client, dev):
    hana = cast.hana()
    shown = page(client, "person-page", hana.pk)
    assert "Last in the officers’ line" in shown
    assert "Comes with holding the post of Head of Paid Service." in shown
    assert "See every enquiry that is not restricted, and the figures" in shown
    assert "Never invited" in shown
    assert shown.count("<li>Deal with enquiries</li>") == 1


def test_whom_a_delegate_acts_for_is_named(client, dev):
    alice, charlie = cast.alice(), cast.charlie()
    DelegationFactory(principal=alice, delegate=charlie)
    shown = page(client, "person-page", charlie.pk)
    assert "Acts for" in shown
    assert "Alice Archer" in shown
    assert "Comes with acting for a member" in shown


def test_adding_then_inviting_a_person(client, dev, notices):
    answer = client.post(
        reverse("person-add"), {"name": "Ines Ivory", "email": "ines@example.org", "version": 0}
    )
    ines = Person.objects.get(name="Ines Ivory")
    assert answer["Location"] == reverse("person-page", args=[ines.pk])
    assert "Invite to sign in" in page(client, "person-page", ines.pk)
    done = client.post(reverse("person-invite", args=[ines.pk]), follow=True)
    assert "Ines Ivory is invited" in text(done)
    assert "Send another invitation" in text(done)
    assert ", by Dev Desai" in text(done)
    assert notices() == [("person_invited", ines.key)]


BAD = [
    ({"name": "", "email": ""}, "Enter their name"),
    ({"name": "x" * 201, "email": ""}, "200 characters or fewer"),
    ({"name": "Ann\x00", "email": ""}, "cannot be saved"),
    ({"name": "Ann", "email": "ann"}, "like name@example.com"),
    ({"name": "Ann", "email": "dev@example.org"}, "Somebody else has this email"),
    ({"name": "Ann", "email": "DEV@example.org"}, "Somebody else has this email"),
    ({"name": "Ann", "email": "a" * 250 + "@example.org"}, "254 characters or fewer"),
]


@pytest.mark.parametrize(("typed", "said"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, dev, typed, said):
    for url in (reverse("person-add"), reverse("person-edit", args=[cast.charlie().pk])):
        shown = text(client.post(url, {**typed, "version": 1}))
        assert said in shown
        if typed["name"] == "Ann":
            assert 'value="Ann"' in shown


def test_the_second_of_two_editors_is_told_and_keeps_their_text(client, dev):
    """Seen red with: `person.version` of the form not used."""
    charlie = cast.charlie()
    url = reverse("person-edit", args=[charlie.pk])
    typed = {"name": "Charles Cross", "email": charlie.email, "version": charlie.version}
    actions.change_person(person=charlie, name="Chuck Cross", email=charlie.email, by=None)
    shown = text(client.post(url, typed))
    assert "Somebody else has just changed" in shown
    assert 'value="Charles Cross"' in shown
    assert Person.objects.get(pk=charlie.pk).name == "Chuck Cross"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_version_that_is_none_is_refused(client, dev, version):
    charlie = cast.charlie()
    url = reverse("person-edit", args=[charlie.pk])
    answer = client.post(url, {"name": "X", "email": "", "version": version})
    assert answer.status_code == 200
    assert Person.objects.get(pk=charlie.pk).name == "Charlie Cross"


def test_stopping_and_letting_in_again_are_asked_first(client, dev):
    charlie = cast.charlie()
    stop = reverse("person-disable", args=[charlie.pk])
    assert "Stop Charlie Cross signing in?" in text(client.get(stop))
    assert Person.objects.get(pk=charlie.pk).is_active
    assert "can no longer sign in" in text(client.post(stop, follow=True))
    again = reverse("person-enable", args=[charlie.pk])
    assert "Let Charlie Cross sign in again?" in text(client.get(again))
    assert "may sign in again" in text(client.post(again, follow=True))


@pytest.mark.parametrize("name", ["person-disable", "person-enable", "person-invite"])
def test_what_cannot_happen_is_refused_on_the_page(client, dev, name):
    """On oneself: not stopped, not needed; and dev has no password but an email, so invite one."""
    pat = PersonFactory(password=PASSWORD)
    target = dev if name == "person-disable" else pat
    shown = text(client.post(reverse(name, args=[target.pk]), follow=True))
    assert "Important" in shown
    assert Person.objects.get(pk=target.pk).is_active


def test_nobody_is_offered_to_stop_themselves(client, dev):
    assert "Stop them signing in" not in page(client, "person-page", dev.pk)


def test_a_person_who_is_not_there_is_not_found(client, dev):
    for name in ("person-page", "person-edit", "person-disable", "person-enable"):
        assert client.get(reverse(name, args=[99_999])).status_code == 404
    assert client.get("/people/" + "9" * 30 + "/").status_code == 404


def test_names_are_escaped_wherever_they_stand(client, dev):
    odd = PersonFactory(name="<b>Bo</b> & 'Co'")
    for name in ("person-page", "person-edit", "person-disable", "person-enable"):
        shown = page(client, name, odd.pk)
        assert "<b>Bo" not in shown
        assert "&lt;b&gt;Bo" in shown
    assert "<b>Bo" not in page(client, "person-list")


def test_your_account_says_who_you_are_and_what_you_may_do(client):
    client.force_login(cast.alice())
    shown = page(client, "account")
    for words in ("Alice Archer", "alice@example.org", "Raise an enquiry as a member"):
        assert words in shown
    assert "Comes with being a member of the council." in shown


def test_somebody_without_a_role_is_told_how_to_get_one(client):
    client.force_login(cast.charlie())
    assert "You have no role yet" in page(client, "account")


def test_who_may_do_what_prints_every_role_in_full(client):
    client.force_login(cast.bob())
    shown = page(client, "authority-page")
    for role in authority.ROLES:
        assert say(role.description) in shown
        for key in role.may:
            assert say(authority.PERMISSIONS[key]) in shown
        for fact in role.held_by:
            assert say(authority.in_words(fact)) in shown
    assert "Your roles: Officer." in shown


def test_the_navigation_shows_people_only_to_those_who_may_and_marks_the_page(client):
    client.force_login(cast.charlie())
    assert reverse("person-list") not in page(client, "account")
    client.force_login(cast.dev())
    shown = page(client, "person-add")
    assert 'href="/people/" aria-current="true"' in shown
    assert 'aria-current="true"' not in page(client, "account")


# Inviting many ------------------------------------------------------------------------------------


def test_everybody_who_waits_for_an_invitation_is_invited_on_one_page(client, dev, notices):
    """Seen red with: the page's people not narrowed to those who wait."""
    alice, erin = cast.alice(), cast.erin()
    PersonFactory(name="Able Abel", password=PASSWORD)
    PersonFactory(name="Letter Only", email=None)
    PersonFactory(name="Waiting Wanda", invited_at=timezone.now())
    PersonFactory(name="Gone Gordon", is_active=False)
    assert "3 people have an email address and no invitation yet" in page(client, "person-list")
    shown = page(client, "person-invite-many")
    offered = {person.name for person in Person.objects.all() if f"{person.name} (" in shown}
    assert offered == {"Alice Archer", "Erin Ellis", "Dev Desai"}
    assert shown.count("checked") == 3
    answer = client.post(
        reverse("person-invite-many"), {"people": [alice.pk, erin.pk]}, follow=True
    )
    assert "2 people are invited" in text(answer)
    assert {to for verb, to in notices() if verb == "person_invited"} == {alice.key, erin.key}
    assert list(Person.objects.to_invite()) == [dev]


def test_nobody_is_invited_by_a_page_with_no_box_ticked_or_with_somebody_who_does_not_wait(
    client, dev, notices
):
    gordon = PersonFactory(name="Gone Gordon", is_active=False)
    answer = client.post(reverse("person-invite-many"), {"sent": "yes"})
    assert "Tick at least one person to invite" in text(answer)
    answer = client.post(reverse("person-invite-many"), {"people": [dev.pk, gordon.pk]})
    assert "Look at who is still on the list" in text(answer)
    answer = client.post(reverse("person-invite-many"), {"people": ["x\x00"]})
    assert "There is a problem" in text(answer)
    assert notices() == []


def test_an_invitation_that_somebody_sent_meanwhile_is_not_sent_again(dev):
    """Seen red with: `invite_many` that lets the first Refused out."""
    alice, erin = cast.alice(), cast.erin()
    meanwhile = Person.objects.get(pk=alice.pk)
    actions.invite(person=meanwhile, by=dev)
    assert actions.invite_many(people=[alice, erin], by=dev) == [erin]


def test_where_all_are_invited_the_page_says_so(client, dev):
    Person.objects.update(invited_at=timezone.now())
    assert "Choose whom to invite" not in page(client, "person-list")
    assert "Everybody with an email address is invited" in page(client, "person-invite-many")
