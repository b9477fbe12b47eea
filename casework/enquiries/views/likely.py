"""Is it one of these? Asked once, before an enquiry is sent that is like one this person may see.

What was typed travels in the page itself, and the files wait where they are held: nothing is saved, and nothing
lost, until they say which it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.drafts import BESIDES
from casework import phrases, reading
from casework.enquiries import actions, likely, rules
from casework.enquiries.forms import LogForm
from casework.enquiries.steps import STEPS
from casework.models import Case
from casework.scope import side
from frontend import mark
from frontend.parts import Link, State
from protocol.refusals import Refused

# What they say, in the field `likely`.
FIELD = "likely"
NEW, CHANGE, ADD, LINK = "new", "change", "add:", "link:"
# How something is added to a case: whatever the state and the person's part in it allow, the first of these.
ADDING = ("reply", "add", "ask_again", "record_reply", "record_addition", "record_asking")
NOTICED = "Noticed when it was logged."


@dataclass(frozen=True)
class Likely:
    """One that it may be. `add`, `link`: what the button for it sends; "" where there is none, and
    `nothing` says why nothing can be added.
    """

    case: Case
    state: State
    mine: bool
    add: str
    link: str
    nothing: str


def before_sending(request: HttpRequest, form: LogForm) -> HttpResponse | None:
    """The page to answer with instead; None where it is to be sent."""
    chosen, values = request.POST.get(FIELD, ""), form.values()
    if (
        chosen == NEW
        or chosen.startswith(LINK)
        or actions.made_before(by=request.user, **_said(values))
    ):
        return None
    today = timezone.localdate()
    found = likely.offered(by=request.user, on=today, **values)
    reading.on_record(request, *found)
    offered = [_offer(case, request.user, values) for case in found]
    if chosen.startswith(ADD):
        same = next((one for one in offered if one.add == chosen), None)
        if same is not None:
            return _adding(request, form, same.case)
    if not offered:
        return None
    page = {"form": form, "offered": offered, "typed": _typed(form)}
    return render(request, "casework/enquiry_likely.html", page)


def _said(values: dict) -> dict:
    return {name: value for name, value in values.items() if name not in ("nature", "received_at")}


def _offer(case: Case, by, values: dict) -> Likely:
    """What another member raised is answered to them, so this is linked with it and not added to it. What is
    marked confidential is added only where that holds for it, too.
    """
    verb, where = "", side(case, by)
    nothing = "Nothing can be added to it now."
    if values.get("confidential") and not case.enquiry.confidential:
        mark = case.profile.confidential.marking
        nothing = f"Yours is marked {mark} and this one is not, so nothing is added to it."
    elif case.raised_by_id == values["member"].pk:
        verb = _verb(case, by)
    return Likely(
        case=case,
        state=phrases.state(case, where),
        mine=case.raised_by_id == by.pk,
        add=f"{ADD}{case.reference}" if verb else "",
        link="" if verb or where == "member" else f"{LINK}{case.reference}",
        nothing=nothing,
    )


def _verb(case: Case, by) -> str:
    """How this person can add to it today; "" where they cannot."""
    may = rules.available(case, by, timezone.localdate())
    return next((verb for verb in ADDING if verb in may), "")


def _typed(form: LogForm) -> list[tuple[str, str]]:
    """Every field as it was sent, to be sent again with the answer; files by their keys."""
    unsent = ("csrfmiddlewaretoken", mark.FIELD, "files", FIELD)
    return [
        (name, value)
        for name, values in form.data.lists()
        if name not in unsent
        for value in values
    ]


# It is one of them ---------------------------------------------------------------------------------


def _adding(request: HttpRequest, form: LogForm, case: Case) -> HttpResponse:
    """The page that adds to it, with what was typed in the box and its files with it. Nothing is sent yet."""
    case = Case.objects.visible_to(request.user).for_page(request.user).get(pk=case.pk)
    reading.on_record(request, case)
    verb = _verb(case, request.user)
    step = STEPS[verb]
    data = form.data.copy()
    for name in list(data):
        if name not in ("held", "csrfmiddlewaretoken", mark.FIELD):
            del data[name]
    data["version"], data["text"] = str(case.version), _text(form)
    data[BESIDES] = " ".join(filter(None, form.draft_marks))
    adding = step.form(data, case=case, by=request.user)
    adding.take_over()
    address = reverse(f"enquiry-{verb.replace('_', '-')}", args=[case.reference])
    adding.form_action, adding.cancel_href = address, case.get_absolute_url()
    # The words still lie in this window as those of a new enquiry: until they are sent here (evenhand.js).
    adding.form_attrs = {"data-draft-asked": "yes"}
    trail = [Link(case.reference, case.get_absolute_url())]
    page = {"case": case, "step": step, "form": adding, "trail": trail, "carried": True}
    return render(request, "casework/enquiry_act.html", page)


def _text(form: LogForm) -> str:
    """All that was typed, and what was declared; where it was to go is of the enquiry that is not made."""
    typed = form.cleaned_data
    more = [
        f"{form.fields[name].label}: {_chosen(form, name)}"
        for name in (
            "interest",
            "constituent_name",
            "constituent_contact",
            "constituent_basis",
            "confidential_why",
            "mp_name",
            "external_reference",
        )
        if typed.get(name)
    ]
    return "\n\n".join([typed["subject"], typed["body"], *(["\n".join(more)] if more else [])])


def _chosen(form: LogForm, name: str) -> str:
    """The words of a choice; what was typed as it is."""
    value = form.cleaned_data[name]
    return dict(getattr(form.fields[name], "choices", ())).get(value, value)


def link_if_asked(request: HttpRequest, case: Case) -> None:
    """It was said to be the matter of another member's, too: it is sent, and then linked with theirs."""
    chosen = request.POST.get(FIELD, "")
    if not chosen.startswith(LINK):
        return
    reference = chosen.removeprefix(LINK)[:20].replace("\x00", "")
    other = Case.objects.visible_to(request.user).filter(reference=reference).first()
    try:
        if other is None:
            raise Refused("There is no enquiry with that reference that you may see.")
        actions.link(case=case, by=request.user, other=other, kind="related", reason=NOTICED)
    except Refused as refused:
        messages.warning(request, f"It was sent, and not linked with {reference}: {refused.reason}")
    else:
        messages.success(request, f"It is linked with {reference}.")
