"""Saving a draft as it is typed, and deleting one. Nobody reaches a draft of anybody else."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import actions, drafts
from accounts.actions.drafts import NewerDraft, NoDraft, Sent, TooFast
from accounts.drafts import MOST_MARKS, Drafted, Place
from accounts.models import Draft
from accounts.permissions import signed_in
from frontend.words import clock, day
from protocol.refusals import Refused

KEPT = "Your draft is saved. Nothing was sent."
FILES = "Files are not kept with it: choose them again when you come back."
INSTEAD = "Press the button again to keep what is on this page in its place."
LEFT = "You have another draft of this, from another window. It was not sent, and it is still kept."
# Of the banner after it: drafts.js may forget what lay in this window.
DONE = "draft-done"


@signed_in
@require_POST
def draft_save(request: HttpRequest) -> HttpResponse:
    """For the script alone (static/js/drafts.js): what happened, in words that it shows."""
    posted = request.POST
    place = drafts.place_at(posted.get("draft_path", ""), request.user)
    if not place.automatic:
        raise Http404
    seen, tried = posted.get("draft_seen", ""), posted.getlist("draft_tried")[:MOST_MARKS]
    version = _number(posted.get("version", ""))
    mark = posted.get("draft_mark", "")
    try:
        draft = actions.save_draft(
            place=place,
            by=request.user,
            posted=posted,
            seen=seen,
            tried=tried,
            mark=mark,
            version=version,
        )
    except (NewerDraft, NoDraft) as refused:
        return JsonResponse({"words": f"Not saved. {refused}", "mark": refused.mark}, status=409)
    except TooFast as refused:
        return JsonResponse({"words": f"Not saved. {refused}"}, status=429)
    except Refused as refused:
        return JsonResponse({"words": f"Not saved. {refused}"}, status=400)
    if draft is None:
        return JsonResponse({"words": "", "mark": ""})
    return JsonResponse({"words": saved(draft), "mark": str(draft.mark)})


def keep_for_later(
    request: HttpRequest, form: Drafted, place: Place, onward: str
) -> HttpResponse | None:
    """What the button for later does, with or without the script; None where the form says why not."""
    try:
        draft = actions.save_draft(
            place=place,
            by=request.user,
            posted=request.POST,
            seen=form.draft_seen,
            tried=form.draft_tried,
            version=_number(request.POST.get("version", "")),
        )
    except (NewerDraft, NoDraft) as refused:
        form.refuse_to_keep(f"It was not saved. {refused} {INSTEAD}")
        form.see_draft(refused.mark)
        return None
    except Refused as refused:
        form.refuse_to_keep(f"It was not saved. {refused}")
        return None
    if draft is None:
        form.refuse_to_keep("There is nothing to save yet. Write something first")
        return None
    until = timezone.localtime(draft.saved_at) + settings.DRAFTS_KEPT
    had_files = bool(request.FILES) or "held" in request.POST
    words = f"{KEPT} It is kept for you alone until {day(until)}."
    messages.success(request, f"{words} {FILES}" if had_files else words, extra_tags=DONE)
    return redirect(onward)


def tell_sent(request: HttpRequest, words: str, sent: Sent) -> None:
    """The banner after a sending, and that a draft stayed which the page had not seen."""
    messages.success(request, words, extra_tags=DONE)
    if sent.left:
        messages.info(request, LEFT)


def saved(draft: Draft) -> str:
    return f"Draft saved at {clock(timezone.localtime(draft.saved_at))}"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@signed_in
@require_POST
def draft_delete(request: HttpRequest, key) -> HttpResponse:
    draft = get_object_or_404(Draft.objects.visible_to(request.user), key=key)
    actions.delete_draft(draft=draft)
    messages.success(request, "The draft is deleted. Nothing was sent.")
    try:
        drafts.place_at(draft.path, request.user)
    except Http404:
        return redirect("home")
    return redirect(draft.path)
