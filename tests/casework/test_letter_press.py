"""What somebody may have typed, on paper: shown, never run, and set within bounds."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from unicodedata import decomposition

import pypdf
import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.enquiries import actions
from casework.letters import letter, pdf
from casework.letters.press import setting
from council.models import Council
from protocol.refusals import Refused
from tests.casework.letters import (
    answered,
    on_page,
    opened,
    squeezed,
    the,
    with_body,
    words,
)
from tests.casework.making import (
    LONDON,
    NOW,
    World,
    fresh,
    reloaded,
    with_bob,
    world,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(time_machine) -> World:
    time_machine.move_to(NOW)
    return world("bristol")


HOSTILE = (
    '#read("/etc/passwd")',
    '#image("http://127.0.0.1:9/x.png")',
    '#include "letter.typ"',
    '#import "@preview/cetz:0.3.0": *',
    '#eval("1 + 1") $x^2$ *bold* _under_ `code` <label> @ref \\ // c /* d */ ~ -- \'',
    "<img src=file:///etc/passwd> <script>alert(1)</script> <b>bold</b> &amp; &#x27;",
    '<link rel="attachment" href="file:///etc/passwd"> {{ secret }} {% load x %}',
    "= Not a heading",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_typed_is_shown_and_never_run_or_fetched(made, client, text):
    """In the text, the subject and the name alike. Seen red with: `eval(line, mode: "markup")` in the
    template; `|safe` on the page."""
    made.alice.name = f"Alice {text}"[:200]
    made.alice.save()
    case = with_bob(made, subject=text)
    actions.answer(case=case, by=fresh(made.bob), text=f"See: {text}", now=NOW)
    client.force_login(fresh(made.alice))
    paper = squeezed(words(opened(client, "letter-pdf", case).content))
    page = squeezed(on_page(client, case))
    for shown in (paper, page):
        assert squeezed(f"See: {text}") in shown
        assert squeezed(f"Your enquiry {text}") in shown
        assert "root:" not in shown
    html = opened(client, "letter-page", case).content.decode()
    sheet = html.partition("<article")[2].partition("</article>")[0]
    assert not re.search(r"<(img|script|b|link)[ >]", sheet)


def test_the_template_reads_nothing_and_could_reach_nothing_but_itself():
    """No file, no address, no package: a template that asks is refused. Seen red with: root="/"."""
    template = (setting.ROOT / "letter.typ").read_text()
    asks = (
        r"\b(read|image|include|import|eval|plugin|csv|yaml|toml|xml|cbor|bibliography)\b *[(\"@]"
    )
    assert re.findall(asks, template) == []
    assert [path.name for path in setting.ROOT.iterdir()] == ["letter.typ"]
    for code in (
        '#read("/etc/passwd")',
        '#read("../setting.py")',
        '#image("http://127.0.0.1:9/x.png")',
    ):
        with pytest.raises(typst.TypstError):
            setting.compiled(code.encode(), {}, when=0, standard=None)


# What the fonts draw as a letter and a mark is one character to a reader, and two to pypdf.
DRAWN_AS_TWO = "ıȷ" + "".join(c for c in map(chr, range(0x100, 0x250)) if decomposition(c))
LETTERS = st.text(
    st.characters(
        min_codepoint=0x20,
        max_codepoint=0x24F,
        exclude_categories=("C",),
        exclude_characters=DRAWN_AS_TWO,
    ),
    max_size=300,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(texts=st.lists(LETTERS, min_size=1, max_size=4))
def test_every_character_of_the_message_is_on_the_letter_in_its_order(made, texts):
    """Any text of Latin letters, signs and marks, in any number of paragraphs. Seen red with: a
    paragraph left out; two spaces taken for the end of one."""
    found = with_body(made, "\n\n".join(texts))
    typed = squeezed("".join("".join(lines) for lines in found.paragraphs))
    assert typed == squeezed("".join(texts))
    assert typed in squeezed(words(setting.press(pdf._data(found), 0)))


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(max_size=200))
def test_any_text_makes_a_letter(made, text):
    """Every character that there is, those that nobody can see or print too. Seen red with: the
    characters without a glyph not named, and no second try."""
    content = setting.press(pdf._data(with_body(made, text)), 0)
    assert content[:5] == b"%PDF-"
    assert b"pdfuaid" in content


def test_a_character_that_cannot_be_printed_is_named_and_the_letter_says_so(made):
    """Seen red with: an empty place where it stood."""
    found = with_body(made, "Thank you \U0010fffd, at last")
    paper = words(pdf.render(found))
    assert f"Thank you {setting.STAND_IN}, at last" in paper
    assert "cannot be printed here" in paper
    assert "cannot be printed" not in words(pdf.render(with_body(made, "Thank you")))
    assert [setting._said(sign) for sign in "👍漢\u200d\x01"] == ["[thumbs up sign]", "□", "", ""]


def test_nothing_turns_the_direction_in_which_a_letter_is_read(made, client):
    """£001 must not read as £100. A name in Arabic letters still runs from right to left.

    Seen red with: TURNING left out of `plain`; the title not through `plain`.
    """
    type(made.bob.officer).objects.update(job_title="Chief \u202eof staff\u202c")
    case = with_bob(made, subject="Pay \u202e001£\u202c now")
    actions.answer(case=case, by=fresh(made.bob), text="It is \u2067001£\u2069. شكرا", now=NOW)
    client.force_login(fresh(made.alice))
    html = opened(client, "letter-page", case).content.decode()
    sheet = html.partition("<article")[2].partition("</article>")[0]
    assert not letter.TURNING.search(sheet)
    assert "It is 001£. شكرا" in sheet
    # Out of a directory, too.
    assert "Chief of staff" in sheet
    paper = words(opened(client, "letter-pdf", case).content)
    assert "Pay 001£ now" in paper
    assert "It is 001£" in paper


def test_an_address_is_copied_out_of_the_file_as_it_was_typed(made):
    """Though it may break anywhere on the paper."""
    address = "https://www.example.org/planning/applications/2026/1234-Ash-Road"
    content = setting.press(pdf._data(with_body(made, f"See {address} now")), 0)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert f"See {address} now" in text


WORDS = 10_000
SECONDS = 10.0


@pytest.mark.parametrize(
    "text",
    [
        "The contractor comes on Friday to mend it. " * (WORDS // 8),
        "x" * 60_000,
        "x\n" * 20_000,
        "x\n\n" * 5_000,
        "(" * 30_000,
        "\u202e" * 50_000 + "x",
        "e\u0301" * 20_000,
        "漢字👍" * 5_000,
        "\t \u00a0" * 20_000 + "x",
        "The road. " * 20_000,
        "e" + "\u0301" * 10_000,
        "a\0\x07\x1b[31mb" * 2_000,
    ],
    ids=[
        "words",
        "one word",
        "lines",
        "paragraphs",
        "brackets",
        "turning",
        "marks",
        "signs",
        "spaces",
        "two hundred thousand",
        "marks on one letter",
        "control characters",
    ],
)
def test_a_long_letter_is_made_in_bounded_time_and_whole(made, text):
    """Ten thousand words took under a fifth of a second where this was written.

    Seen red with: one long word that runs off the paper; spaces without end.
    """
    found = with_body(made, text)
    started = time.perf_counter()
    content = pdf.render(found)
    took = time.perf_counter() - started
    pages = len(pypdf.PdfReader(io.BytesIO(content)).pages)
    print(f"N={len(text)} characters, {pages} pages, {took:.2f} s")
    assert took < SECONDS
    if text.startswith("The contractor"):
        assert words(content).count("contractor") == WORDS // 8
    if text == "x" * 60_000:
        assert squeezed(words(content)).count("x") >= 60_000
        assert pages > 10


def test_a_text_that_breaks_the_press_ends_in_words_and_nothing_else_breaks(made, client):
    """The library panics at 5,000 turnings of direction, which no field of ours lets in but the database
    could hold. Seen red with: the letter set in the web's own process, past every `except Exception`."""
    case = with_bob(made)
    actions.answer(case=case, by=fresh(made.bob), text="Mended.", now=NOW)
    Council.objects.update(postal_address="\u2067x" * 5_000)
    client.force_login(fresh(made.alice))
    answer = opened(client, "letter-pdf", case)
    assert answer.status_code == 409
    assert "could not be made into a PDF" in answer.content.decode()
    assert opened(client, "letter-page", case).status_code == 200


