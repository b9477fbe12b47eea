"""What each key and value of a profile is called where people read it: words, never the key itself.

`*` stands for any name in a key, `[]` for any place in a list. Texts may hold {member}.
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from frontend.terms import say
from frontend.words import clock, count
from frontend.words import day as written
from protocol.profile import Profile

GROUPS = {
    "": "The document",
    "terms": "Words that the council uses",
    "receipt": "When the count begins",
    "standards": "Standards",
    "target": "Target",
    "extension": "Giving a later date",
    "pausing": "Pausing the clock",
    "asking_again": "Asking again",
    "closing": "Closing an enquiry",
    "contributions": "Asking another service",
    "handing_on": "Handing an enquiry on",
    "routing": "Where an enquiry goes",
    "questions": "What the form asks",
    "levels": "Who is senior",
    "copying": "Copies",
    "confidential": "What is marked confidential",
    "letters": "Letters",
    "letterhead": "On a letter",
    "resources": "Use of the council’s resources",
    "diversions": "What does not belong in casework",
    "concern_about_officer": "A concern about an officer",
    "residents_complaint": "A resident’s complaint",
    "family_or_friend": "Family and friends",
    "third_party": "Information for somebody else",
    "mp": "Members of Parliament",
    "demands": "Demands on officers",
    "member_queries": "Questions from officers",
    "deciders": "Who decides",
    "adviser": "Who advises on the {protocol}",
    "review": "Review of the {protocol}",
    "posts": "Posts",
    "ladder": "Chasing and escalation",
}
KINDS = {
    "enquiry": "Enquiries",
    "complaint": "Complaints",
    "access_request": "Requests for information",
    "briefing": "Briefings",
}
PROMISES = {
    "acknowledge": "Acknowledgement",
    "answer": "Answer",
    "contribute": "Contribution of another service",
    "decide": "Decision",
    "offer": "Offer",
    "consult": "Consultation",
    "review": "Review",
}
# Tables inside a group.
TABLES = {
    "questions.significance": "How significant is it?",
    "questions.factual": "Is it only a question of fact?",
    "questions.agreed_direct": "Is it about what direct contact was agreed for?",
    "questions.family_or_friend": "Is it for somebody close to the {member}?",
    "questions.member_of_parliament": "Did a Member of Parliament raise it?",
    "questions.third_party": "Is it for somebody else?",
    "questions.private_and_confidential": "Is it private and confidential?",
    "levels.who_is_senior": "Senior officers",
    "levels.refer_upward": "Referring upward",
    "levels.instruct_warning": "Instructions",
    "copying.rule": "Copies to others",
    "copying.blind": "Who sees that there are copies",
    "diversions.whistleblowing": "Wrongdoing inside the council",
    "diversions.own_employment": "An officer’s own job",
    "deciders.access_request": "A request for information",
    "deciders.inspection_right": "A right to inspect",
    "deciders.access_dispute": "A dispute over access",
    "deciders.confidential_material": "Confidential material",
    "deciders.exempt_report": "An exempt report",
    "deciders.scrutiny_report": "A report for scrutiny",
    "deciders.interpretation": "What the {protocol} means",
}
NAMES = {
    "key": "Short name",
    "title": "Name",
    "council": "Council",
    "kind": "Kind of council",
    "nation": "Nation",
    "document": "Document",
    "cite_prefix": "Clauses begin with",
    "terms.member": "One person",
    "terms.members": "Several",
    "terms.protocol": "The document",
    "receipt.day_one": "Day one",
    "receipt.cut_off_hour": "Later counts as the next day",
    "standards.*.*.days": "Within",
    "standards.*.*.calendar": "Days counted",
    "target.percent": "Answered in time",
    "extension.allowed": "Officers may give one",
    "extension.reason_required": "With a reason",
    "extension.by_due_date": "Only before the first date has passed",
    "extension.most": "How often",
    "pausing.allowed": "Officers may pause it",
    "asking_again.allowed": "{Members} may ask again about an answer",
    "asking_again.days": "Until so long after it",
    "asking_again.count": "Days counted",
    "asking_again.most": "How often",
    "asking_again.answer_days": "Answered again within",
    "closing.learning": "What was learned is to be said",
    "contributions.allowed": "Officers may ask another service for a contribution",
    "contributions.days": "Asked for within, unless they say another date",
    "routing.*[].when": "For",
    "routing.*[].to": "Goes to",
    "routing.*[].post": "Post",
    "routing.*[].because": "What the {member} reads",
    "questions.*.ask": "Asked",
    "levels.who_is_senior.levels": "They are",
    "levels.refer_upward.allowed": "An officer may pass it to somebody more senior",
    "levels.instruct_warning.text": "What the {member} reads first",
    "copying.rule.may_copy": "Officers may copy",
    "copying.rule.consult_writer": "What is marked private, once the writer was asked",
    "copying.blind.blind_copies": "Hidden copies",
    "copying.blind.name_at_foot": "Named at the foot",
    "confidential.marking": "Marked",
    "confidential.third_parties_barred": "Goes to nobody else",
    "confidential.say_what_and_why": "Says what is confidential, and why",
    "letters.officers_name": "In the officer’s name",
    "letters.never_obligations_in_member_name": "Nothing binding in a {member}’s name",
    "letters.ward_capacity_stated": "A ward {member} says that they write as one",
    "letterhead.kinds": "Letters are",
    "letterhead.addressee": "Addressed to",
    "letterhead.greeting": "Begins with",
    "letterhead.closing": "Ends with",
    "letterhead.foot": "At the foot",
    "resources.political": "For party politics",
    "resources.private": "For private business",
    "diversions.*.to_post": "Goes to",
    "diversions.*.or_post": "If it is about them, to",
    "diversions.*.words": "What is said",
    "diversions.own_employment.own_ward_member_allowed": "As a resident, to their own ward {member}",
    "handing_on.service_requests": "Service requests go to the online reporting system",
    "concern_about_officer.to": "Goes first to",
    "concern_about_officer.post": "Post",
    "concern_about_officer.or_post": "Or to",
    "concern_about_officer.words": "What is said",
    "residents_complaint.to": "Goes to",
    "residents_complaint.post": "Post",
    "residents_complaint.words": "What is said",
    "family_or_friend.declare": "Declared",
    "family_or_friend.offer_other_member": "Another {member} may take it up",
    "third_party.check": "Checked first",
    "third_party.requires": "It must be",
    "mp.copy_to": "A copy goes to",
    "demands.flag": "An officer may say so",
    "demands.to": "It goes to",
    "demands.post": "Post",
    "demands.remind_after_days": "They are reminded every",
    "demands.group_leader": "It may be brought to the leader of the group",
    "demands.grounds[].kind": "Ground",
    "demands.grounds[].text": "The officer says",
    "demands.grounds[].exceptions": "Unless",
    "member_queries.remind": "{Members} are reminded to reply",
    "member_queries.after_days": "After",
    "deciders.*.to": "Decided by",
    "deciders.*.post": "Post",
    "deciders.*.final": "Their word is final",
    "deciders.*.consult": "Heard first",
    "adviser.post": "Post",
    "adviser.in_absence": "In their absence",
    "review.body": "By",
    "review.months": "Every",
    "review.new_administration": "After each new administration",
    "review.next": "Next",
    "posts.*.title": "Title",
    "posts.*.holder": "Held by",
    "posts.*.about": "What it does",
    "posts.*.statutory": "Required by law",
    "posts.*.same_holder_as": "The same person as",
    "ladder.hour": "Time of day",
    "ladder.last_resort": "If nobody else is there",
    "ladder.steps[].key": "Step",
    "ladder.steps[].promise": "For",
    "ladder.steps[].offset": "When",
    "ladder.steps[].kind": "What",
    "ladder.steps[].to": "Tells",
}
# Keys whose value is the key of a post, or of several recipients.
OF_POSTS = re.compile(r"(^|[._])(post|consult|in_absence|same_holder_as|last_resort|to)$")
RECIPIENTS = {
    "owner": "whoever has it",
    "manager": "their manager",
    "chief_officer": "the chief officer",
}
WORDS = {
    "unreasonable": "Unreasonable",
    "queue": "Going before others",
    "instruction": "An instruction",
    "principal": "Principal council",
    "town": "Town or parish council",
    "england": "England",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern-ireland": "Northern Ireland",
    "next_working_day": "The next working day",
    "working": "Working days",
    "working_days": "Working days",
    "days": "All days",
    "after_a_breach": "When an answer was late",
    "always": "Always",
    "routine": "Routine matters",
    "significant": "Significant matters",
    "factual": "Questions of fact",
    "not_factual": "What is more than a question of fact",
    "agreed_direct": "What direct contact was agreed for",
    "service": "The service",
    "senior_officer": "A senior officer",
    "chief_officer": "The chief officer",
    "post": "Whoever holds a post",
    "holder": "Whoever holds the information",
    "manager": "Their manager",
    "with_author_consent": "If whoever wrote agrees",
    "not_by_officers": "Nothing",
    "exceptionally_named": "As an exception, and openly",
    "unless_private": "Unless it is marked private",
    "freely": "Freely",
    "refused": "Refused",
    "allowed": "Allowed",
    "public": "public",
    "acknowledgement": "acknowledgements",
    "extension": "later dates",
    "answer": "answers",
    "data_protection": "allowed by data protection",
    "member_role": "part of the {member}’s role",
    "executive_member": "The Executive Member",
    "none": "Nobody",
    "person": "One person",
    "body": "A group of people",
    "contact": "Somebody outside the council",
    "officer": "officers",
    "senior": "senior officers",
    "chief": "chief officers",
    "head_of_paid_service": "the Head of Paid Service",
}
# Values that are sentences or names: shown as they stand.
AS_WRITTEN = re.compile(
    r"(^|\.)(key|title|council|document|cite_prefix|member|members|protocol|because|text|words|about"
    r"|marking|body|note|addressee|greeting|closing|foot|exceptions)$"
)


def pattern(key: str) -> str:
    """ "posts.town_clerk.title" → "posts.*.title": how NAMES spells a key."""
    key = re.sub(r"\[[^\]]*\]", "[]", key)
    key = re.sub(r"^standards\.\w+\.\w+\.", "standards.*.*.", key)
    key = re.sub(r"^(posts|deciders|questions)\.\w+\.", r"\1.*.", key)
    key = re.sub(r"^routing\.\w+\[\]", "routing.*[]", key)
    return re.sub(r"^diversions\.\w+\.(to_post|or_post|words)$", r"diversions.*.\1", key)


def name(key: str) -> str:
    """What one value is called: "Within", "Goes to"."""
    if key.endswith(".note"):
        return "Note"
    known = NAMES.get(pattern(key))
    return say(known) if known else _spelled(key.rpartition(".")[2])


def group(key: str) -> str:
    return say(GROUPS[re.split(r"[.\[]", key)[0] if "." in key else ""])


def table(path: str, profile: Profile | None = None) -> str:
    """What the table of a value is called within its group; "" where it is the group."""
    first, _, rest = path.partition(".")
    if first == "standards" and rest:
        kind, promise = rest.split(".")
        return f"{KINDS[kind]}: {PROMISES[promise].lower()}"
    if place := re.fullmatch(r"routing\.(\w+)\[(\d+)\]", path):
        return f"{KINDS[place[1]]}: rule {place[2]}"
    if place := re.fullmatch(r"demands\.grounds\[(\d+)\]", path):
        return f"Ground {place[1]}"
    if first == "posts" and rest:
        post = profile.posts.get(rest) if profile else None
        return post.title if post else _spelled(rest)
    if step := re.fullmatch(r"ladder\.steps\[(\w+)\]", path):
        return f"Step “{_spelled(step[1]).lower()}”"
    return say(TABLES[path]) if path in TABLES else ""


def value(key: str, found: Any, profile: Profile) -> str:
    """A value as people say it: yes or no, a date, a post by its title, a number with its unit."""
    if isinstance(found, bool):
        return "Yes" if found else "No"
    if isinstance(found, date):
        return written(found)
    if isinstance(found, int):
        return _number(pattern(key), found)
    if isinstance(found, tuple):
        return ", ".join(_one(key, one, profile) for one in found)
    return _one(key, found, profile)


def _one(key: str, found: str, profile: Profile) -> str:
    if AS_WRITTEN.search(key):
        return found
    if found == "always" and key.startswith("routing."):
        return "Everything" if "[1]" in key else "Everything else"
    post = profile.posts.get(found.removeprefix("post:"))
    if post and (found.startswith("post:") or (OF_POSTS.search(key) and found not in WORDS)):
        return post.title
    if key.startswith("ladder.") and found in RECIPIENTS:
        return RECIPIENTS[found]
    return say(WORDS[found]) if found in WORDS else found


COUNTED_IN_WORKING_DAYS = {
    "standards.*.*.days",
    "member_queries.after_days",
    "asking_again.answer_days",
    "contributions.days",
    "demands.remind_after_days",
}


def _number(key: str, found: int) -> str:
    if key == "target.percent":
        return f"{found}%"
    if key in COUNTED_IN_WORKING_DAYS:
        return count(found, "working day")
    if key == "review.months":
        return count(found, "month")
    if key == "asking_again.days":
        return count(found, "day")
    if key == "ladder.steps[].offset":
        return when(found)
    if key in ("extension.most", "asking_again.most"):
        return count(found, "time")
    return clock(time(found)) if key in ("ladder.hour", "receipt.cut_off_hour") else str(found)


def when(offset: int) -> str:
    """How a step of the ladder stands to the day that it is about."""
    if offset == 0:
        return "On the day it is due"
    return f"{count(abs(offset), 'working day')} {'before' if offset < 0 else 'after'}"


def _spelled(key: str) -> str:
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]
