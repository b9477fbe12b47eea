"""What can be done to a contribution, verb by verb: its words, its form, its action, what happens next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casework.contributions import actions, forms
from casework.models import Contribution
from frontend.words import day


@dataclass(frozen=True)
class Step:
    """As a step of an enquiry (casework/enquiries/steps.py)."""

    link: str
    title: str
    form: type[forms.ContributionForm]
    action: Callable
    done: Callable[[Contribution], str]
    consequences: tuple[str, ...] = ()
    help: str = ""


def _given(contribution: Contribution) -> str:
    return "They have your contribution. Thank you: nothing more is asked of you."


STEPS: dict[str, Step] = {
    "contribute": Step(
        "Contribute",
        "Give your contribution",
        forms.ContributeForm,
        actions.contribute,
        _given,
        help="It goes to whoever has the enquiry, who writes the answer.",
    ),
    "take_on": Step(
        "Take it on",
        "Take on this contribution",
        forms.TakeOnForm,
        actions.take_on,
        lambda one: f"It is now with you. It is due on {day(one.due)}.",
        help="It will be with you, and your team can see that.",
    ),
    "pass_on": Step(
        "Pass it to a colleague",
        "Pass this contribution to a colleague",
        forms.PassOnForm,
        actions.pass_on,
        lambda one: f"It is now with {one.owner.name}. It is due on {day(one.due)}.",
        help="The date stays as it is.",
    ),
    "decline": Step(
        "Say that you cannot",
        "Say that your service cannot contribute",
        forms.DeclineForm,
        actions.decline,
        lambda one: "They know that your service cannot, and why.",
        help="Whoever has the enquiry is told, and can ask another service.",
    ),
    "call_back": Step(
        "Call it back",
        "Call this contribution back",
        forms.CallBackForm,
        actions.call_back,
        lambda one: f"{one.service.name} knows that it is no longer needed.",
        consequences=(
            "The service is told that it is no longer needed.",
            "What you asked stays on record. You can ask again.",
        ),
    ),
}
