"""What is typed where an enquiry is handed on is kept, and the page says of each case what follows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Draft
from casework.enquiries import actions
from casework.models import Case
from council.models import Council
from tests.casework.handing import NAME, council_with_system, hand_on
from tests.casework.making import NOW, World, fresh, nothing_written, reloaded, with_bob
from tests.casework.rooms import invented, registered
from tests.drafting import later, save, shown, words_of

pytestmark = pytest.mark.django_db
REASON = "The roads team will see to the lamp."
TYPED = {
    "room": "service_request",
    "reference": "RI-20417",
    "entered_on_day": "1",
    "entered_on_month": "6",
    "entered_on_year": "2026",
    "reason": REASON,
}


@pytest.fixture
def made(time_machine, client) -> World:
    time_machine.move_to(NOW, tick=False)
    found = council_with_system()
    client.force_login(fresh(found.bob))
    return found


@pytest.fixture
def case(made) -> Case:
    return with_bob(made)


def path_of(case: Case) -> str:
    return reverse("enquiry-hand-on", args=[case.reference])


def typed(case: Case, **changes) -> dict:
    return {"version": reloaded(case).version, **TYPED, **changes}


# The draft ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["button", "script"])
def test_the_reference_and_the_day_are_kept_for_later(client, case, how):
    """Seen red with: the fields that every room has alone."""
    if how == "button":
        assert later(client, path_of(case), **typed(case)).status_code == 302
    else:
        assert save(client, path_of(case), **typed(case)).status_code == 200
    assert {name: values[-1] for name, values in words_of(Draft.objects.get()).items()} == TYPED
    found = shown(client.get(path_of(case)))
    assert 'value="RI-20417"' in found
    assert 'name="entered_on_month" value="6"' in found
    assert REASON in found


def test_the_reference_alone_is_worth_keeping(client, case):
    """It was entered there, and the mobile rang. Seen red with: the words for the member alone counted."""
    assert later(client, path_of(case), **typed(case, reason="")).status_code == 302
    assert Draft.objects.exists()


def test_a_draft_opens_the_room_for_which_it_was_begun(client, case):
    """Of two, from the link "You have begun …". Seen red with: no room, and so no draft."""
    with registered(invented("complaints")):
        sent = {"room": "complaints", "about": "Ned", "reason": "A complaint."}
        later(client, path_of(case), **typed(case, **sent))
        found = shown(client.get(path_of(case)))
        assert 'value="Ned"' in found
        assert "Hand it on as a matter for complaints" in found
        other = shown(client.get(f"{path_of(case)}?room=service_request"))
        assert "Ned" not in other
        assert "Which reference does it have" in other


def test_what_one_room_was_to_be_told_is_not_filled_in_for_another(client, case):
    """Both ask by the same name. Seen red with: a draft of any room begun with."""
    with registered(invented("complaints"), invented("grievances")):
        later(client, path_of(case), **typed(case, room="complaints", about="Ned"))
        found = shown(client.get(f"{path_of(case)}?room=grievances"))
        assert "Whom is it about?" in found
        assert "Ned" not in found
        assert REASON in found


# The room is shut meanwhile -----------------------------------------------------------------------


def shut() -> None:
    Council.objects.update(online_name="", online_address="")


def test_what_was_typed_stays_where_the_system_went_meanwhile(client, made, case):
    """And says what is wrong. Seen red with: the form left out, with every word."""
    sent = typed(case)
    shut()
    with nothing_written():
        answer = client.post(path_of(case), sent)
    found = shown(answer)
    assert "Nothing was handed on. Nobody has said yet where" in found
    assert found.count("Nobody has said yet where") == 1
    assert 'value="RI-20417"' in found
    assert REASON in found
    assert "Error: " in found


def test_it_can_be_kept_for_later_then(client, case):
    sent = typed(case)
    shut()
    assert later(client, path_of(case), **sent).status_code == 302
    found = shown(client.get(path_of(case)))
    assert "Nobody has said yet where" in found
    assert 'value="RI-20417"' in found
    assert REASON in found
    assert "Delete the draft" in found
    Council.objects.update(online_name=NAME, online_address="https://report.example.gov.uk/")
    found = shown(client.get(path_of(case)))
    assert "Nobody has said yet where" not in found
    assert 'value="RI-20417"' in found


def test_what_was_typed_for_a_room_that_is_gone_can_be_copied(client, case):
    """Seen red with: neither form nor words."""
    shut()
    answer = client.post(path_of(case), typed(case, room="nowhere"))
    found = shown(answer)
    assert "choose what it really is" in found
    assert REASON in found


# What follows from it -----------------------------------------------------------------------------

AGAIN_OFF = {"[asking_again]\nallowed = true": "[asking_again]\nallowed = false"}


@pytest.mark.parametrize(("changed", "said"), [({}, True), (AGAIN_OFF, False)])
def test_it_says_that_the_member_may_ask_again_only_where_they_may(
    client, time_machine, changed, said
):
    """The council sets whether. Seen red with: the same sentence everywhere."""
    time_machine.move_to(NOW, tick=False)
    made = council_with_system(changed=changed)
    client.force_login(fresh(made.bob))
    found = shown(client.get(path_of(with_bob(made))))
    assert ("can ask again here" in found) is said


def test_it_says_which_duplicate_ends_with_it(client, made, case):
    """Seen red with: not a word of it."""
    twin, bob = with_bob(made), fresh(made.bob)
    link = {"by": bob, "other": reloaded(case), "reason": "The same lamp.", "now": NOW}
    actions.link(case=twin, kind="duplicate", **link)
    assert twin.reference not in shown(client.get(path_of(case)))
    actions.close_duplicate(case=reloaded(twin), **link)
    found = shown(client.get(path_of(case)))
    assert (
        f"{twin.reference} was closed as a duplicate of this, so nobody answers that either"
        in found
    )
    hand_on(made, case)


def test_whoever_no_room_is_open_to_reads_that_it_is_not_theirs_to_do(client, made, case):
    """The member. Seen red with: the names of no rooms unpacked."""
    client.force_login(fresh(made.alice))
    address = reverse("enquiry-hand-on", args=[case.reference])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "It is for the roads team."}).status_code == 409
