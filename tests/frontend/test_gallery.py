"""The gallery in a real browser: axe finds nothing, nothing is cut off, and no script is needed."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ADDRESSES = [
    "/",
    "/gallery/case",
    "/gallery/list?state=open&ward=1&page=2",
    "/gallery/form",
    "/none",
]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, settings):
    """The gallery's address."""
    settings.ROOT_URLCONF = "tests.frontend.gallery_urls"
    settings.ALLOWED_HOSTS = ["*"]
    return live_server.url


def faults(page) -> list[str]:
    """What axe finds on the page. It runs through the debugger, as our CSP refuses its script."""
    source = (
        AXE.read_text(encoding="utf-8")
        + f";axe.run(document,{{runOnly:{{type:'tag',values:{json.dumps(RULES)}}}}})"
        + ".then(r=>JSON.stringify(r.violations.map(v=>v.id+' '+v.nodes[0].html)))"
    )
    session = page.context.new_cdp_session(page)
    answer = session.send(
        "Runtime.evaluate", {"expression": source, "awaitPromise": True, "returnByValue": True}
    )
    return json.loads(answer["result"]["value"])


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_no_axe_violation_and_nothing_is_cut_off(page, site, address, width):
    said = []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + address)
    page.wait_for_function("document.body.classList.contains('govuk-frontend-supported')")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [words for words in said if "404" not in words] == []


def test_an_error_takes_the_focus_and_leads_to_what_must_be_mended(page, site):
    page.goto(f"{site}/gallery/form")
    page.get_by_role("button", name="Raise the enquiry").click()
    summary = page.locator(".govuk-error-summary")
    summary.wait_for()
    page.wait_for_function("document.activeElement.className.includes('govuk-error-summary')")
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Select an answer to “How did it reach you?”").click()
    assert page.evaluate("document.activeElement.id") == "id_came_by"
    assert faults(page) == []


def test_a_form_is_sent_once_however_often_the_button_is_pressed(page, site):
    """Seen red with: evenhand.js without the submit listener."""
    page.goto(f"{site}/gallery/form")
    sent = page.evaluate(
        """() => {
          let sent = 0;
          const form = document.querySelector("form[method=post]");
          window.addEventListener("submit", (event) => {
            if (!event.defaultPrevented) sent += 1;
            event.preventDefault();
          });
          for (let n = 0; n < 3; n += 1) form.requestSubmit();
          return sent;
        }"""
    )
    assert sent == 1


def test_filters_stand_open_on_a_desk_and_fold_away_on_a_phone(page, site):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/gallery/list")
    assert page.get_by_role("button", name="Apply filters").is_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("button", name="Apply filters").wait_for(state="hidden")
    page.get_by_text("Filter this list").click()
    assert page.get_by_role("button", name="Apply filters").is_visible()


def test_nothing_needs_a_script(new_context, site):
    page = new_context(java_script_enabled=False).new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/gallery/form")
    assert not page.get_by_label("Which number may we ring back?").is_visible()
    page.get_by_label("Phone", exact=True).check()
    assert page.get_by_label("Which number may we ring back?").is_visible()
    page.get_by_label("Subject").fill("Lights")
    page.get_by_role("button", name="Raise the enquiry").click()
    assert page.get_by_role("heading", name="There is a problem").is_visible()
    assert page.get_by_label("Subject").input_value() == "Lights"
    page.goto(f"{site}/gallery/list")
    page.get_by_label("Words").fill("lights")
    page.get_by_role("button", name="Apply filters").click()
    assert page.get_by_role("link", name="Remove this filter: Words, lights").is_visible()


def test_a_keyboard_reaches_the_words_of_the_page_first(page, site):
    page.goto(f"{site}/gallery/case")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()
