"""Logging an enquiry: one page. What does not belong here is turned away before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import standing
from accounts.actions import drop_drafts, sending
from accounts.drafts import Place, asked_to_keep
from accounts.permissions import signed_in
from accounts.views.drafts import keep_for_later, tell_sent
from casework import phrases
from casework.enquiries import actions, drafting, logging_rules
from casework.enquiries.forms import NOT_KNOWN, LogForm
from casework.enquiries.views import likely
from casework.models import Case
from council import citations
from council.models import Adoption
from council.posts import resolve
from documents import actions as documents
from frontend.words import day
from protocol.profile import Profile
from protocol.refusals import Refused


@dataclass(frozen=True)
class Door:
    title: str
    holder: str
    email: str


@signed_in
def enquiry_log(request: HttpRequest) -> HttpResponse:
    where = standing.of(request.user)
    if not (where.may("enquiry.raise") or where.may("enquiry.log")):
        raise PermissionDenied
    adoption = Adoption.objects.in_force(timezone.localdate())
    if adoption is None:
        return render(request, "casework/no_protocol.html", status=409)
    place = drafting.place_of_logging(request.user)
    # First of all: nobody is asked to fill in the rest of what is not kept here.
    nature = request.POST.get("nature", "")
    if diverted := _diversion(nature, adoption.profile):
        dropped = _forget(request, place)
        return _diverted(request, diverted, adoption, nature, dropped=dropped)
    about = _about(request) if request.method == "GET" else {}
    form = LogForm(
        request.POST or None,
        request.FILES or None,
        by=request.user,
        profile=adoption.profile,
        initial=about,
    )
    form.offer_draft(place, request.user, afresh=bool(about))
    if asked_to_keep(request):
        kept = _keep(request, form, place, adoption.profile)
        return kept or _page(request, form, adoption.profile)
    form.take_in()
    back = request.POST.get(likely.FIELD) == likely.CHANGE
    sent = request.method == "POST" and form.is_valid() and not back
    logged = _log(request, form, place) if sent else None
    return logged or _page(request, form, adoption.profile)


def _log(request: HttpRequest, form: LogForm, place: Place) -> HttpResponse | None:
    """None where it is refused: the form says why. First it is asked whether it is one that is there."""
    try:
        if page := likely.before_sending(request, form):
            return page
        with sending(place=place, by=request.user, marks=form.draft_marks) as sent:
            case = actions.log(by=request.user, **form.values())
    except Refused as refused:
        form.add_error(None, str(refused))
        if isinstance(refused, logging_rules.SentBefore):
            form.start_afresh()
        return None
    tell_sent(request, _sent(case), sent)
    likely.link_if_asked(request, case)
    # What an officer logs for another service is out of their sight once it is sent.
    seen = Case.objects.visible_to(request.user).filter(pk=case.pk).exists()
    return redirect(case if seen else "home")


def _forget(request: HttpRequest, place: Place) -> bool:
    """What was kept of it before goes: files of an earlier press of the button, and a draft, if there is
    one; that too where the form is only drawn again, and all else is taken back (accounts/kept.py).
    """
    held = request.POST.getlist("held")

    def forget() -> int:
        documents.drop(keys=held, by=request.user)
        return drop_drafts(path=place.path, by=request.user)

    request.all_the_same = forget
    request.drawn_again = ""  # nothing on the page that follows is to be sent
    return bool(forget())


def _keep(
    request: HttpRequest, form: LogForm, place: Place, profile: Profile
) -> HttpResponse | None:
    """For later, unless it is refused here already; what is diverted never comes so far."""
    try:
        logging_rules.may_be_logged(request.POST.get("nature", ""), profile)
    except Refused as refused:
        form.refuse_to_keep(str(refused))
        return None
    return keep_for_later(request, form, place, reverse("home"))


def _page(request: HttpRequest, form: LogForm, profile: Profile) -> HttpResponse:
    warning = profile.levels.instruct_warning
    page = {
        "form": form,
        "profile": profile,
        "levels_cite": citations.cite(warning.clause or "", profile),
    }
    return render(request, "casework/enquiry_log.html", page, status=422 if form.errors else 200)


def _about(request: HttpRequest) -> dict[str, object]:
    """What is known already where it is raised again: `?about=` names a case that they may see."""
    seen = Case.objects.visible_to(request.user).select_related(None)
    case = seen.filter(reference=request.GET.get("about", "")[:20].replace("\x00", "")).first()
    if case is None:
        return {}
    return {
        "member": case.raised_by_id,
        "subject": case.subject,
        "body": f"This is about {case.reference}.\n\n",
        "service": case.service_id,
        "ward": case.ward_id or NOT_KNOWN,
    }


def _sent(case) -> str:
    """What happens next, and when; a letter that lay for weeks can be late already."""
    tense = "was" if case.next_due < timezone.localdate() else "is"
    return (
        f"Enquiry {case.reference} is with {phrases.holder(case)}. "
        f"The answer {tense} due by {day(case.next_due)}."
    )


def _diversion(nature: str, profile: Profile) -> logging_rules.Diverted | None:
    """Where this goes instead. What is refused is said on the form, beside what else is amiss."""
    try:
        logging_rules.may_be_logged(nature, profile)
    except logging_rules.Diverted as diverted:
        return diverted
    except Refused:
        return None
    return None


def _diverted(
    request: HttpRequest,
    diverted: logging_rules.Diverted,
    adoption: Adoption,
    nature: str,
    *,
    dropped: bool,
) -> HttpResponse:
    """Where to go instead. Nothing that was typed is kept, and the page says so."""
    profile = adoption.profile
    own_job = profile.diversions.own_employment
    as_resident = nature == "own_employment" and own_job.own_ward_member_allowed
    page = {
        "dropped": dropped,
        "words": diverted.reason,
        "cite": citations.cite(diverted.clause or "", profile),
        "first": _door(diverted.post_key, profile) if diverted.post_key else None,
        "other": _door(diverted.or_post, profile) if diverted.or_post else None,
        # BrG2.3; Mo51: outside their work, an officer is a resident like any other.
        "as_resident": citations.cite(own_job.citation_of("own_ward_member_allowed"), profile)
        if as_resident
        else None,
    }
    return render(request, "casework/enquiry_diverted.html", page)


def _door(post_key: str, profile: Profile) -> Door:
    """A post to go to, by its title, and who holds it today."""
    post = profile.posts.get(post_key)
    holder = resolve(post_key, on=timezone.localdate(), profile=profile)
    held = holder.holding
    email = held and (held.person.email if held.person_id else held.contact_email)
    return Door(title=post.title if post else "", holder=holder.name, email=email or "")
