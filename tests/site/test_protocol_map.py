"""docs/protocol-map.md is true: its clauses, its code and its tests exist, and no rule is missing.

At the end, what the log form and the answer keep of rows 5, 7, 10, 47 and 48.
"""

from __future__ import annotations

import ast
import re
import tomllib
import uuid
from collections import Counter
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse

from casework.enquiries import actions
from casework.enquiries.forms import LogForm
from casework.models import Case, Message
from protocol.profile import LIBRARY, SET_BY_COUNCIL, load
from protocol.refusals import Refused
from tests.casework.making import NOW, fresh, nothing_written, with_bob, world

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "protocol-map.md"
ROWS = range(1, 72)
FIRST = {*range(1, 11), 46, 47, 48, 57}
COLUMNS = ["row", "clauses", "rule, in our words", "what the product does", "code", "tests"]
STATES = {"kept", "data only", "later"}
# What is neither a rule of a row nor missing: what the profiles call people, and who they are.
UNNUMBERED = {"words", "posts"}
WORK = {
    "The full desk",
    "Access to information",
    "Party-group briefings",
    "Complaints, concerns and interests",
    "Dashboards and reports",
    "The lighter registers",
    "not planned yet",
}


@dataclass(frozen=True)
class Line:
    row: str
    clauses: tuple[str, ...]
    code: tuple[str, ...]
    tests: tuple[str, ...]
    state: str
    work: str

    def __str__(self) -> str:
        return f"{self.row} ({'; '.join(self.clauses)[:40]}) {self.state}"


def _table_rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if not set("".join(row)) <= set("-")]


@cache
def lines() -> tuple[Line, ...]:
    """Every line of the tables of what is begun."""
    found = []
    for cells in _table_rows(PAGE.read_text()):
        if len(cells) != 7 or cells[:6] == COLUMNS:
            continue
        row, clauses, rule, does, code, tests, state = cells
        assert rule, row
        assert does, row
        state, _, work = state.partition(": ")
        found.append(
            Line(row, tuple(clauses.split("; ")), _named(code), _named(tests), state, work)
        )
    return tuple(found)


def _named(cell: str) -> tuple[str, ...]:
    """What stands between backticks; "–" is nothing, and anything else is a slip."""
    assert re.fullmatch(r"–|`[^`]+`( `[^`]+`)*", cell), cell
    return tuple(re.findall(r"`([^`]+)`", cell))


@cache
def later() -> tuple[list[str], ...]:
    text = PAGE.read_text().split("## Later")[1]
    return tuple(row for row in _table_rows(text) if row[0] != "rows")


# Code and tests, read without running them ------------------------------------------------------


@cache
def tree(path: str) -> ast.Module:
    file = ROOT / path
    assert file.is_file(), f"there is no {path}"
    return ast.parse(file.read_text())


