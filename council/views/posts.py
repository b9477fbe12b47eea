"""Who holds each post, and who deputises."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts import standing
from accounts.permissions import permission
from accounts.signing_in.confirming import confirmed_form
from council import citations, sight
from council.actions import posts as actions
from council.formpage import form_page, sent
from council.forms import HoldingForm, LastDayForm, PostForm
from council.models import Adoption, Holding, Post
from council.posts import Roster
from council.views.trail import section, trail
from frontend.parts import Column, Link, State
from frontend.words import count, shortday
from frontend.words import day as written

COLUMNS = [Column("Post", primary=True), Column("Holder"), Column("Deputies"), Column("Source")]
HOLDINGS = [
    Column("Name", primary=True),
    Column("Part"),
    Column("From"),
    Column("Until"),
    Column(""),
]
VACANT = State("Vacant", "red")
# Not the same: whoever deputises answers for it.
NO_HOLDER = State("No holder", "yellow")


@permission("council.configure")
def post_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    adoption = Adoption.objects.in_force(today)
    profile = adoption.profile if adoption else None
    roster = Roster.load(on=today, profile=profile)
    posts = list(Post.objects.all())
    named = [post for post in posts if profile and post.key in profile.posts]
    rows = [_row(post, roster, profile) for post in named]
    others = [_row(post, roster, None) for post in posts if post not in named]
    vacant = [post.title for post in named if not roster.holders(post.key)]
    context = {
        "columns": COLUMNS,
        "rows": rows,
        "others": others,
        "vacant": _vacant(vacant),
        "profile": profile,
        "trail": trail(),
        "section": section(request),
    }
    return render(request, "council/posts.html", context)


def _vacant(titles: list[str]) -> str:
    if not titles:
        return ""
    number = f"{count(len(titles), 'post')} {'is' if len(titles) == 1 else 'are'} vacant"
    return f"{number}. What the protocol sends to a vacant post goes to the last resort instead."


def _row(post: Post, roster: Roster, profile) -> list:
    held = roster.holders(post.key)
    holders = [f"{h.holder_name}, since {shortday(h.since)}" for h in held if not h.deputy_order]
    deputies = [h.holder_name for h in held if h.deputy_order]
    source = citations.cite(profile.posts[post.key].citation, profile) if profile else ""
    return [
        Link(post.title, reverse("post-show", args=[post.key])),
        holders or (NO_HOLDER if deputies else VACANT),
        deputies or "None",
        source,
    ]


@permission("council.configure")
def post_show(request: HttpRequest, key: str) -> HttpResponse:
    """One post: who holds it now, who will, who did."""
    post = get_object_or_404(Post, key=key)
    today = timezone.localdate()
    roster = Roster.load(on=today)
    resolved = roster.resolve(key)
    holdings = list(post.holdings.select_related("person"))
    named = roster.profile.posts.get(key) if roster.profile else None
    current = [h for h in holdings if h.until is None or h.until >= today]
    past = [h for h in holdings if h.until is not None and h.until < today]
    context = {
        "post": post,
        "named": named,
        "may_fill": _may_fill(request, post),
        "cite": citations.cite(named.citation, roster.profile) if named else None,
        "resolved": resolved,
        "same_as": _same_as(named, roster),
        "current": current,
        "next_deputy": min(9, max((h.deputy_order for h in current), default=0) + 1),
        "columns": HOLDINGS,
        "rows": [_holding_row(h, today) for h in current],
        "past": [_holding_row(h, today)[:-1] for h in past],
        "past_columns": HOLDINGS[:-1],
        "trail": trail(("Posts", "post-list")),
    }
    return render(request, "council/post.html", context)


def _may_fill(request: HttpRequest, post: Post) -> bool:
    shows = sight.showing(sight.adopted())
    return post.key not in shows or standing.of(request.user).may(sight.OVERSEE)


def _holding_row(holding: Holding, today: date) -> list:
    part = f"Deputy {holding.deputy_order}" if holding.deputy_order else "Holder"
    name = holding.holder_name
    if holding.contact_email:
        name = f"{name} ({holding.contact_email})"
    return [
        name,
        f"{part}, from a later day" if holding.since > today else part,
        written(holding.since),
        written(holding.until) or "Not set",
        Link("End", reverse("holding-end", args=[holding.pk]), f"{holding.holder_name}’s holding"),
    ]


def _same_as(named, roster: Roster) -> str:
    other = named.same_holder_as if named else None
    if other is None:
        return ""
    title = roster.profile.posts[other].title
    return f"Whoever holds the post “{title}” holds this one too, unless you record another."


@permission("council.configure")
@confirmed_form
def post_hold(request: HttpRequest, key: str) -> HttpResponse:
    post = get_object_or_404(Post, key=key)
    today = timezone.localdate()
    holdings = Holding.objects.on(today).filter(post=post).select_related("person", "post")
    back = reverse("post-show", args=[key])
    form = HoldingForm(
        sent(request),
        holdings=holdings,
        initial={"since": today, "deputy_order": request.GET.get("deputy") or 0},
        cancel_href=back,
    )
    return form_page(
        request,
        form,
        act=lambda clean: actions.hold(
            post=post,
            since=clean["since"],
            until=clean["until"],
            deputy_order=clean["deputy_order"],
            instead_of=clean.get("instead"),
            seen=clean["seen"],
            by=request.user,
            **form.holder(),
        ),
        shown=actions.shown(post),
        about=[f"post:{post.pk}"],
        heading=f"Who holds the post of {post.title}?",
        said=_held,
        to=back,
        trail=[*trail(("Posts", "post-list")), Link(post.title, back)],
    )


def _held(holding: Holding) -> str:
    part = f"deputises ({holding.deputy_order})" if holding.deputy_order else "holds it"
    return f"Recorded: {holding.holder_name} {part} from {written(holding.since)}."


@permission("council.configure")
def post_add(request: HttpRequest) -> HttpResponse:
    return form_page(
        request,
        PostForm(sent(request), cancel_href=reverse("post-list")),
        act=lambda clean: actions.add_post(by=request.user, **clean),
        heading="Add a post of your own",
        said="Added. Say next who holds it.",
        to=lambda post: reverse("post-show", args=[post.key]),
        intro="The posts that the protocol names are here already. Add one that only your council "
        "has, so that people can be found by it.",
        trail=trail(("Posts", "post-list")),
    )


@permission("council.configure")
def holding_end(request: HttpRequest, pk: int) -> HttpResponse:
    holding = get_object_or_404(Holding.objects.select_related("post", "person"), pk=pk)
    back = reverse("post-show", args=[holding.post.key])
    return form_page(
        request,
        LastDayForm(sent(request), submit_text="End it on that day", cancel_href=back),
        act=lambda clean: actions.end(holding=holding, by=request.user, **clean),
        shown=actions.ending(holding),
        about=[f"post:{holding.post_id}"],
        heading=f"{holding.holder_name} stops being {holding.post.title}",
        said=lambda ended: f"{ended.holder_name} has it until {written(ended.until)}.",
        to=back,
        consequences=_consequences(holding, timezone.localdate()),
        trail=[*trail(("Posts", "post-list")), Link(holding.post.title, back)],
    )


def _consequences(holding: Holding, today: date) -> list[str]:
    after = [h for h in Roster.load(on=today).holders(holding.post.key) if h.pk != holding.pk]
    found = ["What the post allows them to see and do ends with that day."]
    if after:
        found.append(f"From then on {after[0].holder_name} answers for the post.")
    else:
        found.append(
            "Nobody else holds it: what the protocol sends to this post goes to the last resort."
        )
    return found
