"""The page around every page, and the pages for when something goes wrong."""

import re

import pytest
from django.conf import settings as conf
from django.contrib.staticfiles import finders
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client

TEMPLATES = conf.BASE_DIR / "templates"
OURS = [
    *(TEMPLATES / "components").glob("*.html"),
    *(TEMPLATES / "errors").glob("*.html"),
    *(TEMPLATES / "gds").rglob("*.html"),
    *TEMPLATES.glob("*.html"),
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gallery(settings):
    """Tests here see the gallery and nothing else."""
    settings.ROOT_URLCONF = "tests.frontend.gallery_urls"


@pytest.fixture
def visitor():
    """Somebody whose browser shows the error page instead of a traceback."""
    return Client(raise_request_exception=False)


def test_the_title_begins_with_what_differs(client):
    assert "<title>(7) Your work – " in client.get("/gallery/list").content.decode()
    assert "<title>Log an enquiry – " in client.get("/gallery/form").content.decode()
    assert (
        "<title>Error: Log an enquiry – "
        in client.post("/gallery/form", {"subject": ""}).content.decode()
    )


@pytest.mark.parametrize(
    "address", ["/", "/gallery/case", "/gallery/list", "/gallery/form", "/none"]
)
def test_a_page_has_no_inline_script_or_style(client, address):
    html = client.get(address).content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


def test_nothing_stands_for_the_crown_or_its_typeface():
    for path in OURS:
        assert not re.search(r"crown|crest|Transport|OGL|Open Government", path.read_text()), path


def test_every_static_file_of_a_page_is_there(client):
    html = client.get("/").content.decode()
    files = re.findall(rf'(?:href|src)="{conf.STATIC_URL}([^"]+)"', html)
    assert len(files) >= 8
    missing = [name for name in files if not finders.find(name) and not name.startswith("vendor/")]
    assert missing == []


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/gallery/broken", 500, "Sorry, something went wrong"),
        ("/gallery/forbidden", 403, "You cannot open this page"),
        ("/none", 404, "Page not found"),
    ],
)
def test_what_goes_wrong_says_so_and_what_to_do(visitor, address, status, words):
    answer = visitor.get(address)
    html = answer.content.decode()
    assert answer.status_code == status
    assert f'<h1 class="govuk-heading-l">{words}</h1>' in html
    assert "Go to your home page" in html


def test_a_page_that_is_not_there_looks_like_one_that_you_may_not_see(client):
    assert "/secret" not in client.get("/secret/SCC-2026-0001").content.decode()


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_the_last_resorts_need_no_request_and_no_database(
    name, settings, tmp_path, django_assert_num_queries
):
    """Seen red with: 500.html extending base.html (the manifest look-up fails)."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = conf.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    with django_assert_num_queries(0, connection=connection):
        html = render_to_string(name)
    assert "<h1" in html


def test_a_form_that_cannot_be_checked_gives_the_words_back():
    """Seen red with: Django's own csrf_failure view."""
    browser = Client(enforce_csrf_checks=True)
    typed = {
        "text": "The lights do not <b>change</b>.",
        "password": "a long pass phrase",
        "once": "1",
    }
    html = browser.post(
        "/gallery/form", typed, headers={"origin": "http://testserver"}
    ).content.decode()
    assert "The lights do not &lt;b&gt;change&lt;/b&gt;." in html
    assert "pass phrase" not in html


def test_another_site_puts_no_words_on_our_page():
    """Seen red with: csrf_failure without sent_from_here."""
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(
        "/gallery/form", {"text": "Ring us now"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert "Ring us now" not in answer.content.decode()


def test_what_was_typed_is_still_there_after_an_error(client):
    html = client.post(
        "/gallery/form", {"text": "Typed words", "received_day": "41"}
    ).content.decode()
    assert "Typed words" in html
    assert 'value="41"' in html


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "%00"])
def test_a_page_number_that_means_nothing_shows_a_page(client, page):
    assert client.get(f"/gallery/list?page={page}").status_code == 200
