"""What no single table can see: a clause, a post or a step that another part of the profile lacks.

Each check yields (dotted key, reason in plain English) and raises nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from protocol.profile import base, parts
from protocol.profile.faults import printable
from protocol.profile.whole import Profile, join, tables

Problem = tuple[str, str]

# The product needs these in every council, whatever its document names.
OWN_POSTS = ("democratic_services", "administrator", "auditor")
QUESTION_FOR = {
    "routine": "significance",
    "significant": "significance",
    "factual": "factual",
    "not_factual": "factual",
    "agreed_direct": "agreed_direct",
}


def problems(profile: Profile) -> list[Problem]:
    """Everything that is wrong between the tables of a profile whose tables are each sound."""
    found: list[Problem] = []
    checks = (
        _clauses,
        _council_adds,
        _posts,
        _own_posts,
        _routing,
        _questions,
        _standards,
        _contributions,
        _ladder,
    )
    for check in checks:
        found.extend(check(profile))
    return found


def _clauses(profile: Profile) -> Iterator[Problem]:
    known = [clause.citation(profile.cite_prefix) for clause in profile.clauses]
    for citation, times in Counter(known).items():
        if times > 1:
            yield "clause", f'lists the clause "{citation}" {times} times: keep one.'
    for path, table in tables(profile):
        if not isinstance(table, base.Sourced):
            continue
        cited = [("clause", table.clause)] if table.clause else []
        cited += [("also", citation) for citation in table.also]
        for name, citation in cited:
            if citation not in known:
                yield join(path, name), _no_such_clause(citation, known, profile.cite_prefix)


def _no_such_clause(citation: str, known: list[str], prefix: str) -> str:
    reason = (
        f'cites "{printable(citation, 60)}", which is not among the clauses this profile lists.'
    )
    if not re.match(rf"{re.escape(prefix)}( |[A-Z]?\d)", citation):
        return f'{reason} A citation here begins with "{prefix}", such as "{known[0]}".'
    near = get_close_matches(citation[:100], known, n=1)
    if near:
        return f'{reason} Did you mean "{near[0]}"? If it does exist, add it as a [[clause]].'
    return f"{reason} If the document has it, add it as a [[clause]]."


def _council_adds(profile: Profile) -> Iterator[Problem]:
    for path, table in tables(profile):
        if not isinstance(table, base.Sourced) or not table.council_adds:
            continue
        present = {name for name, value in base.items(table) if value is not None}
        present -= base.SOURCE_KEYS | {"note"}
        for name in table.council_adds:
            if name not in present:
                yield (
                    join(path, "council_adds"),
                    f'names "{printable(name, 60)}", no key of this table.',
                )
        if present <= set(table.council_adds):
            yield (
                join(path, "council_adds"),
                "names every key, which leaves the clause nothing to state: "
                "write set_by_council = true instead.",
            )


def _post_references(profile: Profile) -> Iterator[tuple[str, str]]:
    """Every dotted key that names a post, with the key of that post."""
    for path, table in tables(profile):
        for name in ("post", "to_post", "or_post", "consult", "in_absence", "same_holder_as"):
            value = getattr(table, name, None)
            if isinstance(value, str):
                yield join(path, name), value
        if isinstance(table, parts.Step):
            for post in table.posts:
                yield join(path, "to"), post
        if isinstance(table, parts.Ladder) and table.last_resort.startswith("post:"):
            yield join(path, "last_resort"), table.last_resort.removeprefix("post:")


def _posts(profile: Profile) -> Iterator[Problem]:
    for path, key in _post_references(profile):
        if key not in profile.posts:
            near = get_close_matches(key, list(profile.posts), n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            yield path, f'names the post "{key}", which is not in [posts].{hint}'
    for key, post in profile.posts.items():
        other = profile.posts.get(post.same_holder_as or "")
        if post.same_holder_as == key:
            yield f"posts.{key}.same_holder_as", "names the post itself."
        elif other is not None and other.same_holder_as:
            yield (
                f"posts.{key}.same_holder_as",
                f'names "{post.same_holder_as}", which itself stands for '
                f'"{other.same_holder_as}": name that one.',
            )


def _own_posts(profile: Profile) -> Iterator[Problem]:
    for key in OWN_POSTS:
        if key not in profile.posts:
            yield f"posts.{key}", "is missing: the product needs this post in every council."


def _routing(profile: Profile) -> Iterator[Problem]:
    if "enquiry" not in profile.routing:
        yield "routing.enquiry", "is missing: say where enquiries go."
    for kind, rules in profile.routing.items():
        seen: set[str] = set()
        for place, rule in enumerate(rules, start=1):
            path = f"routing.{kind}[{place}].when"
            if rule.when in seen:
                yield path, f'says "{rule.when}" a second time: the first rule that fits wins.'
            elif "always" in seen:
                yield path, 'stands after "always", so it is never reached: put "always" last.'
            seen.add(rule.when)
            question = QUESTION_FOR.get(rule.when)
            if question and not profile.asks(question):
                yield (
                    path,
                    f"needs the answer to a question that is not asked: set "
                    f"questions.{question}.ask = true.",
                )
        if "always" not in seen:
            yield (
                f"routing.{kind}",
                'must end with a rule when = "always", so that every case goes somewhere.',
            )


def _questions(profile: Profile) -> Iterator[Problem]:
    needed = {
        "family_or_friend": profile.family_or_friend.declare,
        "third_party": profile.third_party.check,
        "member_of_parliament": profile.mp.copy_to != "none",
    }
    for question, wanted in needed.items():
        if wanted and not profile.asks(question):
            yield f"questions.{question}.ask", "is false, but a rule of this profile needs it."


def _standards(profile: Profile) -> Iterator[Problem]:
    enquiry = profile.standards.get("enquiry", {})
    for promise in ("answer", "acknowledge"):
        if promise not in enquiry:
            yield f"standards.enquiry.{promise}", "is missing: every council sets this standard."
    for kind, promised in profile.standards.items():
        for promise in promised:
            if not any(step.promise == promise for step in profile.ladder.steps):
                yield (
                    f"standards.{kind}.{promise}",
                    f'has no step in the ladder: add [[ladder.steps]] with promise = "{promise}".',
                )
        first, last = promised.get("acknowledge"), promised.get("answer")
        if first and last and first.days > last.days:
            yield (
                f"standards.{kind}.acknowledge.days",
                f"is {first.days}, later than the answer itself ({last.days}).",
            )


def _contributions(profile: Profile) -> Iterator[Problem]:
    """A contribution has the date that it was asked for by, so no standard; and it breaks no promise to a
    member, so no breach."""
    for kind, promised in profile.standards.items():
        if "contribute" in promised:
            yield (
                f"standards.{kind}.contribute",
                "is no standard: say by when contributions are asked for in [contributions].",
            )
    steps = profile.ladder_for("contribute")
    for step in steps:
        if step.kind == "breach":
            yield (
                f"ladder.steps[{step.key}].kind",
                'is a breach, but a late contribution is none: use "escalate".',
            )
    if profile.contributions is not None and profile.contributions.allowed and not steps:
        yield (
            "contributions",
            'has no step in the ladder: add [[ladder.steps]] with promise = "contribute".',
        )


def _ladder(profile: Profile) -> Iterator[Problem]:
    for key, times in Counter(step.key for step in profile.ladder.steps).items():
        if times > 1:
            yield "ladder.steps", f'uses the key "{key}" {times} times: each step needs its own.'
    for promise in dict.fromkeys(step.promise for step in profile.ladder.steps):
        yield from _ladder_of(profile, promise)


def _ladder_of(profile: Profile, promise: str) -> Iterator[Problem]:
    before: parts.Step | None = None
    breach: parts.Step | None = None
    for step in (step for step in profile.ladder.steps if step.promise == promise):
        path = f"ladder.steps[{step.key}].offset"
        if before is not None and step.offset <= before.offset:
            yield (
                path,
                f'is {step.offset}, not later than the step before it ("{before.key}", '
                f"{before.offset}): write the steps in order.",
            )
        wrong = _wrong_side_of_due(step)
        if wrong:
            yield path, wrong
        if step.kind == "breach":
            if breach is not None:
                yield path, f'is a second breach for "{promise}": keep one.'
            breach = step
        before = step
    if promise == "answer" and breach is None:
        yield "ladder.steps", 'has no breach for "answer": a broken promise is always recorded.'


def _wrong_side_of_due(step: parts.Step) -> str:
    if step.kind == "remind" and step.offset >= 0:
        return f"is {step.offset}, but a reminder comes before the date: use a number below 0."
    if step.kind == "due" and step.offset != 0:
        return f'is {step.offset}, but a step of the kind "due" is on the day itself: use 0.'
    if step.kind == "breach" and step.offset < 1:
        return f"is {step.offset}, but nothing is broken until the date has passed: use 1 or more."
    if step.kind == "escalate" and step.offset < 1:
        return (
            f"is {step.offset}, but nobody is told above the owner before the date: use 1 or more."
        )
    return ""