def test_nobody_waits_for_a_letter_without_end(made, monkeypatch):
    """Seen red with: no time limit; a press that is taken and never given back."""
    found = answered(made, "Mended.")
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    for _ in range(pdf.MOST + 1):
        with pytest.raises(Refused, match="could not be made"):
            pdf.render(found)
    for _ in range(pdf.MOST):
        assert pdf.AT_ONCE.acquire(blocking=False)
    try:
        with pytest.raises(Refused, match="Too many letters"):
            pdf.render(found)
    finally:
        pdf.AT_ONCE.release(pdf.MOST)


@pytest.mark.parametrize("fault", [FileNotFoundError(2, "no python"), OSError(12, "no memory")])
def test_where_the_press_cannot_be_started_it_is_said_in_words(made, client, monkeypatch, fault):
    """A machine without memory or processes left. Seen red with: a time limit alone caught (a 500)."""

    def run(*args, **options):
        raise fault

    case = with_bob(made)
    actions.answer(case=case, by=fresh(made.bob), text="Mended.", now=NOW)
    client.force_login(fresh(made.alice))
    monkeypatch.setattr(pdf.subprocess, "run", run)
    answer = opened(client, "letter-pdf", case)
    assert answer.status_code == 409
    assert "could not be made into a PDF" in answer.content.decode()
    for _ in range(pdf.MOST):
        assert pdf.AT_ONCE.acquire(blocking=False)
    pdf.AT_ONCE.release(pdf.MOST)


