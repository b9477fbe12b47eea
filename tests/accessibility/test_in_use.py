"""By keyboard alone, without JavaScript, and on paper (T15)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page as Screen
from playwright.sync_api import expect

from accounts.models import Person
from casework.models import Case
from tests.accessibility import council
from tests.accessibility.looking import DESK, PHONE, READY
from tests.accessibility.survey import Survey
from tests.factories import PASSWORD

# What a reader can act on. A link that is not shown until it is wanted is reached all the same.
CONTROLS = """() => {
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((one) =>
    !one.disabled && one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}));
  const groups = new Set();
  return all.filter((one) => {
    if (one.type !== "radio") return true;
    const first = !groups.has(one.name);
    groups.add(one.name);
    return first;
  }).map((one, number) => {
    one.dataset.control = one.type === "radio" ? one.name : number;
    if (one.type === "radio") {
      for (const same of document.getElementsByName(one.name)) same.dataset.control = one.name;
    }
    return `${one.dataset.control} ${one.outerHTML.slice(0, 100)}`;
  });
}"""
# How the element that has the focus looks, or the label that is drawn in its place.
DRAWN = """(one) => [one, one.parentElement, one.nextElementSibling].filter(Boolean).flatMap((each) =>
  ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(each, part);
    const outlined = style.outlineStyle !== "none" && !style.outlineColor.endsWith(" 0)");
    return [outlined && style.outlineWidth, style.boxShadow, style.backgroundColor,
      style.borderWidth].join();
  })).join("|")"""
TABBED = f"""() => {{
  const one = document.activeElement, drawn = {DRAWN};
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), focused = drawn(one);
  one.blur();
  const plain = drawn(one);
  one.focus({{preventScroll: true}});
  return {{control: one.dataset.control ?? "", changed: focused !== plain, html: one.outerHTML.slice(0, 120),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth}};
}}"""


@pytest.fixture
def world(site):
    made, who = council.new()
    return council.at_work(made, who), who


def may_sign_in(person: Person) -> None:
    person.set_password(PASSWORD)
    person.save()


def sign_in(screen: Screen, site: str, person: Person) -> None:
    screen.goto(site + reverse("sign-in"))
    screen.get_by_label("Email").fill(person.email)
    screen.get_by_role("textbox", name="Password").fill(PASSWORD)
    screen.get_by_role("button", name="Sign in", exact=True).click()
    expect(screen.get_by_role("button", name="Sign out")).to_be_visible()


def walked_by_tab(screen: Screen, most: int = 250) -> tuple[set[str], list[str]]:
    """The controls that Tab came to until it left the page, and what was wrong on the way."""
    reached, wrong = set(), []
    for _ in range(most):
        screen.keyboard.press("Tab")
        found = screen.evaluate(TABBED)
        if found is None or (found["control"] in reached and "radio" not in found["html"]):
            return reached, wrong
        if not found["changed"]:
            wrong.append(f"no visible focus: {found['html']}")
        if not found["inside"]:
            wrong.append(f"out of sight: {found['html']}")
        reached.add(found["control"])
    return reached, [*wrong, "Tab never leaves the page"]


def test_every_control_of_the_main_pages_is_reached_by_tab_and_shows_it(page, site, world):
    """Seen red with: `tabindex=-1` on the green button; `.eh-tile__link:focus { outline: 0; }` alone."""
    things, who = world
    survey = Survey(page, site)
    given = things["given"].get_absolute_url()
    pages = [
        ("visitor", reverse("sign-in")),
        ("member", reverse("casework-list")),
        ("member", reverse("enquiry-log")),
        ("officer", reverse("work-list")),
        ("officer", given),
        ("clerk", reverse("overview-show")),
    ]
    wrong, count = [], 0
    for role, path in pages:
        survey.client(role, who[role])
        survey.enter(role)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            page.goto(site + path)
            page.evaluate(READY)
            controls = dict(one.split(" ", 1) for one in page.evaluate(CONTROLS))
            reached, faults = walked_by_tab(page)
            missed = [html for key, html in controls.items() if key not in reached]
            label = f"{path} at {size['width']}"
            wrong += [f"{label}: not reached: {html}" for html in missed]
            wrong += [f"{label}: {fault}" for fault in faults]
            count += len(controls)
    print(f"N = {count} controls on {len(pages)} pages at 2 widths")
    assert wrong == [], "\n".join(["", *wrong])


def test_an_enquiry_is_raised_read_and_answered_without_javascript(new_context, site, world):
    things, _ = world
    alice, bob = things.made.alice, things.made.bob
    may_sign_in(alice)
    may_sign_in(bob)
    screen = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    sign_in(screen, site, alice)
    screen.get_by_role("button", name="Raise an enquiry").click()
    screen.get_by_role("button", name="Send the enquiry").click()
    expect(screen.get_by_role("heading", name="There is a problem")).to_be_visible()
    screen.get_by_label("Subject").fill("Loose slab in Quay Street")
    screen.get_by_label("What do you want to know, or to happen?").fill("When will it be laid?")
    screen.get_by_label("Service", exact=True).select_option(label="Highways")
    screen.get_by_label("Ward", exact=True).select_option(label="Harbour")
    screen.get_by_role("button", name="Send the enquiry").click()
    expect(screen.get_by_role("heading", level=1)).to_have_text("Loose slab in Quay Street")
    expect(screen.locator("main")).to_contain_text("When will it be laid?")
    screen.get_by_text("Why this date?").last.click()
    expect(screen.locator("main")).to_contain_text("Received")
    screen.get_by_role("button", name="Sign out").click()
    case = Case.objects.get(subject="Loose slab in Quay Street")
    sign_in(screen, site, bob)
    screen.goto(site + case.get_absolute_url())
    screen.get_by_role("button", name="Take it on").click()
    screen.get_by_role("button", name="Take it on").click()
    screen.get_by_label("Your answer").fill("It is laid on Thursday.")
    # The enquiry began with Alice's draft, in which a resident is named (row 9).
    screen.get_by_label("No", exact=True).check()
    screen.get_by_role("button", name="Send the answer").click()
    expect(screen.locator("main")).to_contain_text("The member has your answer")
    case.refresh_from_db()
    assert case.state == "answered"


def test_what_was_typed_comes_back_without_javascript(new_context, site, world, time_machine):
    """Seen red with: the redirect to the sign-in page that Django's middleware gives."""
    things, _ = world
    bob = things.made.bob
    may_sign_in(bob)
    screen = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    sign_in(screen, site, bob)
    screen.goto(site + reverse("enquiry-answer", args=[things["given"].reference]))
    screen.get_by_label("Your answer").fill("It is laid on Thursday.")
    time_machine.move_to(council.NOW + timedelta(hours=2))
    screen.get_by_role("button", name="Send the answer").click()
    screen.get_by_label("Email").fill(bob.email)
    screen.get_by_role("textbox", name="Password").fill(PASSWORD)
    screen.get_by_role("button", name="Sign in", exact=True).click()
    screen.get_by_role("button", name="Go on with what you typed").click()
    expect(screen.get_by_label("Your answer")).to_have_value("It is laid on Thursday.")
    expect(screen.locator("main")).to_contain_text("nothing has been sent yet")
    screen.get_by_role("button", name="Send the answer").click()
    expect(screen.locator("main")).to_contain_text("It is laid on Thursday.")
    assert Case.objects.get(pk=things["given"].pk).state == "answered"


