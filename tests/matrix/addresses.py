"""What each address shows, and to which line of protocol/who_sees.toml it belongs: written by hand.

Not read from the views, so that a view whose decorator lets everybody in is found. An address that is not
here fails `test_every_address_has_its_place_in_the_table`.

How it is asked: `reads` answers GET and HEAD, `form` POST besides, `press` POST alone.
"""

from __future__ import annotations

from dataclasses import dataclass

# What is there only for a request that says what it is about, and these say nothing.
NEEDS = "needs words"


@dataclass(frozen=True)
class Use:
    """`of` is an area, or a thing; `action` of a thing is "see" or a verb; `no` how it is refused."""

    of: str
    how: str
    action: str = "see"
    no: int = 403


def _named(of: str, how: str, names: str, **more) -> dict[str, Use]:
    return {name: Use(of, how, **more) for name in names.split()}


def _directory(name: str, verbs: str) -> dict[str, Use]:
    return _named("directories", "form", " ".join(f"{name}-{verb}" for verb in verbs.split()))


def _file(of: str, kind: str) -> dict[str, Use]:
    """The start of an import; the file that was sent is somebody's own (OWN)."""
    sample = {} if kind == "member" else {f"{kind}-import-sample": Use(of, "reads")}
    return {f"{kind}-import": Use(of, "form"), **sample}


AREAS: dict[str, Use] = {
    # Whoever is signed in is led away from the pages of signing in.
    **_named("public", "form", "sign-in account_login mfa_authenticate sign-out"),
    **_named("public", "form", "password-forgotten password-link address-answer"),
    **_named("public", "reads", "health-show help privacy accessibility branding-css"),
    **_named("public", "reads", "password-forgotten-sent"),
    **_named("own_account", "reads", "home account second-step copy-list"),
    **_named("own_account", "form", "password-change mail-edit session-list identity-confirm"),
    **_named("own_account", "form", "second-step-app second-step-codes second-step-give-up"),
    **_named("own_account", "form", "passkey-add"),
    **_named("own_account", "press", "draft-save", action=NEEDS, no=404),
    # Only where the council has a provider: tests/accounts/test_single_sign_on.py walks them.
    **_named("own_account", "form", "connection-add connection-remove", action=NEEDS, no=404),
    **_named("own_account", "form", "connection-confirm", action=NEEDS, no=404),
    **_named("people", "form", "person-connection", action=NEEDS),
    **_named(
        "protocol", "reads", "authority-page sight-page protocol-page adoption-show adoption-text"
    ),
    **_named("protocol", "form", "profile-compare"),
    **_named("casework", "reads", "casework-list casework-all"),
    **_named("work", "reads", "work-list team-list work-pass-on-list"),
    **_named("raising", "form", "enquiry-log"),
    **_named("finding", "reads", "case-find view-list"),
    **_named("finding", "form", "view-add", action=NEEDS),
    **_named("overseeing", "reads", "overview-show case-list demand-list service-portfolio-list"),
    **_named("overseeing", "form", "service-portfolio"),
    **_named("agreeing", "reads", "agreement-list", no=404),
    **_named("agreeing", "form", "agreement-add", no=404),
    **_named("agreeing", "press", "agreement-end", no=404),
    **_named("absence", "reads", "absence-mine", no=404),
    **_named("absence", "form", "absence-mine-add", no=404),
    **_named("directories", "reads", "member-list ward-list group-list committee-list"),
    **_named("directories", "reads", "officer-list service-list absence-list"),
    **_named("directories", "reads", "member-show ward-show group-show committee-show"),
    **_named("directories", "reads", "officer-show service-show"),
    **_directory("member", "add edit end reinstate"),
    **_directory("term", "add edit"),
    **_directory("seat", "add end"),
    **_directory("committee-seat", "add end"),
    **_directory("leadership", "add end"),
    **_directory("portfolio", "add end"),
    **_directory("ward", "add edit end reopen"),
    **_directory("group", "add edit end reopen"),
    **_directory("committee", "add edit end reopen"),
    **_directory("officer", "add edit end"),
    **_directory("service", "add edit merge end"),
    **_directory("absence", "add"),
    **_file("directories", "member"),
    **_file("directories", "officer"),
    **_file("directories", "service"),
    **_file("directories", "absence"),
    **_named("council", "reads", "council-show adoption-list post-list post-show"),
    **_named("council", "reads", "closure-list relationship-list delegation-list"),
    **_named("council", "form", "council-edit mail-hours adoption-add adoption-withdraw"),
    **_named("council", "form", "post-add post-hold holding-end closure-add closure-remove"),
    **_named("council", "form", "relationship-add relationship-end"),
    **_named("council", "form", "delegation-add delegation-edit delegation-end"),
    **_named("council", "reads", "grant-list"),
    **_named("council", "press", "grant-export"),
    **_file("council", "post"),
    **_file("council", "closure"),
    **_named("people", "reads", "person-list person-page"),
    **_named("people", "form", "person-add person-edit person-invite-many person-address"),
    **_named("people", "form", "person-second-step person-disable person-enable"),
    **_named("people", "press", "person-invite"),
    **_named("running", "reads", "operations-show"),
    **_named("ledger", "reads", "ledger-show ledger-verify ledger-script event-list event-page"),
    **_named("ledger", "reads", "event-export-csv event-export-json"),
    **_named("processing", "reads", "processing-show processing-csv"),
    **_named("keeping", "reads", "hold-list erasure-list erasure-show review-list"),
    **_named("keeping", "form", "hold-place hold-lift erasure-add erasure-confirm erasure-close"),
    **_named("keeping", "form", "review-keep review-anonymise retention-edit"),
}

