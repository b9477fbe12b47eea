"""What the five profiles say, held against what the councils' documents state."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from protocol.profile import LIBRARY, SET_BY_COUNCIL, load
from protocol.profile.loading import FOLDER

# (profile, dotted key, value, clause), read from the five documents.
STATED = [
    ("bristol", "standards.enquiry.answer.days", 7, "Br10f"),
    ("bristol", "standards.complaint.answer.days", 7, "Br10f"),
    ("bristol", "questions.family_or_friend.ask", True, "BrG2.1"),
    ("bristol", "family_or_friend.offer_other_member", True, "BrG2.1"),
    ("bristol", "deciders.access_request.post", "proper_officer", "Br22"),
    ("bristol", "deciders.access_request.final", True, "Br22"),
    ("bristol", "deciders.exempt_report.consult", "scrutiny_chair", "Br25, Br22"),
    ("bristol", "deciders.scrutiny_report.post", "head_of_paid_service", "Br37"),
    ("bristol", "diversions.own_employment.to_post", "head_of_paid_service", "BrG2.4, BrG2.3"),
    ("bristol", "resources.political", "refused", "Br17, Br33"),
    ("bristol", "adviser.post", "monitoring_officer", "Br end"),
    ("bristol", "review.months", 12, "Br end"),
    ("model", "routing.enquiry[1].when", "factual", "Mo48"),
    ("model", "routing.enquiry[2].to", "senior_officer", "Mo48"),
    ("model", "levels.refer_upward.allowed", True, "Mo108"),
    ("model", "copying.rule.may_copy", "with_author_consent", "Mo126"),
    ("model", "copying.blind.blind_copies", False, "Mo126"),
    ("model", "letters.ward_capacity_stated", True, "Mo127, Mo129, Mo130"),
    ("model", "third_party.requires", ("public", "data_protection", "member_role"), "Mo110"),
    ("model", "member_queries.remind", True, "Mo50"),
    ("model", "demands.to", "manager", "Mo49, Mo108"),
    ("model", "deciders.access_dispute.post", "monitoring_officer", "Mo113"),
    ("model", "adviser.post", "monitoring_officer", "Mo135"),
    ("model", "resources.private", "refused", "Mo131, Mo133"),
    ("weston", "routing.enquiry[1].when", "agreed_direct", "We3.7"),
    ("weston", "routing.enquiry[2].post", "town_clerk", "We3.7, We7.1"),
    ("weston", "posts.head_of_paid_service.same_holder_as", "town_clerk", "We3.7"),
    ("weston", "copying.rule.may_copy", "not_by_officers", "We9.1"),
    ("weston", "confidential.third_parties_barred", True, "We9.4"),
    ("weston", "deciders.access_request.post", "town_clerk", "We7.3, We7.1"),
    ("weston", "adviser.post", "town_clerk", "We11.1, We3.7"),
    ("weston", "adviser.in_absence", "deputy_town_clerk", "We11.1, We3.7"),
    ("weston", "review.months", 48, "We1.4, We cover"),
    ("weston", "review.new_administration", True, "We1.4, We cover"),
    ("bracknell", "routing.enquiry[1].when", "agreed_direct", "Bk Some general principles"),
    ("bracknell", "copying.rule.may_copy", "exceptionally_named", "Bk Correspondence"),
    ("bracknell", "copying.blind.name_at_foot", True, "Bk Correspondence"),
    ("bracknell", "confidential.say_what_and_why", True, "Bk Correspondence"),
    (
        "bracknell",
        "deciders.access_request.post",
        "proper_officer",
        "Bk Councillors' access to information and to council documents",
    ),
    ("bracknell", "posts.principal_council_monitoring_officer.holder", "contact", None),
    ("blackpool", "standards.enquiry.answer.days", 10, "Bl10.2"),
    ("blackpool", "standards.access_request.decide.days", 10, "Bl10.2"),
    ("blackpool", "extension.reason_required", True, "Bl10.2"),
    ("blackpool", "routing.enquiry[1].to", "chief_officer", "Bl10.1"),
    ("blackpool", "routing.enquiry[2].to", "service", "Bl10.1"),
    ("blackpool", "levels.refer_upward.allowed", True, "Bl10.4"),
    ("blackpool", "copying.rule.may_copy", "unless_private", "Bl10.5"),
    ("blackpool", "mp.copy_to", "executive_member", "Bl10.3"),
    ("blackpool", "resources.political", "refused", "Bl12.1"),
    ("blackpool", "deciders.inspection_right.post", "director_of_governance", "Bl9.2"),
    ("blackpool", "posts.monitoring_officer.same_holder_as", "director_of_governance", "Bl5.2"),
    ("blackpool", "adviser.in_absence", "head_of_democratic_governance", "Bl15.1"),
]
# The only numbers and dates that any of the five documents gives for what the profiles hold.
FIGURES = {
    ("bristol", "standards.enquiry.answer.days", 7),
    ("bristol", "standards.complaint.answer.days", 7),
    ("bristol", "review.months", 12),
    ("weston", "review.months", 48),
    ("weston", "review.next", date(2027, 6, 1)),
    ("blackpool", "standards.enquiry.answer.days", 10),
    ("blackpool", "standards.access_request.decide.days", 10),
}
SILENT = re.compile(
    r"receipt\.|target\.|pausing\.|ladder\.|standards\.\w+\.acknowledge\.|standards\.briefing\."
    r"|extension\.most|posts\.(democratic_services|administrator|auditor)\."
)
ROOT = FOLDER.parent.parent


def test_the_library_holds_the_five_and_each_file_is_named_by_its_key():
    assert set(LIBRARY) == {"bristol", "model", "weston", "bracknell", "blackpool"}
    assert [load(key).key for key in LIBRARY] == list(LIBRARY)


@pytest.mark.parametrize(("profile", "key", "value", "clause"), STATED)
def test_what_a_document_states_is_in_its_profile_with_the_clause(profile, key, value, clause):
    """Seen red with: days = 8 in Bristol's enquiries; Mo111 cited for Mo110."""
    found = {name: (one, citation) for name, one, citation in load(profile).walk()}
    if clause is None:
        assert found[key][0] == value
    else:
        assert found[key] == (value, clause)


