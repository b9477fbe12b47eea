"""An enquiry that was answered, and asked about again."""

from __future__ import annotations

from datetime import date, timedelta

from casework.enquiries import actions
from casework.models import Case, Clock
from tests.casework.making import MONDAY, World, at, fresh, reloaded, with_bob

PAUSING = {"[pausing]\nallowed = false": "[pausing]\nallowed = true"}


TUESDAY = MONDAY + timedelta(days=1)


def answered(made: World, *, on: date = TUESDAY, by=None, **changes) -> Case:
    case = with_bob(made, **changes)
    return actions.answer(case=case, by=fresh(by or made.bob), text="Filled.", now=at(on))


def ask(case: Case, made: World, on: date, text: str = "And the other two?") -> Case:
    return actions.ask_again(case=reloaded(case), by=fresh(made.alice), text=text, now=at(on))


def second(case: Case) -> Clock:
    return Clock.objects.select_related("case__adoption").get(
        case=case, promise="answer", round=reloaded(case).round
    )
