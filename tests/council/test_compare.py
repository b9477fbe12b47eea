"""The council's protocol beside others: every value in words with its source, and what differs."""

from __future__ import annotations

import re
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from council import comparison, protocol_words
from council.compare_form import CompareForm
from council.models import Adoption
from frontend import terms
from protocol.profile import LIBRARY, load
from tests import cast
from tests.factories import AdoptionFactory

SOURCES = {key: {path: source for path, _, source in load(key).walk()} for key in LIBRARY}
ROW = re.compile(r'<tr class="govuk-table__row" role="row">(.*?)</tr>', re.DOTALL)


def page(client: Client, **asked) -> str:
    answer = client.get(reverse("profile-compare"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(html: str) -> list[str]:
    """The words of each row of each table, heads left out."""
    body = html.partition('id="main-content"')[2]
    found = [re.sub(r"<[^>]+>", " ", row) for row in ROW.findall(body) if "<td" in row]
    return [" ".join(unescape(row).split()) for row in found]


def plain(profiles, **how) -> list[comparison.Topic]:
    with terms.plain():
        return comparison.compared(profiles, **how)


def lines(profiles, **how) -> dict[str, comparison.Line]:
    return {line.key: line for topic in plain(profiles, **how) for line in topic.lines}


def test_br10f_stands_beside_what_weston_leaves_to_the_council():
    """Br10f. Seen red with: the citations of two profiles the other way round."""
    line = lines([load("bristol"), load("weston")])["standards.enquiry.answer.days"]
    assert [cell.line for cell in line.cells] == [
        "7 working days (Br10f)",
        "10 working days (set by the council)",
    ]
    assert line.difference == "value"


def test_a_value_that_one_document_states_and_another_leaves_open_differs_in_its_source():
    """Bl10.2 grants the later date; elsewhere the council does. Seen red with: values compared alone."""
    line = lines([load("bristol"), load("blackpool")])["extension.allowed"]
    assert {cell.words for cell in line.cells} == {"Yes"}
    assert line.difference == "source"
    assert line.differs


def test_what_a_profile_does_not_say_is_silent():
    """Seen red with: a profile's gap filled by the value beside it."""
    line = lines([load("bristol"), load("weston")])["extension.most"]
    assert line.cells[0] == comparison.Cell("Silent", silent=True)
    assert line.cells[1].words == "2 times"


@pytest.mark.parametrize("key", LIBRARY)
def test_a_protocol_beside_itself_differs_in_nothing(key):
    assert [
        line for line in lines([load(key), load(key)], prose=True).values() if line.differs
    ] == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LIBRARY), min_size=1, max_size=5, unique=True), st.randoms())
def test_in_any_order_the_same_values_stand_in_the_same_columns(keys, random):
    """Each cell is that profile's own value, whoever stands beside it. Seen red with: the value of the
    first profile in every cell."""
    found = lines([load(key) for key in keys])
    shuffled = random.sample(keys, len(keys))
    again = lines([load(key) for key in shuffled])
    assert found.keys() == again.keys()
    for name, line in found.items():
        assert dict(zip(keys, line.cells, strict=True)) == dict(
            zip(shuffled, again[name].cells, strict=True)
        )
        assert line.difference == again[name].difference
        for key, cell in zip(keys, line.cells, strict=True):
            assert cell.citation == SOURCES[key].get(name, "")


def test_every_value_but_those_that_go_without_saying_is_compared():
    """Seen red with: the letters left out."""
    found = lines([load(key) for key in LIBRARY])
    walked = {key for one in LIBRARY for key, _, _ in load(one).walk()}
    missing = {protocol_words.pattern(key).rpartition(".")[2] for key in walked - found.keys()}
    # Sentences; what names the profile itself; and what the name of a post, step or standard says.
    assert missing <= {
        *comparison.PROSE,
        *comparison.LEFT_OUT,
        *comparison.OF_A_POST,
        *("key", "title", "council", "document", "nation", "cite_prefix"),
    }


# The page -----------------------------------------------------------------------------------------


def test_by_default_ones_own_stands_beside_one_other_of_its_kind(kept):
    """Bristol is a principal council, and so is Blackpool: two columns fit any screen."""
    html = page(kept)
    assert html.count('data-label="Bristol City Council (yours)"') > 50
    assert 'data-label="Blackpool Council"' in html
    assert "Weston-super-Mare Town Council" not in html.partition("values of")[2]


def test_every_row_says_in_words_whether_it_differs(kept):
    """Not by its colour alone. Seen red with: the mark left out of the row."""
    shown = rows(page(kept, against=["weston", "model"], show="all"))
    marks = tuple(comparison.DIFFERENCES.values())
    assert len(shown) > 100
    assert [row for row in shown if not any(mark in row for mark in marks)] == []
    assert any("The same Yes" in row for row in shown)


def test_every_cell_has_a_clause_or_says_that_the_council_set_it_or_is_silent(kept):
    """Seen red with: the citation left out where it has no link."""
    html = page(kept, against=[key for key in LIBRARY if key != "bristol"], show="all")
    cells = re.findall(r'<td role="cell"[^>]*>(.*?)</td>', html, re.DOTALL)
    bare = [one for one in cells if "eh-cite" not in one and "Silent" not in one]
    assert len(cells) > 500
    assert bare == []