# Once there is a council, nobody sets one up.
# Where the council has no provider, nobody comes in by one.
NOBODY = {
    **_named("nobody", "form", "council-setup single-sign-on", no=404),
    **_named("nobody", "reads", "single-sign-on-return", no=404),
}

# One row of these, and the names (tests/matrix/principals.py) of those for whom it is there. Its area comes
# first: whoever may not come so far is refused as of a page, and to the others it does not exist.
OWN: dict[str, tuple[Use, str]] = {
    # Only for whoever has more than one capacity.
    "capacity-change": (Use("own_account", "form", no=404), "member_and_officer"),
    "draft-delete": (Use("own_account", "press", no=404), "officer"),
    "passkey-remove": (Use("own_account", "form", no=404), "member"),
    "copy-page": (Use("own_account", "reads", no=404), "other_member"),
    "person-address-cancel": (Use("own_account", "press", no=404), "member clerk administrator"),
    "absence-edit": (Use("own_account", "form", no=404), "officer clerk administrator"),
    "absence-remove": (Use("own_account", "form", no=404), "officer clerk administrator"),
    "view-rename": (Use("finding", "form", no=404), "member"),
    "view-remove": (Use("finding", "press", no=404), "member"),
    "passed-list": (Use("work", "reads", no=403), "head chief"),
    "work-pass-on": (Use("work", "reads", no=404), "officer head chief clerk adviser paid_head"),
    **{
        f"{kind}-import-{step}": (Use(area, "form", no=404), "clerk")
        for kind, area in {
            **dict.fromkeys(("member", "officer", "service", "absence"), "directories"),
            **dict.fromkeys(("post", "closure"), "council"),
        }.items()
        for step in ("confirm", "discard")
    },
}

_OFFICERS = """accept answer allocate record_reply record_asking put_right record_addition acknowledge ask hold
    ask_service extend pause resume refer_upward reassign hand_on take_back note link unlink remove_file
    explain_breach close return close_duplicate"""
_MEMBERS = "reply ask_again add withdraw"
_VERBS = f"{_OFFICERS} {_MEMBERS}".split()

THINGS: dict[str, Use] = {
    "case-page": Use("enquiry", "reads", no=404),
    "letter-page": Use("enquiry", "reads", no=404),
    "letter-pdf": Use("enquiry", "reads", no=404),
    "document-open": Use("enquiry", "reads", no=404),
    "demand-flag": Use("enquiry", "form", "flag", no=404),
    "mp-name": Use("enquiry", "form", "name_mp", no=404),
    "copy-agreed": Use("enquiry", "form", "copy_agreed", no=404),
    **{
        f"enquiry-{verb.replace('_', '-')}": Use("enquiry", "form", verb, no=404) for verb in _VERBS
    },
    "contribution-page": Use("contribution", "reads", no=404),
    "contribution-demand": Use("contribution", "form", "flag", no=404),
    "contribution-contribute": Use("contribution", "form", "contribute", no=404),
    "contribution-take-on": Use("contribution", "form", "take_on", no=404),
    "contribution-pass-on": Use("contribution", "form", "pass_on", no=404),
    "contribution-decline": Use("contribution", "form", "decline", no=404),
    "contribution-call-back": Use("contribution", "form", "call_back", no=404),
    "demand-page": Use("demand", "reads", no=404),
    "demand-consider": Use("demand", "form", "consider", no=404),
    "demand-take-back": Use("demand", "form", "take_back", no=404),
}

USES: dict[str, Use] = {
    **AREAS,
    **NOBODY,
    **{name: use for name, (use, _) in OWN.items()},
    **THINGS,
}
