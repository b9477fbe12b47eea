"""What somebody has set up or begun for themselves by the time that a visitor sits down in their place."""

from __future__ import annotations

from django.http import QueryDict

from accounts import actions as accounts
from accounts.models import Person
from casework.demands import actions as demands
from casework.enquiries import drafting
from casework.models import Case
from demo.personas import groups
from demo.simulation import Stage
from protocol import lifecycle

WANTED_BY_NOON = (
    "Rang three times this morning and wants the crew sent out by noon, ahead of what was reported before. "
    "I said that it is on the list, and on which day. Could you speak to them?"
)


def flag_a_demand(stage: Stage) -> None:
    """The officer with the busy morning asks for help with the one of theirs that came last."""
    officer = stage.cast.busiest().person
    theirs = Case.objects.filter(
        state=lifecycle.WITH_OFFICER, owner=officer, sensitivity="ordinary"
    )
    case = theirs.order_by("received_at", "pk").last()
    if case is None or not case.profile.demands.flag:
        return
    who, ground = (
        Person.objects.with_capacities().get(pk=officer.pk),
        case.profile.demands.offered[0],
    )
    demands.flag(case=case, by=who, ground=ground, text=WANTED_BY_NOON, now=stage.now)


def begin_an_answer(stage: Stage) -> None:
    """The officer with the busy morning was called away from one; the words stop where they did."""
    officer = stage.cast.busiest().person
    theirs = Case.objects.filter(state=lifecycle.WITH_OFFICER, owner=officer)
    case = theirs.order_by("next_due", "pk").last()
    story = next(
        (one for one in stage.stories if case and one.case and one.case.pk == case.pk), None
    )
    if story is None:
        return
    thanks, found, *_ = story.writer.answer(stage.today, late=False).split("\n\n")
    posted = QueryDict(mutable=True)
    posted["text"] = f"{thanks}\n\n{found}"
    who = Person.objects.with_capacities().get(pk=officer.pk)
    place = drafting.place_of(case, who, "answer")
    accounts.save_draft(place=place, by=who, posted=posted, now=stage.now)


def choose_the_daily_mail() -> None:
    """The first member on the sign-in page, who has the most on the go."""
    first = next((group.personas[0] for group in groups()), None)
    if first is not None:
        person = Person.objects.with_capacities().get(pk=int(first.value))
        accounts.choose_mail(person=person, mailed=Person.Mailed.DAILY)
