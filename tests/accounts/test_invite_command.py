"""`manage.py invite`."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Person
from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db


def test_it_invites_and_says_so(capsys, notices):
    person = PersonFactory(name="Ines Ivory", email="ines@example.org")
    call_command("invite", " INES@example.org ")
    said = capsys.readouterr().out
    assert said.startswith("Invited Ines Ivory. The mail to ines@example.org goes out")
    assert "account/password" not in said
    assert notices() == [("person_invited", person.key)]


def test_it_adds_somebody_new_under_the_name_given(capsys, told):
    call_command("invite", "new@example.org", name="Nia New")
    person = Person.objects.get(email="new@example.org")
    assert capsys.readouterr().out.startswith("Added Nia New.\nInvited Nia New.")
    assert told() == [("person_added", person.key, None), ("person_invited", person.key, None)]


@pytest.mark.parametrize(
    ("email", "name", "said"),
    [
        ("nobody@example.org", "", "Nobody has the email address"),
        ("no address", "", "is not an email address"),
        ("a\x00b@example.org", "Ann", "is not an email address"),
        ("", "", "is not an email address"),
        ("pat@example.org", "", "can sign in already"),
        ("new@example.org", "x" * 201, "200 characters or fewer"),
        ("new@example.org", "a\x00b", "on one line"),
    ],
)
def test_it_says_what_is_wrong_and_writes_nothing(email, name, said, told):
    PersonFactory(name="Pat Price", email="pat@example.org", password=PASSWORD)
    with pytest.raises(CommandError, match=said):
        call_command("invite", email, name=name)
    assert told() == []


@pytest.mark.parametrize(
    "arguments", [[], ["--noinput", "--email", "a@example.org", "--name", "A"]]
)
def test_createsuperuser_says_what_to_do_instead(arguments):
    """Seen red with: Django's own, which ends in a traceback."""
    with pytest.raises(CommandError, match="Nobody is a superuser in Evenhand"):
        call_command("createsuperuser", *arguments)
    assert not Person.objects.exists()