def test_no_figure_is_cited_but_those_that_a_document_gives():
    """Seen red with: clause = "Mo49" on the model's ten days, which Mo49 does not state."""
    cited = {
        (profile, key, value)
        for profile in LIBRARY
        for key, value, citation in load(profile).walk()
        if isinstance(value, int | date)
        and not isinstance(value, bool)
        and citation != SET_BY_COUNCIL
    }
    assert cited == FIGURES


@pytest.mark.parametrize("profile", LIBRARY)
def test_what_every_document_leaves_open_is_set_by_the_council(profile):
    """Seen red with: a clause on Blackpool's [pausing]."""
    rows = [row for row in load(profile).walk() if SILENT.match(row[0])]
    assert len(rows) > 50
    assert {key: citation for key, _, citation in rows if citation != SET_BY_COUNCIL} == {}


@pytest.mark.parametrize("profile", LIBRARY)
def test_no_profile_lets_the_clock_pause_or_copies_in_the_dark(profile):
    assert load(profile).pausing.allowed is False
    assert load(profile).copying.blind_copies is False


@pytest.mark.parametrize("profile", LIBRARY)
def test_every_value_has_a_source_but_those_that_describe_the_profile_itself(profile):
    bare = {key for key, _, citation in load(profile).walk() if not citation}
    assert bare == {"key", "title", "council", "kind", "nation", "document", "cite_prefix"}


@pytest.mark.parametrize("profile", LIBRARY)
def test_every_number_stands_alone_on_its_line(profile):
    """A council changes one with an editor: `days = 7`, and nothing else on the line."""
    lines = load(profile).text.splitlines()
    keyed = [line for line in lines if re.match(r"(days|offset|percent|hour|months)\b", line)]
    assert len(keyed) > 15
    assert [line for line in keyed if not re.fullmatch(r"\w+ = -?\d+", line)] == []


def test_towns_have_no_monitoring_officer_of_their_own():
    for profile in map(load, LIBRARY):
        if profile.kind == "town":
            assert "monitoring_officer" not in profile.posts
            assert profile.posts["principal_council_monitoring_officer"].holder == "contact"


def test_enquiries_are_routed_as_each_document_says():
    """The town clerk's door, the model's senior officer, Blackpool's two levels, Bristol's none."""
    routes = {
        key: [load(key).route("enquiry", facts).to for facts in (set(), {"factual"}, {"routine"})]
        for key in LIBRARY
    }
    assert routes == {
        "bristol": ["service"] * 3,
        "model": ["senior_officer", "service", "senior_officer"],
        "weston": ["post"] * 3,
        "bracknell": ["post"] * 3,
        "blackpool": ["service"] * 3,
    }
    assert load("blackpool").route("enquiry", {"significant"}).to == "chief_officer"
    assert load("weston").route("enquiry", {"agreed_direct"}).to == "service"


# No code asks which council it is ------------------------------------------------------------

ASKED_IN_PAGE = re.compile(
    r"""(==|!=|\bin)\s*['"](KEYS)['"]|['"](KEYS)['"]\s*(==|!=|in\b)""".replace(
        "KEYS", "|".join(LIBRARY)
    )
)


def compared_names(source: str) -> Iterator[int]:
    """The lines on which Python compares with, matches, or looks up by a profile's key."""
    for node in ast.walk(ast.parse(source)):
        asked: list[ast.expr | None] = []
        if isinstance(node, ast.Compare):
            asked = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            asked = [node.value]
        elif isinstance(node, ast.Dict):
            asked = [one for one in node.keys if _names(one) - {"model"}]
        for one in asked:
            if _names(one):
                yield node.lineno if hasattr(node, "lineno") else 0


def _names(node: ast.expr | None) -> set[str]:
    within = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return {one.value for one in within if isinstance(one, ast.Constant) and one.value in LIBRARY}


def _ours(suffix: str) -> Iterator[Path]:
    skip = {"tests", "demo", "bench", "node_modules", "build", "var"}
    for path in ROOT.rglob(f"*{suffix}"):
        inside = path.relative_to(ROOT).parts
        if not skip & set(inside) and not inside[0].startswith("."):
            yield path


def test_no_code_or_page_asks_which_profile_it_has():
    """Profiles are data. Seen red with: `if self.key == "weston"` in whole.py."""
    pages, code = list(_ours(".html")), list(_ours(".py"))
    assert len(code) > 20
    found = [f"{path}:{line}" for path in code for line in compared_names(path.read_text())]
    found += [str(path) for path in pages if ASKED_IN_PAGE.search(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        'if profile.key == "weston": pass',
        'x = 1 if "bristol" != key else 2',
        'if key in ("bracknell", "weston"): pass',
        'match key:\n    case "model": pass',
        'days = {"bristol": 7}',
    ],
)
def test_the_search_for_profile_names_finds_a_planted_one(planted):
    assert list(compared_names(planted))


def test_the_search_for_profile_names_finds_one_in_a_page():
    assert ASKED_IN_PAGE.search("{% if profile.key == 'weston' %}")
    assert not ASKED_IN_PAGE.search('<label for="model">')
