"""Each part draws what it is given, escaped, and says in words what it says in colour."""

import datetime as dt
import re

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Engine
from django.test import RequestFactory

from frontend import branding, words
from frontend.filtering import chips_of
from frontend.parts import (
    Action,
    Cite,
    Column,
    Due,
    Link,
    Message,
    Row,
    State,
    Task,
    Tile,
    TimelineItem,
)
from protocol.refusals import Refused
from tests.frontend.gallery_forms import FilterForm

SCRIPT = "<script>alert(1)</script>"
NOON = dt.datetime(2026, 7, 4, 11, 0, tzinfo=dt.UTC)


def draw(source, **values):
    """Draw a piece of template with the `ui` tags."""
    return Engine.get_default().from_string("{% load ui %}" + source).render(Context(values))


def text_of(html):
    """The words of a page, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (dt.datetime(2026, 12, 4, 15, 5), "3:05pm"),  # noqa: DTZ001
        (dt.datetime(2026, 12, 4, 9, 0), "9am"),  # noqa: DTZ001
        (dt.time(0, 0), "midnight"),
        (dt.time(0, 30), "12:30am"),
        (NOON, "midday"),
        (None, ""),
        ("4 December", ""),
    ],
)
def test_times_are_written_as_people_say_them(moment, written):
    assert words.clock(moment) == written


def test_dates_are_written_in_full_and_in_london_time():
    late = dt.datetime(2026, 7, 4, 23, 30, tzinfo=dt.UTC)
    assert words.day(dt.date(2026, 12, 4)) == "Friday 4 December 2026"
    assert words.weekday(dt.date(2026, 12, 4)) == "Friday 4 December"
    near = dt.date(2026, 11, 22)
    assert words.weekday(dt.date(2026, 12, 4), near) == "Friday 4 December"
    assert words.weekday(dt.date(2027, 1, 5), near) == "Tuesday 5 January 2027"
    assert words.shortday(dt.date(2026, 12, 4)) == "4 Dec 2026"
    assert words.moment(late) == "Sunday 5 July 2026 at 12:30am"


def test_a_count_has_its_noun():
    assert [words.count(n, "case") for n in (0, 1, 1200)] == ["0 cases", "1 case", "1,200 cases"]
    assert words.count(2, "enquiry,enquiries") == "2 enquiries"


@pytest.mark.parametrize(
    "source",
    [
        "{% state_tag x 'red' %}",
        "{% badge x %}",
        "{% due due %}",
        "{% cite x x %}",
        "{% part x %}",
        "{% part many %}",
        "{{ x|paragraphs }}",
        "{% summary_list rows title=x %}",
        "{% identity_bar reference=x title=x holder=x %}",
        "{% timeline happenings %}",
        "{% message_list letters %}",
        "{% work_list columns cells x %}",
        "{% stat_tiles tiles label=x %}",
        "{% empty_state x x link %}",
        "{% action_list actions note=x %}",
        "{% confirm_panel many heading=x %}",
        "{% done_panel x x x %}",
        "{% breadcrumbs link %}",
        "{% back_link x x %}",
        "{% task_list tasks %}",
        "{% warning x %}",
        "{% inset x %}",
        "{% details x x %}",
        "{% refusal refused x %}",
    ],
)
def test_nothing_a_person_typed_becomes_markup(source):
    """Seen red with: mark_safe in cite."""
    link = Link(SCRIPT, "/", about=SCRIPT)
    html = draw(
        source,
        x=SCRIPT,
        many=[SCRIPT],
        due=Due(SCRIPT + " (" + SCRIPT),
        rows=[Row(SCRIPT, SCRIPT, link, Cite(SCRIPT, "/"))],
        happenings=[TimelineItem(SCRIPT, NOON, SCRIPT, SCRIPT, Cite(SCRIPT), [link])],
        letters=[Message(SCRIPT, NOON, SCRIPT, True, SCRIPT, [SCRIPT], [link], SCRIPT)],
        columns=[Column(SCRIPT)],
        cells=[[SCRIPT]],
        tiles=[Tile(1, SCRIPT, "/", note=SCRIPT)],
        link=link,
        actions=[Action(SCRIPT, SCRIPT, post=True, hidden={SCRIPT: SCRIPT})],
        tasks=[Task(SCRIPT, False, SCRIPT, "/", SCRIPT, Cite(SCRIPT))],
        refused=Refused(SCRIPT, clause=SCRIPT, instead=SCRIPT),
    )
    assert "<script" not in html
    assert "alert(1)" in html


def test_a_part_is_drawn_by_its_kind():
    assert "govuk-tag--red" in draw("{% part x %}", x=State("Breach", "red"))
    assert "eh-due--late" in draw("{% part x %}", x=Due("2 working days late", "late"))
    assert draw("{% part x %}", x=dt.date(2026, 12, 4)) == "Friday 4 December 2026"
    assert text_of(draw("{% part x %}", x=None)) == "Not given"
    assert draw("{% part x %}", x="a\nb") == "a<br>b"
    assert draw("{% part x %}", x=0) == "0"


def test_a_colour_or_tone_that_is_not_known_does_no_harm():
    assert 'class="govuk-tag"' in draw("{% state_tag 'x' 'mauve\" onclick' %}")
    assert "eh-due--calm" in draw("{% due x %}", x=Due("Due today", "loud"))
    assert draw("{% due None %}") == ""


def test_what_no_clause_says_was_set_by_the_council():
    assert text_of(draw("{% cite '' %}")) == "set by the council"
    assert 'href="/p#10f"' in draw("{% cite c %}", c=Cite("Bristol protocol, 10f", "/p#10f"))


def test_the_primary_action_comes_first_and_a_post_has_its_token():
    html = draw(
        "{% action_list a %}",
        a=[Action("Pass on", "/p"), Action("Answer", "/a", primary=True, post=True)],
        csrf_token="token-1",
    )
    assert text_of(html) == "Answer Pass on"
    assert "token-1" in html
    assert html.count("govuk-button--secondary") == 1


def test_a_list_row_with_a_cell_missing_is_an_error_of_ours():
    with pytest.raises(ValueError, match="shorter"):
        draw("{% work_list c r 'Cases' %}", c=[Column("A"), Column("B")], r=[["a"]])


def test_every_cell_of_a_list_says_its_column_on_a_phone():
    html = draw(
        "{% work_list c r 'Cases' %}", c=[Column("A", primary=True), Column("B")], r=[["a", "b"]]
    )
    assert '<th scope="row" role="rowheader"' in html
    assert 'data-label="B"' in html


def page_of(number, query):
    """Draw page `number` of 250 with a query string."""
    request = RequestFactory().get(f"/list?{query}")
    page = Paginator(range(250), 10).get_page(number)
    return draw("{% pagination page %}", page=page, request=request)


def test_pages_keep_the_filters():
    """Seen red with: href(number) that leaves the query out."""
    html = page_of(2, "state=open&state=paused&page=2")
    assert 'href="?state=open&amp;state=paused&amp;page=3"' in html
    assert 'aria-current="page"' in html
    assert "Showing 11 to 20 of 250" in html


def test_one_page_needs_no_pagination():
    page = Paginator([1], 10).get_page(1)
    html = draw("{% pagination page %}", page=page, request=RequestFactory().get("/"))
    assert "<nav" not in html


def test_a_chip_takes_off_one_choice_and_goes_to_page_one():
    query = QueryDict("state=open&state=paused&ward=1&page=3&q=lights")
    chips = {chip.text: chip.href for chip in chips_of(FilterForm(query), query)}
    assert chips == {
        "lights": "?state=open&state=paused&ward=1",
        "Open": "?state=paused&ward=1&q=lights",
        "Paused": "?state=open&ward=1&q=lights",
        "Ashley": "?state=open&state=paused&q=lights",
    }


def test_a_date_filter_is_one_chip_that_empties_three_boxes():
    query = QueryDict("after_day=4&after_month=12&after_year=2026&ward=1")
    chip = chips_of(FilterForm(query), query)[-1]
    assert (chip.text, chip.href) == ("Friday 4 December 2026", "?ward=1")


@pytest.mark.parametrize("query", ["ward=9", "state=%00", "after_day=x", "ward=1&ward=2"])
def test_a_filter_that_means_nothing_has_no_chip_and_no_500(query):
    query = QueryDict(query)
    assert all(chip.text in ("Ashley",) for chip in chips_of(FilterForm(query), query))


@pytest.mark.parametrize(
    "colour", ["#ffffff", "#ffdd00", "#5b2a86", "#000000", "#777777", "#1d70b8"]
)
def test_words_on_the_council_s_colour_can_be_read(colour):
    assert branding.contrast(branding.text_on(colour), colour) >= 4.5
    line = re.search(r"--govuk-brand-colour: (#\w+)", branding.stylesheet(colour))[1]
    assert branding.contrast(line, "#ffffff") >= 3


@pytest.mark.parametrize(
    "colour", ["", "red", "#fff", "#12345g", "#123456;} body{display:none", None]
)
def test_only_a_colour_reaches_the_style_sheet(colour):
    assert branding.stylesheet(colour) == branding.stylesheet(branding.DEFAULT_COLOUR)


def test_a_reference_is_kept_whole_and_a_sentence_in_a_list_may_be_broken():
    """A demand's kind may be as long as the council likes: at 390 px it stuck out of its card."""
    listed = [Link("A demand", "/demands/1/"), "I am approached often", "E-7K3P9QX"]
    drawn = draw("{% part value %}", value=listed)
    assert '<span class="eh-nowrap">E-7K3P9QX</span>' in drawn
    assert "<li>I am approached often</li>" in drawn
