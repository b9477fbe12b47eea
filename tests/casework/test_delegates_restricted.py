"""No restricted case reaches a delegate: by no list, search, count, link, letter, file, draft or mail."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts import acting
from accounts.models import Draft, Person
from casework import notices
from casework.enquiries import actions
from casework.letters import letter
from casework.models import Case
from documents.models import Document
from ledger.models import Notice
from tests.casework.making import NOW, enquiry, fresh, reloaded, with_bob, world
from tests.documents.making import with_file
from tests.drafting import begin
from tests.factories import DelegationFactory, OfficerFactory, PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db
SUBJECT, BODY, ANSWER, RESIDENT = "Zebrawood", "Quillfeather", "Vermilion", "Xanthe"
DRAFT, FILE = "Yellowhammer", "jackdaw.csv"


@pytest.fixture
def delegate(time_machine) -> Person:
    time_machine.move_to(NOW)
    made = world("bristol")
    made.dora = PersonFactory(name="Dora Dunn")
    DelegationFactory(principal=made.alice, delegate=made.dora)
    made.dora.made = made
    return made.dora


@pytest.fixture
def case(delegate) -> Case:
    made = delegate.made
    found = with_bob(
        made, subject=f"{SUBJECT} fence", body=f"{BODY} is unwell.", constituent_name=RESIDENT,
        constituent_basis="consent", constituent_contact="1 High Street",
    )  # fmt: skip
    actions.answer(case=found, by=fresh(made.bob), text=f"{ANSWER} paint.", gives=False, now=NOW)
    found = reloaded(found)
    with_file(found, message=found.messages.filter(kind="answer").get(), name=FILE)
    other = enquiry(made, subject="Kerb")
    actions.link(
        case=found, by=fresh(made.sam), other=other, kind="related", reason="Near by.", now=NOW
    )
    begin(delegate, reverse("enquiry-ask-again", args=[found.reference]), text=f"{DRAFT} says.")
    return reloaded(found)


def doors(case: Case) -> dict[str, str]:
    """Every way in which a delegate comes upon a case, and what of it they find there."""
    find, other = reverse("case-find"), Case.objects.get(subject="Kerb")
    file, answer = Document.objects.get(name=FILE), case.messages.filter(kind="answer").get()
    place = letter.places(case, list(case.messages.order_by("at", "pk")))[answer.pk]
    return {
        "the list": (reverse("casework-list"), SUBJECT),
        "all of it": (reverse("casework-all"), case.reference),
        "the search for a subject": (f"{find}?q={SUBJECT}", case.reference),
        "the search for words": (f"{find}?q={BODY}", case.reference),
        "the search for a resident": (f"{find}?q={RESIDENT}", case.reference),
        "its reference": (f"{find}?q={case.reference}", SUBJECT),
        "its page": (case.get_absolute_url(), ANSWER),
        "a case that is linked with it": (other.get_absolute_url(), SUBJECT),
        "a letter": (reverse("letter-page", args=[case.reference, place]), ANSWER),
        "a file": (reverse("document-open", args=[file.key]), ""),
        "a form": (reverse("enquiry-ask-again", args=[case.reference]), DRAFT),
        "what they began": (reverse("casework-list"), "You have begun"),
        "another enquiry about it": (f"{reverse('enquiry-log')}?about={case.reference}", SUBJECT),
    }


def found_at(client: Client, address: str, words: str) -> bool:
    answer = client.get(address)
    if answer.streaming:
        return answer.status_code == 200 and bool(b"".join(answer.streaming_content))
    page = unescape(answer.content.decode(errors="replace")).replace(address, "")
    shown = page.partition("<main")[2].replace(f'value="{words}"', "")
    return answer.status_code == 200 and words in shown


def mailed(case: Case, person: Person) -> bool:
    notice = Notice.objects.filter(event__subject=case.key, event__verb="enquiry_answered").first()
    Notice.objects.filter(pk=notice.pk).update(recipient=person.key)
    notice.refresh_from_db()
    return notices.render([notice])[notice.pk] is not None


def test_no_door_leads_a_delegate_to_a_restricted_case_whatever_they_act_as(delegate, case):
    """Each door shows the case while it is ordinary, so that each would be seen to leak.

    Seen red with: `& ordinary` left out of what delegates see in `CaseQuerySet.visible_to`.
    """
    client = Client()
    client.force_login(delegate)
    open_doors = {name for name, door in doors(case).items() if found_at(client, *door)}
    assert open_doors == doors(case).keys()
    assert mailed(case, delegate)
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    tried = 0
    officer = OfficerFactory(person=delegate, service=ServiceFactory(name="Waste"))
    for key in (f"for:{delegate.made.alice.pk}", "officer"):
        session = client.session
        session[acting.CHOICE] = key
        session.save()
        for name, door in doors(case).items():
            assert not found_at(client, *door), f"{name}, acting {key}"
            tried += 1
        assert not mailed(case, delegate)
    assert officer.person == delegate
    assert Draft.objects.filter(person=delegate).exists(), "it is out of sight, and not gone"
    print(f"N = {tried} doors")
