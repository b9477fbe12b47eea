"""Who considers a demand: whom the profile names, passing over the absent, the departed and whoever may
not act in what the member raised (casework/apart.py); and never the officer who flagged it."""

from __future__ import annotations

from casework.holding import CLERK, People, Recipient
from casework.models import Case, Demand
from council.posts import ADVISER


def considerer(case: Case, flagged_by: int, people: People) -> Recipient | None:
    """The first who may, or None where nobody is there who may.

    By the profile: the officer's line, nearest first, or a post with its deputies. Where these lead to
    nobody, the other of the two, then the clerk, then the adviser.
    """
    rule = case.profile.demands
    line = _in_line(case, flagged_by, people)
    if rule.to == "manager":
        return line or _holding(case, flagged_by, (CLERK, ADVISER), people)
    named = _holding(case, flagged_by, (rule.post,), people)
    return named or line or _holding(case, flagged_by, (CLERK, ADVISER), people)


def asked_now(demand: Demand, people: People) -> Recipient | None:
    """The same of what was flagged before: somebody else, where whoever had it is away or gone."""
    return considerer(demand.case, demand.flagged_by_id, people)


def _in_line(case: Case, flagged_by: int, people: People) -> Recipient | None:
    above = people.lines.up(flagged_by)
    found = people.aside(case).first(one for one in above if one != flagged_by)
    return Recipient(found) if found else None


def _holding(case: Case, flagged_by: int, posts, people: People) -> Recipient | None:
    avoiding = people.aside(case).everyone | {flagged_by}
    for post in posts:
        found = people.roster.resolve(post, avoiding=avoiding, profile=case.profile)
        if found.person_id:
            # The post that they hold, which can be another that stands in: by it they may see the demand.
            return Recipient(found.person_id, found.holding.post.key)
    return None