# Nothing of this is of use on paper.
FURNITURE = (
    "nav, button, input, select, textarea, .govuk-button, .govuk-service-navigation, .eh-account, "
    ".govuk-breadcrumbs, .govuk-back-link, .govuk-skip-link, .eh-demo"
)


@pytest.mark.parametrize("role", ["member", "officer"])
def test_a_printed_case_has_its_words_and_none_of_the_furniture(page, site, world, role):
    """Seen red with: `.eh-case__now` taken out of the print rules."""
    things, who = world
    survey = Survey(page, site)
    survey.client(role, who[role])
    survey.enter(role)
    page.goto(site + things["given"].get_absolute_url())
    page.evaluate(READY)
    page.emulate_media(media="print")
    shown = [one for one in page.locator(FURNITURE).all() if one.is_visible()]
    assert [one.evaluate("(one) => one.outerHTML.slice(0, 120)") for one in shown] == []
    for words in (
        things["given"].reference,
        "Street light in Ash Road",
        "There are three of them.",
        "Thank you. I will look.",
        "What has happened",
    ):
        expect(page.locator("main").get_by_text(words).first).to_be_visible()
    small = "[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() && one.innerText)"
    assert (
        page.evaluate(
            f"() => Math.min(...{small}.map((one) => parseFloat(getComputedStyle(one).fontSize)))"
        )
        >= 13
    ), "smaller than 10 points on paper"