LIMITS = """
import resource
from pathlib import Path
from casework.letters.press import __main__ as press
press._bound()
for what in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
    print(resource.getrlimit(what)[1])
print(Path("/proc/self/oom_score_adj").read_text())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of these bounds")
def test_the_press_bounds_itself_and_is_the_first_that_the_machine_ends():
    """15 seconds, 512 MB, no file, no core; and no way back up. Seen red with: each of them left out."""
    command = [sys.executable, "-c", LIMITS]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [int(one) for one in told.stdout.split()] == [15, 512 * 1024 * 1024, 0, 0, 1000]


def test_the_press_starts_with_nothing_of_ours(made, monkeypatch):
    """No secret, no database, no Django, no way to a network that a proxy would give it. Seen red with:
    the whole environment handed on; Django imported in the press."""
    started = {}

    def run(command, **options):
        started.update(options, command=command)
        return subprocess.CompletedProcess(command, 0, b"%PDF-")

    found = answered(made, "Mended.")
    monkeypatch.setenv("SECRET_KEY", "leaksecret1")
    monkeypatch.setattr(pdf.subprocess, "run", run)
    pdf.render(found)
    assert started["env"].keys() <= {*pdf.PASSED_ON, *pdf.ONE_THREAD}
    monkeypatch.undo()
    code = "import sys, casework.letters.press.setting; print('django' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_dates_on_a_letter_are_those_of_london(made):
    """Seen red with: the date in UTC, late on a summer evening."""
    case = with_bob(made)
    evening = NOW.replace(hour=23, minute=30, tzinfo=LONDON)
    actions.acknowledge(case=case, by=fresh(made.bob), text="Here.", now=evening)
    assert dict(the(reloaded(case), 1).about)["Date"] == "Monday 1 June 2026"
