"""The table of who sees what is whole: its words, roles and verbs are those that there are."""

from __future__ import annotations

import re

import pytest

from protocol import authority, lifecycle, who_sees


def test_every_role_has_its_column_and_so_have_those_without_one():
    """Seen red with: a role added to protocol/authority.py alone."""
    roles = [role.key for role in authority.ROLES]
    assert sorted(who_sees.read().areas.columns) == sorted([*roles, "no_role", "anonymous"])


def test_the_sets_name_every_verb_and_no_other():
    """Seen red with: a verb spelt wrongly in a set; a verb left out of all."""
    there = {verb for kind in lifecycle.TABLE for _, verb in lifecycle.TABLE[kind]}
    named = set().union(*who_sees.read().sets.values())
    assert named == there - lifecycle.BY_ITSELF


def test_a_no_is_written_out_for_every_kind():
    """N = every cell; each table has rows that see nothing."""
    cells = list(who_sees.read().cells())
    assert len(cells) == 569
    for table in who_sees.read().things:
        assert any(row.cells[0] == "no" for row in table.rows), table.key


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["raised_and_gone", ', '["raised_it", ', "stands there twice"),
        ('nothing = "Nothing"', 'nought = "Nothing"', "differ"),
        ('columns = ["sees it", "may"]', 'columns = ["sees it", "may", "more"]', "columns"),
        ('"takes_back"],', '"takes_all"],', "no word of this table"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_with_its_place(old, new, said):
    """Seen red with: each of the four looks taken out of `parse`."""
    text = who_sees.FILE.read_text(encoding="utf-8")
    text = re.sub(r'",  +', '", ', re.sub(r'\["(\w+)", +', r'["\1", ', text))
    assert old in text
    with pytest.raises(who_sees.Wrong, match=said):
        who_sees.parse(text.replace(old, new, 1))