def _defined(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {one.id: node for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return found


def symbol(reference: str) -> ast.stmt | None:
    """What `path.py:Name.name` names, or None."""
    path, _, dotted = reference.partition(":")
    node: ast.stmt | None = None
    body = tree(path).body
    for name in dotted.split("."):
        node = _defined(body).get(name)
        if node is None:
            return None
        body = getattr(node, "body", [])
    return node


def test_function(reference: str) -> ast.FunctionDef | None:
    path, _, name = reference.partition("::")
    assert path.startswith("tests/"), path
    node = _defined(tree(path).body).get(name)
    return node if isinstance(node, ast.FunctionDef) and name.startswith("test_") else None


test_function.__test__ = False


def words_of(reference: str) -> str:
    """A test's name, docstring, cases and assertions, with the tables of its module that it uses."""
    node = test_function(reference)
    assert node is not None, f"there is no {reference}"
    defined = _defined(tree(reference.partition("::")[0]).body)
    used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    tables = [defined[name] for name in used if isinstance(defined.get(name), ast.Assign)]
    strings = [
        one.value
        for part in (node, *tables)
        for one in ast.walk(part)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    return " ".join(" ".join([*node.name.upper().split("_"), *strings]).split())


def names(words: str, clause: str) -> bool:
    """Does a text name a clause? Br1 is not in Br10f, nor We1.1 in We11.1; names write BR10F."""
    found = re.compile(rf"(?<![\w.]){re.escape(clause)}(?![\w'’]|\.\d)")
    return bool(found.search(words)) or clause.upper() in words.split()


# The page ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", lines(), ids=str)
def test_code_and_tests_of_a_line_exist(line):
    """Seen red with: `with_foot` renamed; a letter more in `may_extend`, or less in a test, on the page."""
    assert [one for one in line.code if symbol(one) is None] == []
    assert [one for one in line.tests if test_function(one) is None] == []
    assert line.state in STATES
    assert (line.work in WORK) is (line.state != "kept")
    if line.state != "later":
        assert line.code
        assert line.tests


@pytest.mark.parametrize("line", lines(), ids=str)
def test_clauses_of_a_line_are_in_their_councils_document(line):
    """What is cited is in the profile's list; what is data only is a value's own source.

    Seen red with: Br99 cited in row 1; Br29, which no value cites, in the data of row 7.
    """
    known = {clause for key in LIBRARY for clause in load(key).abouts}
    assert line.clauses
    if line.state != "later":
        assert set(line.clauses) <= known
    if line.state == "data only":
        assert set(line.clauses) <= cited()


@pytest.mark.parametrize("line", [one for one in lines() if one.state == "kept"], ids=str)
def test_tests_of_a_kept_rule_name_its_clauses(line):
    """Each test names a clause of its line; each clause is named by a test of what the product does.

    What a test of the profiles alone names is held, not kept. Seen red with: We7.1 left out of the
    docstring of the routing test; a test of row 2 given to row 46.
    """
    named = {
        test: {one for one in line.clauses if names(words_of(test), one)} for test in line.tests
    }
    assert [test for test, clauses in named.items() if not clauses] == []
    doing = [clauses for test, clauses in named.items() if not test.startswith("tests/protocol/")]
    assert set(line.clauses) - set().union(*doing) == set()


def test_every_row_stands_in_one_place():
    """Seen red with: 25 left out of "Later"; 49 added to it."""
    begun = {int(line.row) for line in lines() if line.row not in UNNUMBERED}
    put_off = [int(row) for cells in later() for row in cells[0].split(", ")]
    assert begun >= FIRST
    assert Counter([*begun, *put_off]) == Counter(ROWS)


def test_what_is_later_has_its_room_and_its_piece_of_work():
    """Seen red with: `casework_later` for a room."""
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = " ".join(layers["contracts"][0]["layers"])
    rooms = set(re.findall(r"\w+", floors))
    assert later()
    for _, about, room, work in later():
        assert about
        assert room.strip("`") in rooms
        assert work in WORK


@cache
def cited() -> frozenset[str]:
    """Every clause that a value of the five profiles gives as its source."""
    sources = {
        citation
        for key in LIBRARY
        for _, _, citation in load(key).walk()
        if citation and citation != SET_BY_COUNCIL
    }
    return frozenset(clause for citation in sources for clause in citation.split(", "))


def test_every_clause_that_a_profile_cites_is_on_the_page():
    """Seen red with: a value of Weston's that cites We6.1 as well."""
    mapped = {clause for line in lines() if line.state != "later" for clause in line.clauses}
    assert len(cited()) > 60
    assert cited() - mapped == set()


def test_a_clause_is_found_only_where_it_is_named():
    assert names("Br10f; Bl10.2.", "Br10f")
    assert names("TEST BR11 A DECLARED", "Br11")
    assert names("We3.7, We7.1; Bk Councillors, Bk Officers", "Bk Councillors")
    assert not names("Br10f", "Br1")
    assert not names("We11.1", "We1.1")
    assert not names("We1.14", "We1.1")
    assert not names("Bl2.51; Bl2.5.1", "Bl2.5")
    assert not names("Bk Councillors' access to information", "Bk Councillors")


# Rows 5, 7, 10, 47, 48: what the form asks and says, and in whose name the answer goes -------------

# The clause shown above the form; "" is set by the council.
INSTRUCTING = {
    "bristol": "",
    "model": "Mo30",
    "weston": "We3.7",
    "bracknell": "Bk Some general principles",
    "blackpool": "Bl10.4",
}
# What a form asks besides what every enquiry needs, with the clause where one has it ask.
ASKED = {
    "bristol": {"interest", "mp_name", "confidential"},  # BrG2.1
    "model": {"factual", "interest", "mp_name", "confidential"},  # Mo48
    "weston": {"interest", "confidential"},  # We9.4
    "bracknell": {"interest", "confidential"},  # Bk Correspondence
    "blackpool": {"significance", "interest", "mp_name", "confidential"},  # Bl10.1, Bl10.3, Bl10.5
}


@pytest.fixture
def of(db, client, time_machine):
    """of("weston") is that council on a Monday, with Alice signed in."""

    def made(key: str):
        time_machine.move_to(NOW)
        found = world(key)
        client.force_login(found.alice)
        return found

    return made


def typed(made, **changes) -> dict:
    """What the form needs, whatever the protocol."""
    values = {
        "subject": "Potholes",
        "body": "There are three.",
        "ward": "none",
        "nature": "council",
    }
    more = {"significance": "routine", "factual": "yes", "service": made.highways.pk}
    return {"once": uuid.uuid4(), **values, **more, **changes}


@pytest.mark.parametrize("key", LIBRARY)
def test_a_member_reads_first_that_officers_are_asked_and_not_instructed(of, client, key):
    """Mo30, Mo48; We2.5, We3.7; Bk Some general principles, Bk Councillors; Bl2.4, Bl10.4 (row 5).

    Seen red with: the paragraph left out of the page.
    """
    made = of(key)
    warning = made.profile.levels.instruct_warning
    assert (warning.clause or "") == INSTRUCTING[key]
    page = unescape(client.get(reverse("enquiry-log")).content.decode())
    before = page.partition("<h1")[2].partition("<form")[0]
    assert warning.text in before
    assert (INSTRUCTING[key] or SET_BY_COUNCIL) in before


@pytest.mark.parametrize("key", LIBRARY)
def test_the_form_asks_what_the_protocol_has_it_ask_and_nothing_else(of, key):
    """Bl10.1; Mo9, Mo48; BrG2.1; Bl10.3; We9.4; Bk Correspondence; Bl10.5 (rows 3, 4, 7, 10, 47).

    Seen red with: "factual" asked whatever the profile says.
    """
    made = of(key)
    asked = set(LogForm(by=fresh(made.alice), profile=made.profile).fields)
    every = {name for questions in ASKED.values() for name in questions}
    assert every & asked == ASKED[key]


@pytest.mark.parametrize(
    ("key", "given", "shown"),
    [
        ("bristol", {"interest": "family"}, "Family"),
        ("blackpool", {"mp_name": "Priya Pike"}, "Priya Pike"),
    ],
)
def test_what_was_declared_stands_on_the_case(of, client, key, given, shown):
    """BrG2.1: an interest; Bl10.3: the Member of Parliament. Seen red with: either left off the page."""
    made = of(key)
    client.post(reverse("enquiry-log"), typed(made, **given))
    case = Case.objects.get()
    assert {name: getattr(case.enquiry, name) for name in given} == given
    client.force_login(fresh(made.bob))
    assert shown in client.get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize("key", ["weston", "bracknell"])
def test_a_mark_of_confidence_says_what_is_confidential_and_why(of, client, key):
    """We9.4; Bk Correspondence. Seen red with: `clean` that asks for no reason."""
    made = of(key)
    page = client.post(reverse("enquiry-log"), typed(made, confidential="on"))
    assert "Enter what is confidential, and why" in page.content.decode()
    assert not Case.objects.exists()
    why = "Her illness, which nobody else knows of."
    client.post(reverse("enquiry-log"), typed(made, confidential="on", confidential_why=why))
    assert why in client.get(Case.objects.get().get_absolute_url()).content.decode()


@pytest.mark.parametrize("key", ["model", "weston", "bracknell"])
def test_an_answer_goes_out_in_the_name_of_the_officer_who_sent_it(of, client, key):
    """Mo127, Mo129; We9.2, We9.3; Bk Correspondence. Seen red with: "member" added to WHO["answer"]."""
    made = of(key)
    case = with_bob(made)
    with nothing_written(), pytest.raises(Refused):
        actions.answer(case=case, by=fresh(made.alice), text="You will be paid.", now=NOW)
    actions.answer(case=case, by=fresh(made.bob), text="It is filled.", now=NOW)
    sent = Message.objects.get(case=case, kind="answer")
    assert (sent.author, sent.acting_for) == (made.bob, None)
    assert made.bob.name in client.get(case.get_absolute_url()).content.decode()
