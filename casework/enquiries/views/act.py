"""One page for every verb: authorise, form, one action, redirect. `steps.py` says which."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import refusals
from accounts.actions import sending
from accounts.drafts import asked_to_keep
from accounts.permissions import signed_in
from accounts.views.drafts import keep_for_later, tell_sent
from casework import links, reading, receiving
from casework.contributions import on_case
from casework.enquiries import action_forms, doors, drafting, rules
from casework.enquiries.steps import STEPS, Step
from casework.models import Case
from casework.scope import side
from documents.forms import WithFiles
from frontend.failures import words_typed
from frontend.parts import Link
from protocol.refusals import Refused


@signed_in
def enquiry_act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    try:
        return _act(request, reference, verb)
    except Http404:
        typed = words_typed(request)
        if not typed:
            raise
        request.drawn_again = ""  # nothing on this page can be sent
        # The same for a case that was passed on and for one that never was, so that neither is learned.
        page = {"typed": typed, "files": bool(request.FILES)}
        return render(request, "casework/enquiry_gone.html", page, status=404)


def _act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    case = _found(request, reference)
    step = STEPS[verb]
    initial = {"room": request.GET.get("room", "")} if verb == "hand_on" else {}
    form = _form_of(step, case, verb)(
        request.POST or None, request.FILES or None, case=case, by=request.user, initial=initial
    )
    place = drafting.offer(form, case, request.user, verb)
    _begin(form, _given(request, case, verb))
    try:
        rules.may(verb, case=case, by=request.user, on=timezone.localdate())
        rules.ready(verb, case=case, on=timezone.localdate())
    except Refused as refused:
        refusals.noted(request, refused)
        status = 409 if form.is_bound else 200
        changed = _changed(request, case)
        return _page(request, case, step, form, refused=refused, changed=changed, status=status)
    if place and asked_to_keep(request):
        kept = keep_for_later(request, form, place, case.get_absolute_url())
        return kept or _page(request, case, step, form, status=409)
    if isinstance(form, WithFiles):
        form.take_in()
    if not form.is_valid():
        return _page(request, case, step, form)
    try:
        marks = {"marks": form.draft_marks, "besides": form.draft_besides}
        with sending(place=place, by=request.user, **marks) as sent:
            step.action(case=case, by=request.user, **form.values())
    except Refused as refused:
        return _not_done(request, reference, step, verb, refused, form.data)
    tell_sent(request, step.done(case), sent)
    # Passing it on can take it out of sight of whoever passed it.
    seen = Case.objects.visible_to(request.user).filter(pk=case.pk).exists()
    return redirect(case.get_absolute_url() if seen else reverse("home"))


def _found(request: HttpRequest, reference: str) -> Case:
    cases = Case.objects.visible_to(request.user).for_page(request.user)
    case = get_object_or_404(cases, reference=reference)
    links.look(case, request.user)
    receiving.look(case, request.user)
    reading.on_record(request, case, *(one.other for one in case.linked))
    return case


def _given(request: HttpRequest, case: Case, verb: str) -> str:
    """An answer can begin with the words of another service: "Use in your answer"; and what is returned or
    answered, with those for what it really is.
    """
    if verb in ("return", "answer") and (door := request.GET.get("door", "")):
        return doors.words(case, door, timezone.localdate())
    key = request.GET.get("use", "")
    if verb != "answer" or not key:
        return ""
    return on_case.given(case, key, side(case, request.user))


def _begin(form: action_forms.ActionForm, words: str) -> None:
    """With those words; below what this person has written already, and once."""
    name = "text" if "text" in form.fields else "reason"
    draft = (form.initial.get(name) or "").strip()
    if words and words not in draft.replace("\r\n", "\n"):
        form.initial[name] = "\n\n".join(filter(None, [draft, words]))


def _form_of(step: Step, case: Case, verb: str) -> type[action_forms.ActionForm]:
    """An answer can be copied only where the protocol lets officers copy at all."""
    if verb == "answer" and case.profile.copying.rule.may_copy != "not_by_officers":
        return action_forms.AnswerWithCopiesForm
    return step.form


def _not_done(
    request, reference: str, step: Step, verb: str, refused: Refused, sent: QueryDict
) -> HttpResponse:
    """The page again with everything that was typed, and what changed where somebody was first."""
    refusals.noted(request, refused)
    case = _found(request, reference)
    typed = sent.copy()
    changed = _changed(request, case)
    typed["version"] = str(case.version)
    form = _form_of(step, case, verb)(typed, case=case, by=request.user)
    drafting.offer(form, case, request.user, verb)
    form.is_valid()
    form.add_error(None, str(refused))
    return _page(request, case, step, form, changed=changed, status=409)


def _changed(request: HttpRequest, case: Case) -> list[str]:
    """What happened since the person opened the page that they send; nothing where it is as they saw it."""
    seen = request.POST.get("version", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10) or int(seen) == case.version:
        return []
    return drafting.since(case, request.user, int(seen))


def _page(request, case: Case, step: Step, form, *, status: int = 200, **context) -> HttpResponse:
    form.cancel_href = case.get_absolute_url()
    trail = [Link(case.reference, case.get_absolute_url())]
    page = {"case": case, "step": step, "form": form, "trail": trail, **context}
    page["files"] = bool(request.FILES)
    return render(request, step.template, page, status=status)
