"""Every address of the product, and how to fill it: the table that the tests of accessibility read.

A new address must be added here: `test_every_address_stands_in_the_table` says which.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from casework.contributions.steps import STEPS as CONTRIBUTION_STEPS
from casework.enquiries.steps import STEPS
from tests.accessibility.council import Things
from tests.importing import KINDS

# In a query: the service that takes over, and what was ticked.
IN_QUERIES = ("successor", "due")


@dataclass(frozen=True)
class Page:
    """One address. `about` names the things in its path; `nothing` says why its form is not sent empty."""

    name: str
    about: tuple[str, ...] = ()
    query: str = ""
    nothing: str = ""

    def path(self, things: Things) -> str:
        path = reverse(self.name, args=[things.argument(one) for one in self.about]) + self.query
        for name in IN_QUERIES:
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", str(getattr(things.found[name], "pk", "")))
        return path

    def __str__(self) -> str:
        return " ".join((self.name, *self.about)) + self.query


# Addresses that show no page when they are asked for.
NO_PAGE = {
    "account_login": "another name of sign-in, which django-allauth looks for",
    "adoption-text": "the profile's own text, to keep",
    "letter-pdf": "a file to keep; its structure is asked for in tests/casework/test_letters.py",
    "agreement-end": "takes a post only: a button on the list",
    "branding-css": "a style sheet",
    "document-open": "a file to keep",
    "event-export-csv": "a file to keep",
    "event-export-json": "a file to keep",
    "ledger-script": "a file to keep",
    "draft-delete": "takes a post only: a button beside the draft",
    "draft-save": "takes a post only: for the script of a form",
    "demo-sign-in": "takes a post only: a button of the sign-in page",
    "grant-export": "takes a post only, and is a file to keep: a button on the list",
    "health-show": "read by machines",
    "processing-csv": "a file to keep",
    "single-sign-on-return": "leads on, whatever came back",
    "connection-confirm": "takes a post only: a button of the page that asks again who is there",
    "member-import-discard": "takes a post only: a button on the preview",
    **{f"{kind}-import-discard": "takes a post only: a button on the preview" for kind in KINDS},
    **{f"{kind}-import-sample": "a file to keep" for kind in KINDS},
    "person-address-cancel": "takes a post only: a button on the person's page",
    "person-invite": "takes a post only: a button on the person's page",
    "view-remove": "takes a post only: a button on the list of one's views",
    "sign-out": "takes a post only: a button of the header",
}
SENT_ANYWAY = "every answer is optional, so an empty form is a good one"
# What each verb is shown with. A verb that an enquiry is not ready for says so.
CASES = {
    "accept": ("received", "given"),
    "answer": ("given", "late", "closed", "resident"),
    "allocate": ("received",),
    "reply": ("asked",),
    "record_reply": ("asked",),
    "resume": ("paused",),
    "explain_breach": ("unexplained", "late"),
    "close": ("answered", "closed"),
    "ask_again": ("answered", "closed", "old answer"),
    "record_asking": ("answered",),
    "put_right": ("answered",),
    "return": ("given",),
    "unlink": ("linked", "given"),
    "close_duplicate": ("repeated", "given"),
    "hand_on": ("given", "again"),
    "take_back": ("handed on", "given"),
    "remove_file": ("given", "answered"),
}
OPTIONAL = {"withdraw", "resume", "accept"}


def _verbs() -> list[Page]:
    return [
        Page(f"enquiry-{verb.replace('_', '-')}", (case,), nothing=SENT_ANYWAY * (verb in OPTIONAL))
        for verb in STEPS
        for case in CASES.get(verb, ("given",))
    ]


def _entries() -> list[Page]:
    """Wards, groups and committees."""
    found = []
    for kind in ("ward", "group", "committee"):
        found += [Page(f"{kind}-list"), Page(f"{kind}-add")]
        found += [Page(f"{kind}-{verb}", (kind,)) for verb in ("show", "edit", "end")]
        found += [Page(f"{kind}-reopen", (f"past {kind}",))]
    return [*found, Page("ward-show", ("empty ward",)), Page("ward-show", ("past ward",))]


# What a council that has only just begun has nothing to show on.
EMPTY = tuple(
    Page(name)
    for name in [
        "home",
        "work-list",
        "team-list",
        "work-pass-on-list",
        "casework-list",
        "casework-all",
        "case-list",
        "copy-list",
        "overview-show",
        "council-show",
        "adoption-list",
        "post-list",
        "closure-list",
        "relationship-list",
        "delegation-list",
        "member-list",
        "ward-list",
        "group-list",
        "committee-list",
        "officer-list",
        "service-list",
        "absence-list",
        "absence-mine",
        "person-list",
    ]
)
DOORS = (
    Page("sign-in"),
    Page("sign-in", query="?next=/cases/"),
    Page("password-forgotten"),
    Page("password-forgotten-sent"),
    Page("password-link", ("uid", "spent")),
    Page("address-answer"),
    Page("help"),
    Page("privacy"),
    Page("accessibility"),
    Page("demo-mail"),
    Page("demo-mail-page", ("mail",)),
)
CASEWORK = (
    Page("home"),
    Page("work-list"),
    Page("work-list", query="?page=2"),
    Page("work-list", query="?words=nothing-like-it&due=late"),
    Page("team-list"),
    Page("passed-list"),
    Page("work-pass-on-list"),
    Page("work-pass-on", ("officer",)),
    Page("work-pass-on", ("gone officer",)),
    Page("casework-list"),
    Page("casework-all"),
    Page("case-find"),
    Page("case-find", query="?q=street"),
    Page("case-find", query="?q=nothing-like-it&state=closed"),
    Page("case-find", query="?q=the"),
    Page("case-find", query="?q=" + "long" * 60),
    Page("view-list"),
    Page("view-add", query="?list=case-list&figure=overdue"),
    Page("view-rename", ("saved view",)),
    Page("overview-show"),
    Page("case-list"),
    Page("case-list", query="?figure=overdue"),
    Page("case-list", query="?figure=asked_again"),
    *(
        Page("case-page", (case,))
        for case in [
            "received",
            "given",
            "asked",
            "paused",
            "extended",
            "late",
            "unexplained",
            "answered",
            "old answer",
            "again",
            "closed",
            "returned",
            "withdrawn",
            "contributes",
            "contributed to",
            "demanded",
            "linked",
            "duplicate",
            "handed on",
            "resident",
        ]
    ),
    *(
        Page("letter-page", (case, "1"))
        for case in ("given", "extended", "answered", "confidential")
    ),
    *(
        Page("contribution-page", (one,))
        for one in ("contribution", "in the queue", "contributed", "called back")
    ),
    *(
        Page(
            f"contribution-{verb.replace('_', '-')}",
            (one,),
            nothing=SENT_ANYWAY * (verb in ("take_on", "call_back")),
        )
        for verb in CONTRIBUTION_STEPS
        for one in ("contribution", "contributed")
    ),
    Page("demand-list"),
    Page("demand-flag", ("given",)),
    Page("demand-flag", ("demanded",)),
    Page("contribution-demand", ("contribution",)),
    *(Page("demand-page", (one,)) for one in ("demand", "demand considered", "demand taken back")),
    *(
        Page(name, (one,), nothing=SENT_ANYWAY * (name == "demand-take-back"))
        for name in ("demand-consider", "demand-take-back")
        for one in ("demand", "demand considered")
    ),
    Page("copy-list"),
    Page("copy-page", ("copy",)),
    Page("enquiry-log"),
    *_verbs(),
)
COUNCIL = (
    Page("operations-show"),
    Page("ledger-show"),
    Page("ledger-verify"),
    Page("event-list"),
    Page("event-list", query="?about=case"),
    Page("event-list", query="?verb=settings_changed"),
    Page("event-list", query="?since_day=31&since_month=2&since_year=2026"),
    Page("event-page", ("event",)),
    Page("council-show"),
    Page("council-edit"),
    Page("mail-hours", nothing=SENT_ANYWAY),
    Page("protocol-page"),
    Page("profile-compare"),
    Page("profile-compare", query="?show=all&against=weston&against=bracknell"),
    Page("profile-compare", query="?show=all"),
    Page("adoption-list"),
    Page("adoption-add"),
    Page("adoption-show", ("adoption",)),
    Page("adoption-show", ("next adoption",)),
    Page("adoption-withdraw", ("next adoption",)),
    Page("post-list"),
    Page("post-add"),
    Page("post-show", ("post",)),
    Page("post-hold", ("post",)),
    Page("holding-end", ("holding",)),
    Page("closure-list"),
    Page("closure-add"),
    Page("closure-remove", ("closure",)),
    Page("relationship-list"),
    Page("relationship-add"),
    Page("relationship-end", ("relationship",)),
    Page("delegation-list"),
    Page("delegation-add"),
    Page("delegation-edit", ("delegation",), nothing=SENT_ANYWAY),
    Page("delegation-end", ("delegation",)),
)
IMPORTS = tuple(
    page
    for kind in KINDS
    for page in (Page(f"{kind}-import"), Page(f"{kind}-import-confirm", (f"{kind} upload",)))
)
RECORDS = (
    Page("processing-show"),
    Page("review-list"),
    Page("review-keep", query="?about=case:{due}"),
    Page(
        "review-anonymise",
        query="?about=case:{due}",
        nothing="a red button, and nothing to fill in",
    ),
    Page("retention-edit", nothing=SENT_ANYWAY),
    Page("hold-list"),
    Page("hold-place", query="?about=case:{due}"),
    Page("hold-lift", ("hold",)),
    Page("erasure-list"),
    Page("erasure-add"),
    Page("erasure-show", ("erasure",)),
    Page(
        "erasure-confirm",
        ("erasure",),
        query="?about=case:{due}&extent=all",
        nothing="a red button, and nothing to fill in",
    ),
    Page("erasure-close", ("erasure",)),
    Page("case-page", ("held",)),
    Page("case-page", ("erased",)),
)
MEMBERS = (
    Page("member-list"),
    Page("member-list", query="?words=nobody-of-that-name"),
    Page("member-add"),
    Page("member-show", ("member",)),
    Page("member-show", ("left member",)),
    Page("member-edit", ("member",)),
    Page("member-end", ("member",)),
    Page("member-reinstate", ("left member",)),
    Page("member-import"),
    Page("member-import-confirm", ("upload",)),
    Page("term-add", ("member",)),
    Page("term-edit", ("term",)),
    *(
        page
        for kind in ("seat", "committee-seat", "leadership", "portfolio")
        for page in (
            Page(f"{kind}-add", ("member",)),
            Page(f"{kind}-end", (kind.replace("-", " "),)),
        )
    ),
    Page("leadership-add", ("groupless",)),
    *_entries(),
)
OFFICERS = (
    Page("officer-list"),
    Page("officer-add"),
    Page("officer-show", ("officer",)),
    Page("officer-show", ("gone officer",)),
    Page("officer-edit", ("officer",)),
    Page("officer-end", ("officer",)),
    Page("service-list"),
    Page("service-add"),
    Page("service-show", ("service",)),
    Page("service-show", ("merged service",)),
    Page("service-edit", ("service",)),
    Page("service-merge", ("service",)),
    Page("service-merge", ("service",), query="?into={successor}"),
    Page("service-end", ("service",)),
    Page("service-end", ("service",), query="?into={successor}"),
    Page("absence-list"),
    Page("absence-add"),
    Page("absence-mine"),
    Page("absence-mine-add"),
    Page("absence-edit", ("absence",)),
    Page("absence-remove", ("absence",)),
)
PEOPLE = (
    Page("account"),
    Page("authority-page"),
    Page("sight-page"),
    Page("grant-list", nothing="filters, and a button"),
    Page(
        "grant-list", query="?q=nobody-of-that-name&role=&state=", nothing="filters, and a button"
    ),
    Page("password-change"),
    Page("mail-edit"),
    Page("second-step"),
    Page("identity-confirm"),
    Page("person-list"),
    Page("person-list", query="?words=nobody-of-that-name"),
    Page("person-invite-many"),
    Page("person-add"),
    Page("person-page", ("alice",)),
    Page("person-page", ("never",)),
    Page("person-page", ("disabled",)),
    Page("person-page", ("moving",)),
    Page("person-address", ("moving",)),
    Page("person-edit", ("alice",)),
    Page("person-disable", ("alice",)),
    Page("person-enable", ("disabled",)),
)
# Shown only at one moment: `tests/accessibility/moments.py` brings each about.
MOMENTS = {
    "council-setup",
    "capacity-change",
    "agreement-list",
    "agreement-add",
    "service-portfolio-list",
    "service-portfolio",
    "copy-agreed",
    "mp-name",
    "mfa_authenticate",
    "passkey-add",
    "passkey-remove",
    "person-second-step",
    "second-step-app",
    "second-step-codes",
    "second-step-give-up",
    "session-list",
    "single-sign-on",
    "connection-add",
    "connection-remove",
    "person-connection",
}
PAGES = (*DOORS, *CASEWORK, *COUNCIL, *RECORDS, *MEMBERS, *OFFICERS, *PEOPLE, *IMPORTS)
