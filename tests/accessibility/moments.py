"""Pages that come only of what somebody did: brought about one by one, and looked at."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.test import override_settings
from django.urls import reverse

from accounts import actions, links
from accounts.pictures import waiting_of
from casework.models import ServicePortfolio
from council.models import Adoption
from members.models import Portfolio
from protocol import profile
from tests.accessibility.council import TODAY, Things
from tests.accessibility.pages import SENT_ANYWAY, Page
from tests.accessibility.survey import Survey
from tests.accounts import councils_provider
from tests.accounts.second_steps import give_app, give_passkey
from tests.casework.making import hold, with_bob
from tests.factories import (
    PASSWORD,
    AdoptionFactory,
    MemberFactory,
    OfficerFactory,
    profile_text,
)


def before_there_is_a_council(survey: Survey) -> None:
    survey.be("visitor")
    survey.go(reverse("sign-in"), "sign-in before there is a council")
    survey.go(reverse("council-setup"), "council-setup")
    survey.send_empty("council-setup")


def at_the_door(survey: Survey, things: Things) -> None:
    """The link of an invitation, a wrong password, what is not there, what breaks."""
    screen = survey.screen
    survey.be("visitor")
    survey.go(urlsplit(links.link_for(things["alice"])).path, "password-link")
    survey.send_empty("password-link")
    answer = urlsplit(links.address_link(waiting_of(things["moving"])))
    survey.go(f"{answer.path}?{answer.query}", "address-answer with a change that waits")
    survey.go(reverse("sign-in"), "sign-in")
    screen.get_by_label("Email").fill("nobody@example.org")
    screen.get_by_role("textbox", name="Password").fill("not the password")
    survey.press("Sign in")
    survey.is_refused("sign-in with a wrong password")
    for path in ("/no-such-page/", reverse("test-broken"), reverse("test-unreadable")):
        survey.go(path, path)
    survey.be("member")
    survey.go("/no-such-page/", "an address that is not there, as member")


def while_working(survey: Survey, things: Things) -> None:
    """Sent from a page that is out of date, without its token, or to another door."""
    screen, note = survey.screen, reverse("enquiry-note", args=[things["given"].reference])
    survey.be("officer")
    screen.goto(survey.base + note)
    screen.get_by_label("Your note").fill("Ring them on Monday.")
    screen.evaluate("() => { document.querySelector('main [name=version]').value = '1'; }")
    survey.press("Add the note")
    survey.is_refused("a note on what has changed meanwhile")
    survey.go(
        reverse("document-open", args=[things["waiting file"].key]),
        "document-open of a file that waits for the scanner",
    )
    screen.goto(survey.base + note)
    screen.get_by_label("Your note").fill("Ring them on Tuesday.")
    screen.evaluate("() => document.querySelector('main [name=csrfmiddlewaretoken]').remove()")
    survey.press("Add the note")
    survey.look("a form without its token")
    survey.be("head of service")
    screen.goto(survey.base + reverse("work-pass-on", args=[things.made.bob.officer.pk]))
    screen.get_by_role("button", name="Take all ticks off").click()
    for tick in (0, 1):
        screen.get_by_role("checkbox").nth(tick).check()
    screen.get_by_label("Who is to have what you ticked?").select_option(index=1)
    screen.get_by_label("Why are you passing it on?").fill("They leave on Friday.")
    survey.press("Look it over")
    survey.look("work-pass-on: looked over")
    survey.press("Pass them on")
    survey.look("work-pass-on: done")
    survey.be("member")
    log = reverse("enquiry-log")
    for nature in ("political", "whistleblowing", "council"):
        screen.goto(survey.base + log)
        screen.get_by_label("Subject").fill("Skips")
        screen.get_by_label("What do you want to know, or to happen?").fill(
            "When are they emptied?"
        )
        screen.get_by_label("Ward", exact=True).select_option(label="Not known")
        screen.evaluate(f"() => {{ document.querySelector('[value={nature}]').checked = true; }}")
        survey.press("Send the enquiry")
        survey.look(f"enquiry-log: {nature}")
    screen.goto(survey.base + log)
    screen.get_by_label("Subject").fill("Hedge at the corner again")
    screen.get_by_label("What do you want to know, or to happen?").fill("It has grown.")
    screen.get_by_label("Ward", exact=True).select_option(label="Not known")
    survey.press("Send the enquiry")
    survey.look("enquiry-log: is it one of these?")
    screen.get_by_role("button", name="It is this one: add to it").first.click()
    survey.look("enquiry-log: what was typed goes with it")


def signed_out_while_typing(survey: Survey, things: Things) -> None:
    """The sign-in page that carries what was typed, and what follows it."""
    screen, bob = survey.screen, things.made.bob
    bob.set_password(PASSWORD)
    bob.save()

    def sign_in() -> None:
        screen.get_by_label("Email").fill(bob.email)
        screen.get_by_role("textbox", name="Password").fill(PASSWORD)
        survey.press("Sign in")

    survey.be("visitor")
    screen.goto(survey.base + reverse("sign-in"))
    sign_in()
    screen.goto(survey.base + reverse("enquiry-note", args=[things["given"].reference]))
    screen.get_by_label("Your note").fill("Ring them on Wednesday.")
    screen.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    survey.press("Add the note")
    survey.look("sign-in with what was typed")
    sign_in()
    survey.look("signed in again")
    survey.press("Go on with what you typed")
    survey.look("a form that is drawn again")
    if screen.get_by_label("Your note").input_value() != "Ring them on Wednesday.":
        survey.wrong.append("what was typed is not there again")


def with_single_sign_on(survey: Survey, things: Things) -> None:
    """What a council with a provider of its own is shown besides."""
    screen, dev, other = survey.screen, things.made.dev, things["alice"]
    dev.set_password(PASSWORD)
    dev.save()
    provider, server = councils_provider.started()
    with override_settings(**councils_provider.offered(provider.issuer)):
        actions.connect(person=other, subject="other-there")
        survey.be("visitor")
        survey.go(reverse("sign-in"), "sign-in with a provider")
        # An answer without a page: the one that leads there stays open, to be looked at.
        screen.route(f"{provider.issuer}/**", lambda route: route.fulfill(status=204))
        survey.press("Sign in with your council account")
        survey.look("single-sign-on")
        screen.unroute(f"{provider.issuer}/**")
        screen.goto(survey.base + reverse("sign-in"))
        screen.get_by_label("Email").fill(dev.email)
        screen.get_by_role("textbox", name="Password").fill(PASSWORD)
        survey.press("Sign in")
        for name in ("account", "connection-add"):
            survey.go(reverse(name), f"{name} of whoever is not connected")
        for name in ("person-page", "person-connection"):
            survey.go(reverse(name, args=[other.pk]), f"{name} of whoever is connected")
        actions.connect(person=dev, subject="dev-there")
        for name in ("account", "connection-remove", "identity-confirm"):
            survey.go(reverse(name), f"{name} of whoever is connected")
    server.shutdown()
    server.server_close()


def with_a_second_step(survey: Survey, things: Things) -> None:
    """What is shown to whoever has just said who they are: setting a second step up, using it, losing it."""
    screen, dev, other = survey.screen, things.made.dev, things["alice"]
    for person in (dev, other):
        person.set_password(PASSWORD)
        person.save()
    survey.be("visitor")
    screen.goto(survey.base + reverse("sign-in"))
    screen.get_by_label("Email").fill(dev.email)
    screen.get_by_role("textbox", name="Password").fill(PASSWORD)
    survey.press("Sign in")
    for name in ("second-step-app", "passkey-add"):
        survey.go(reverse(name), name)
        survey.send_empty(name)
    survey.go(reverse("session-list"), "session-list with a browser in it")
    survey.go(reverse("second-step-codes"), "second-step-codes of whoever has none")
    passkey = give_passkey(dev)
    give_app(dev)
    for name in ("account", "second-step", "second-step-codes", "second-step-give-up"):
        survey.go(reverse(name), f"{name} of whoever has an app and a passkey")
    survey.go(reverse("second-step-codes"), "second-step-codes that were shown")
    survey.go(reverse("passkey-remove", args=[passkey.pk]), "passkey-remove")
    give_app(other)
    for name in ("person-page", "person-second-step"):
        survey.go(reverse(name, args=[other.pk]), f"{name} of whoever has a second step")
    screen.context.clear_cookies()
    screen.goto(survey.base + reverse("sign-in"))
    screen.get_by_label("Email").fill(dev.email)
    screen.get_by_role("textbox", name="Password").fill(PASSWORD)
    survey.press("Sign in")
    survey.look("mfa_authenticate with a passkey or a code")
    survey.send_empty("mfa_authenticate")


def with_two_capacities(survey: Survey, things: Things) -> None:
    """Somebody who is a member and an officer: what they act as, and a form of the other capacity."""
    screen = survey.screen
    both = MemberFactory(person__name="Bo Both", person__password=PASSWORD).person
    OfficerFactory(person=both, service=things.made.highways, job_title="Inspector")
    screen.context.clear_cookies()
    screen.goto(survey.base + reverse("sign-in"))
    screen.get_by_label("Email").fill(both.email)
    screen.get_by_role("textbox", name="Password").fill(PASSWORD)
    survey.press("Sign in")
    survey.look("home of whoever has two capacities")
    survey.go(reverse("capacity-change"), "capacity-change")
    screen.get_by_label("As Inspector, Highways").check()
    survey.press("Change")
    survey.look("home after a change of capacity")
    survey.go("/nowhere/", "a page that is not there for whoever has two capacities")
    survey.go(reverse("enquiry-log"), "enquiry-log of an officer who is a member")
    screen.get_by_label("Subject").fill("A light that is out")
    screen.evaluate("() => { document.querySelector('main [name=acting_as]').value = 'member' }")
    survey.press("Send the enquiry")
    survey.look("a form that was drawn in another capacity")


def of_the_directory(survey: Survey) -> None:
    """A file that is no list, and a protocol that would change things or has faults."""
    screen = survey.screen
    survey.be("clerk")
    screen.goto(survey.base + reverse("member-import"))
    page = {"name": "members.csv", "mimeType": "text/csv", "buffer": b"<html>Sign in</html>"}
    screen.locator("main [type=file]").set_input_files([page])
    survey.press("Show what would change")
    survey.is_refused("member-import of what is no list")
    for name, text in (("faulty", "title = 3\n"), ("weston", profile_text("weston"))):
        screen.goto(survey.base + reverse("adoption-add"))
        screen.get_by_label("Our own").check()
        screen.get_by_label("Or paste its text").fill(text)
        screen.get_by_label("Who adopted it?").fill("Full Council")
        survey.press("Continue")
        survey.look(f"adoption-add: {name}")


def copied_by_rule(things: Things) -> list[Page]:
    """What an MP raised: its copy waits until whoever wrote was asked."""
    asked = {"mp_name": "Jo Mills", "confidential": True, "confidential_why": "Health"}
    # Whoever wrote is asked about whoever holds it.
    member = MemberFactory(person__name="Hetty Holder")
    Portfolio.objects.create(name="Roads", member=member, since=TODAY)
    ServicePortfolio.objects.create(service=things.made.highways, name="Roads")
    case = with_bob(things.made, subject="Kerbs", significance="routine", now=None, **asked)
    things.found["raised by an MP"] = case
    things.found["its service"] = case.service or things.made.highways
    return [
        Page("service-portfolio-list"),
        Page("service-portfolio", ("its service",), nothing=SENT_ANYWAY),
        Page("copy-agreed", ("raised by an MP",)),
        Page("mp-name", ("raised by an MP",), nothing=SENT_ANYWAY),
        Page("case-page", ("raised by an MP",)),
    ]


def under_each_protocol(survey: Survey, things: Things, who: dict) -> None:
    """What a protocol asks differs: the forms of enquiries, who agrees to direct contact, its own page."""
    made = things.made
    clerk = made.posts["head_of_paid_service"]
    for post in ("town_clerk", "proper_officer"):
        hold(post, clerk)
    some = {role: who[role] for role in ("member", "officer", "head of paid service")}
    adoption = AdoptionFactory(profile="bristol", in_force_from=TODAY)
    for key in profile.LIBRARY:
        text = profile_text(key)
        Adoption.objects.filter(pk=adoption.pk).update(
            profile_key=key, text=text, digest=Adoption.digest_of(text)
        )
        case = with_bob(made, subject="Skips", factual=False, significance="routine", now=None)
        things.found["case under it"] = case
        pages = [
            Page("enquiry-log"),
            Page("protocol-page"),
            Page("enquiry-answer", ("case under it",)),
        ]
        if key in ("weston", "bracknell"):
            pages += [Page("agreement-list"), Page("agreement-add")]
        if key == "blackpool":
            pages += copied_by_rule(things)
        survey.table(pages, some, things, f"under {key}")
    survey.table([Page("overview-show")], some, things, "with another protocol")