def test_only_what_differs_is_shown_until_everything_is_asked_for(kept):
    """Seen red with: the filter turned round."""
    some, everything = (
        rows(page(kept, against="weston", show=show)) for show in ("different", "all")
    )
    assert set(some) < set(everything)
    assert [row for row in some if " The same " in row and "not all have" not in row] == []


def test_the_citation_of_ones_own_protocol_leads_to_its_clause_and_no_other_does(kept):
    """Two texts of one document have the same clauses, and only one of them is in force here.

    Seen red with: every citation looked up in one's own protocol.
    """
    text = load("bristol").text.replace("days = 7", "days = 6")
    Adoption.objects.update(text=text, digest=Adoption.digest_of(text))
    html = page(kept, against=["bristol", "weston"], show="all")
    answer = next(row for row in ROW.findall(html) if "Enquiries: answer: Within" in row)
    assert answer.count(">Br10f<") == 2
    assert answer.count('href="/protocol/#clause-10f"') == 1
    assert '<span class="eh-cite">We9.1</span>' in html
    assert 'href="/protocol/#clause-9-1"' not in html


def test_five_stand_side_by_side_and_a_sixth_is_refused_with_what_to_do(council, client):
    """An own text that the library does not have has five others to stand beside."""
    text = load("bristol").text.replace("days = 7", "days = 6")
    Adoption.objects.update(text=text, digest=Adoption.digest_of(text))
    client.force_login(cast.ada())
    html = page(client, against=list(LIBRARY), show="different")
    assert "Select 4 or fewer" in html
    assert rows(html) == []
    four = page(client, against=LIBRARY[:4], show="different")
    assert "6 working days" in four


@pytest.mark.parametrize(
    "asked",
    [
        {"show": "all"},
        {"against": "nowhere", "show": "all"},
        {"against": "weston"},
        {"against": "weston", "show": "\x01"},
    ],
)
def test_a_choice_that_cannot_be_used_is_refused_and_shows_nothing(kept, asked):
    html = page(kept, **asked)
    assert "There is a problem" in html
    assert rows(html) == []


def test_before_a_protocol_is_in_force_the_librarys_stand_beside_each_other(kept):
    Adoption.objects.update(in_force_from="2027-01-01")
    html = page(kept)
    assert "No protocol is in force here yet" in html
    assert "(yours)" not in html
    assert rows(html)
    assert "Select two or more" in page(kept, against="weston", show="all")


def test_what_is_adopted_already_is_not_offered_beside_itself(kept):
    """By its text, not by its name. Seen red with: the library offered whole."""
    own = Adoption.objects.get().profile
    offered = CompareForm({}, own=own).others
    assert own.digest not in {one.digest for one in offered.values()}
    assert len(offered) == len(LIBRARY) - 1


@pytest.mark.parametrize("who", [cast.alice, cast.bob, cast.dev, cast.otis])
def test_whoever_may_read_the_protocol_may_compare_it(council, client, who):
    client.force_login(who())
    assert "values of" in page(client)


def test_somebody_without_a_role_may_not(council, client):
    client.force_login(cast.charlie())
    assert client.get(reverse("profile-compare")).status_code == 403


def test_nothing_that_a_council_wrote_reaches_the_page_as_markup(council, client):
    text = load("bristol").text.replace('title = "Bristol City Council"', 'title = "<b>x</b> & y"')
    assert "<b>x</b>" in text
    Adoption.objects.all().delete()
    AdoptionFactory(profile="bristol", text=text)
    client.force_login(cast.ada())
    html = page(client)
    assert "&lt;b&gt;x&lt;/b&gt; &amp; y (yours)" in html
    assert "<b>x" not in html


# The command ----------------------------------------------------------------------------------------


def printed(*words: str) -> str:
    out = StringIO()
    call_command("protocol", "compare", *words, stdout=out)
    return out.getvalue()


def test_the_command_and_the_page_say_the_same_words(kept):
    """One comparison for both. Seen red with: `cell.words` alone in the command."""
    told = " ".join(printed("bristol", "weston", "--width", "320").split())
    html = page(kept, against="weston", show="all")
    body = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    compared = plain([load("bristol"), load("weston")])
    for line in (line for topic in compared for line in topic.lines):
        assert line.name in body
        assert " ".join(cell.line for cell in line.cells) in told
        assert all(cell.words in body for cell in line.cells)


def test_the_command_asks_no_database_and_says_no_councils_own_words(monkeypatch):
    """Without the database mark, a query here fails. Seen red with: `terms.plain` left out."""
    monkeypatch.setattr(terms, "_source", lambda: pytest.fail("asked for a council's words"))
    assert "a member" in printed("--prose", "--width", "200")


def test_plain_words_end_with_the_command():
    """Seen red with: `plain` that does not put back what was."""
    with terms.plain():
        pass
    assert not terms._plain.get()


def test_a_profile_of_ones_own_file_is_compared_too(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(load("bristol").text.replace("days = 7", "days = 3"))
    assert "3 working days (Br10f)" in printed(str(path), "bristol", "--width", "160")
