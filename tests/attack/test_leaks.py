"""T2: a word of its own in every field that somebody types, and everybody looks for other people's.

A token is two words: one to search by, which a page may repeat in its search box, and a canary, which
nothing but the text itself can bring.
"""

from __future__ import annotations

import io
import json
import logging
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

import pypdf
import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import standing
from accounts.models import Draft, Person
from accounts.permissions import ACCESS
from casework.models import Case, Contribution, Copy, Demand, EnquiryDetail, Message
from council.models import Council, Holding, Upload
from documents.models import Document
from ledger import actions as ledger
from ledger.models import Event, Notice, Seal
from officers.actions import reorganising
from officers.models import Officer, Service
from tests.attack import stage
from tests.attack.planting import KEEPERS, LATE, MEMBERS_SIDE, Planted, plant
from tests.casework.making import fresh
from tests.casework.rooms import registered
from tests.factories import (
    AbsenceFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db
MOST_LINKED = 40
PDF = "application/pdf"
CANARY = re.compile(r"leak[a-z]+\d+")
SEARCH = re.compile(r"find[a-z]+\d+")
LINK = re.compile(r'(?:href|action)="([^"]+)"')
MASKS = (
    (re.compile(rb'name="csrfmiddlewaretoken" value="\w+"'), b""),
    (re.compile(rb'name="sending" value="[\w-]+"'), b""),
)


@pytest.fixture
def planted(time_machine) -> Iterator[Planted]:
    found = plant(time_machine)
    with registered(*found.rooms):
        yield found


# Looking ----------------------------------------------------------------------------------------


def text_of(answer) -> str:
    """Everything that went to the browser: headers too; of a PDF, what can be read and what it is called."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.items())
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    body = paper(content) if answer.get("Content-Type") == PDF else content.decode()
    return f"{head}\n{answer.cookies}\n{body}"


def paper(content: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return "\n".join([str(reader.metadata), *(page.extract_text() for page in reader.pages)])


def crawl(client: Client, seeds: Iterable[str]) -> dict[str, str]:
    """All of these, and so many that links on them lead to, each address's page once: text by address."""
    waiting, pages = list(seeds), {}
    seen, most = set(waiting), len(waiting) + MOST_LINKED
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        answer = client.get(path)
        pages[path] = text_of(answer)
        links = LINK.findall(pages[path]) if answer.status_code == 200 else []
        if answer.status_code == 302:
            links = [answer["Location"]]
        for link in (link.replace("&amp;", "&").partition("#")[0] for link in links):
            if link.startswith("/") and not link.startswith("/static/") and link not in seen:
                seen.add(link)
                waiting.append(link)
    return pages


# Nobody is led to these by a link, or only by one far down.
SEEDS = (
    "home",
    "copy-list",
    "account",
    "second-step",
    "case-list",
    "overview-show",
    "work-list",
    "team-list",
    "work-pass-on-list",
    "casework-list",
    "casework-all",
    "enquiry-log",
    "agreement-list",
    "view-list",
    "member-list",
    "committee-list",
    "officer-list",
    "person-list",
    "post-list",
    "protocol-page",
)


def seeds_of(planted: Planted) -> list[str]:
    """The lists, every case and copy there is, every member, and every list searched for each word."""
    paths = [reverse(name) for name in SEEDS]
    paths += [case.get_absolute_url() for case in Case.objects.all()]
    paths += [reverse("copy-page", args=[copy.key]) for copy in Copy.objects.all()]
    paths += [one.get_absolute_url() for one in Contribution.objects.all()]
    paths += [one.get_absolute_url() for one in Demand.objects.all()]
    paths += [reverse("document-open", args=[file.key]) for file in Document.objects.all()]
    paths += [draft.path for draft in Draft.objects.all()]
    paths += [reverse("work-pass-on", args=[officer.pk]) for officer in Officer.objects.all()]
    paths += [reverse("member-show", args=[p.member.pk]) for p in _members(planted)]
    paths += [reverse("service-show", args=[one.pk]) for one in Service.objects.all()]
    paths += [
        reverse("post-show", args=["town_clerk"]),
        *(reverse("holding-end", args=[h.pk]) for h in Holding.objects.filter(person=None)),
    ]
    words = ["findsubject", "findbody", "leaksubject", "Archer", "E-"]
    lists = (
        *("case-find", "case-list", "work-list", "team-list", "casework-all"),
        *("member-list", "person-list"),
    )
    paths += [f"{reverse(name)}?q={word}" for name in lists for word in words]
    paths += [f"{reverse('case-list')}?figure=open", f"{reverse('case-list')}?page=2"]
    for upload in Upload.objects.all():
        name = "member" if upload.kind == "members" else upload.kind
        paths.append(reverse(f"{name}-import-confirm", args=[upload.pk]))
    return paths


def _members(planted: Planted) -> list[Person]:
    return [planted.people[name] for name in ("alice", "erin")]


WHO = ("alice", "dora", "erin", "norris", "bob", "carol", "gita", "dev", "prue", "ada", "otis")


def looked(planted: Planted, everybody: Iterable[str | None]) -> tuple[list[str], dict, int]:
    """What anybody reads that is not theirs; what is theirs and they do not find; how many pages."""
    leaks, missing, pages = [], defaultdict(set), 0
    for who in everybody:
        client = Client(raise_request_exception=False)
        if who:
            client.force_login(fresh(planted.people[who]))
        shown = crawl(client, seeds_of(planted))
        pages += len(shown)
        found = {canary for text in shown.values() for canary in CANARY.findall(text)}
        leaks += [
            f"{who} read {canary} at {path}"
            for canary in sorted(found & planted.foreign(who))
            for path, text in shown.items()
            if canary in text
        ]
        missing[who] = planted.of(who) - found if who else set()
    return leaks, {who: lost for who, lost in missing.items() if lost}, pages


def test_nobody_is_shown_what_is_not_theirs_and_everybody_what_is(planted, caplog):
    """T2. Seen red with: `visible_in` that asks for no side; `copy_show` that asks for no person;
    `casework_home.own` without visible_to; the upload found by its key alone."""
    caplog.set_level(logging.DEBUG)
    leaks, missing, pages = looked(planted, (*WHO, "charlie", None))
    print(f"N = {pages} pages, {len(planted.readers)} tokens, {len(WHO) + 2} people")
    assert leaks == []
    # A crawl that finds nothing shows nothing: everybody finds all that is theirs.
    assert missing == {}
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert CANARY.findall(logged) == []
    assert SEARCH.findall(logged) == []


def test_after_a_merger_everybody_reads_what_they_read_before_and_nobody_else_anything(planted):
    """The successor has the same leads and, from then on, the same officers. Why it was merged is for
    whoever keeps the directory. Carol works in no service, and so reads what she reads as a lead alone.

    Seen red with: facts of a service that leave out what it took over, for officers; for leads.
    """
    Officer.objects.filter(person=planted.people["carol"]).update(service=None)
    highways, dev = Service.objects.get(name="Highways"), fresh(planted.people["dev"])
    roads = ServiceFactory(name="Roads", head=highways.head, chief_officer=highways.chief_officer)
    reason = planted.token("reason", KEEPERS)
    reorganising.merge(service=highways, into=roads, reason=reason, by=dev)
    leaks, missing, pages = looked(
        planted, ("alice", "bob", "carol", "gita", "norris", "dev", "ada")
    )
    print(f"N = {pages} pages")
    assert leaks == []
    assert missing == {}


def test_a_letter_holds_what_is_its_own_and_nothing_that_is_not_its_readers(planted):
    """T2, on paper: every letter of every case, as everybody, as a page and as a PDF.

    Seen red with: the officers' notes put on the letter; the doors of the view and of the message left open.
    """
    read: dict[str, set[str]] = defaultdict(set)
    files = 0
    for who in WHO:
        client = Client()
        client.force_login(fresh(planted.people[who]))
        for case in Case.objects.all():
            for name in ("letter-page", "letter-pdf"):
                for place in (1, 2, 3, 4):
                    answer = client.get(reverse(name, args=[case.reference, place]))
                    files += answer.get("Content-Type") == PDF
                    read[who] |= set(CANARY.findall(text_of(answer)))
    print(f"N = {files} files, {len(WHO)} people")
    assert {who: found & planted.foreign(who) for who, found in read.items() if found} == {
        who: set() for who, found in read.items() if found
    }
    # A letter that is empty leaks nothing: it has the words of its message, and why it is confidential.
    for who in ("alice", "dora", "bob", "carol", "dev", "prue"):
        mine = {one for one in planted.of(who) if re.match("leak(acknowledged|extension)", one)}
        assert mine
        assert mine <= read[who], who
    assert any(one.startswith("leakconfidential") for one in read["alice"])
    assert not any(read[who] for who in ("erin", "norris", "gita", "ada", "otis"))


def test_what_is_looked_over_before_it_is_passed_on_shows_nobody_what_is_not_theirs(planted):
    """T2, of what a page says that was sent: everything there is, ticked by everybody, for every officer.

    Looked over and sent, to somebody of another service. Seen red with: `find` without visible_to.
    """
    leaks, sent, shown = [], 0, defaultdict(set)
    ticks = [f"{case.reference}.{case.version}" for case in Case.objects.all()]
    ticks += [f"{one.key}.{one.version}" for one in Contribution.objects.all()]
    officers = list(Officer.objects.all())
    for who in (*WHO, "charlie"):
        client = Client(raise_request_exception=False)
        client.force_login(fresh(planted.people[who]))
        for of in officers:
            to = "gita" if of.person != planted.people["gita"] else "bob"
            typed = {"ticked": ticks, "officer": planted.people[to].officer.pk, "reason": "So."}
            for step in ("check", "send"):
                with transaction.atomic():
                    path = reverse("work-pass-on", args=[of.pk])
                    page = client.post(path, {**typed, "step": step, "once": str(uuid.uuid4())})
                    transaction.set_rollback(True)
                assert page.status_code in (200, 403, 404), page.content.decode()
                sent += 1
                found = set(CANARY.findall(text_of(page)))
                shown[who] |= found
                leaks += [f"{who} read {canary} of {of}" for canary in found & planted.foreign(who)]
    print(f"N = {sent} pages")
    assert leaks == []
    assert shown["carol"]
    assert shown["dev"]


def test_no_mail_and_no_line_of_the_ledger_holds_what_somebody_typed(planted, caplog):
    """Nor does the row of a draft, which is sealed for its writer.

    Seen red with: the subject in the mail where the reference stands. (Text in an event's data is
    refused by the ledger itself.)"""
    caplog.set_level(logging.DEBUG)
    while ledger.deliver(now=timezone.now()).claimed:
        pass
    ledger.seal(now=timezone.now())
    assert len(mail.outbox) > 10
    rows = [
        json.dumps(row, default=str)
        for model in (Event, Notice, Seal)
        for row in model.objects.values()
    ]
    logged = [record.getMessage() for record in caplog.records]
    mails = [message.message().as_string() for message in mail.outbox]
    print(f"N = {len(mails)} mails, {len(rows)} rows of the ledger, {len(logged)} lines of the log")
    drafts = [repr(row) for row in Draft.objects.values()]
    assert len(drafts) == 5
    for place in (rows, mails, logged, drafts):
        assert not [text for text in place if CANARY.search(text) or SEARCH.search(text)]
    # And they went to people who may see the case, or were copied in.
    sent_to = {message.to[0].rpartition("<")[2].rstrip(">") for message in mail.outbox}
    for nobody in ("otis", "ada", "charlie"):
        assert planted.people[nobody].email not in sent_to
    assert any("E-" in message.subject for message in mail.outbox)


def test_no_daily_mail_holds_what_somebody_typed_and_it_names_only_what_its_reader_may_see(planted):
    """Seen red with: the case's subject as the heading of its lines."""
    Person.objects.update(mailed="daily")
    Council.objects.update(daily_at=9)
    now = timezone.now()
    while ledger.deliver(now=now).claimed:
        pass
    held = Notice.objects.held(now).filter(held_for="daily").count()
    while ledger.deliver(now=now + timedelta(days=1)).claimed:
        pass
    daily = [message for message in mail.outbox if message.subject.startswith("Your daily mail")]
    mails = [message.message().as_string() for message in daily]
    print(f"N = {len(mails)} daily mails of {held} notices")
    assert len(mails) > 4
    assert not [text for text in mails if CANARY.search(text) or SEARCH.search(text)]
    by_email = {person.email: person for person in Person.objects.all()}
    for message in daily:
        reader = fresh(by_email[message.to[0].rpartition("<")[2].rstrip(">")])
        seen = set(Case.objects.visible_to(reader).values_list("reference", flat=True))
        asked = Contribution.objects.visible_to(reader)
        seen |= set(asked.values_list("case__reference", flat=True))
        named = {case.reference for case in Case.objects.all() if case.reference in message.body}
        assert named <= seen, f"{reader} was told of {named - seen}"


# Searching --------------------------------------------------------------------------------------


def test_every_word_that_was_typed_is_found_by_its_readers_and_by_nobody_else(planted):
    """Each token looked for by everybody, in the search and in every list that takes words: no row, no
    count and no excerpt where they may not read it. A search looks at cases: what is kept elsewhere (a
    directory, the details of an enquiry) it finds for nobody, but a resident's name for the member's side.

    Seen red with: `on_side_of` that returns all; `narrowed` over Case.objects in `case_find`; and with
    `_raised_for` that gives an officer every member.
    """
    tried, leaks, missing = 0, [], defaultdict(set)
    written = _written_in(Case.objects.all())
    residents = " ".join(EnquiryDetail.objects.values_list("constituent_name", flat=True))
    for who in WHO:
        client = Client(raise_request_exception=False)
        client.force_login(fresh(planted.people[who]))
        # Of what is copied to them, or asked of them, they read a text and see no case.
        theirs = _written_in(Case.objects.visible_to(fresh(planted.people[who])))
        open_to = [name for name in SEARCHED if client.get(reverse(name)).status_code == 200]
        for canary, readers in planted.readers.items():
            foreign = who not in readers
            looked_through = theirs + residents * (who in {*MEMBERS_SIDE, "erin"})
            # The lists that are narrowed by words are asked only what could be found in them.
            for name in open_to if foreign and canary in written else open_to[:1]:
                page = client.get(reverse(name), {"q": f'"find{canary[4:]}"'})
                count = page.context["page"].paginator.count
                tried += 1
                if foreign and (count or canary in text_of(page)):
                    leaks.append(f"{who} found {canary} in {name}: {count}")
                elif not foreign and count != (canary in looked_through):
                    missing[who].add(canary)
    print(f"N = {tried} searches, {len(planted.readers)} tokens, {len(WHO)} people")
    assert tried > 500
    assert leaks == []
    assert missing == {}


def _written_in(cases) -> str:
    messages = Message.objects.filter(case__in=cases)
    subjects, bodies = (
        cases.values_list("subject", flat=True),
        messages.values_list("body", flat=True),
    )
    return " ".join([*subjects, *bodies])


SEARCHED = ("case-find", "case-list", "work-list", "team-list", "casework-all")


# Counts -----------------------------------------------------------------------------------------


def masked(content: bytes) -> bytes:
    for mask, put in MASKS:
        content = mask.sub(put, content)
    return content


COUNTED = (
    "home",
    "overview-show",
    "case-list",
    "work-list",
    "team-list",
    "casework-list",
    "casework-all",
    "copy-list",
    "account",
)


def _counted(person: Person) -> dict[str, bytes]:
    """Every page that counts, in every way that it can be narrowed."""
    from casework.querysets import FIGURES

    client = Client()
    client.force_login(fresh(person))
    paths = [reverse(name) for name in COUNTED]
    lists = [reverse(name) for name in ("case-list", "work-list", "team-list", "casework-all")]
    paths += [f"{path}?figure={figure}" for path in lists for figure in FIGURES]
    lists.append(reverse("case-find"))
    words = ("subject", "findsubject", "findbody", "findnote", "findconstituent", "E-H")
    paths += [f"{path}?q={word}" for path in lists for word in words]
    return {path: masked(client.get(path).content) for path in paths}


def _hidden(made_for: str, planted: Planted) -> list[dict]:
    """What may be added without that person noticing: enquiries that are invisible to them."""
    alice, erin = planted.people["alice"], planted.people["erin"]
    elsewhere = {"owner": planted.people["gita"], "service": Service.objects.get(name="Housing")}
    ordinary = {"raised_by": erin, "sensitivity": "ordinary", **elsewhere}
    private = {"raised_by": alice, "sensitivity": "restricted", **elsewhere}
    return [private] if made_for in {"dev", "prue"} else [ordinary, private]


@pytest.mark.parametrize("who", ["dev", "bob", "norris", "ada", "dora"])
def test_no_page_changes_by_a_byte_when_something_comes_that_one_may_not_see(planted, who):
    """Counts, tiles, pages and lists alike. Seen red with: the overview's figures over all cases; the
    team's list over `Case.objects`."""
    person = planted.people[who]
    before = _counted(person)
    template = Case.objects.filter(
        sensitivity="ordinary", raised_by=planted.people["alice"]
    ).first()
    for number, changes in enumerate(_hidden(who, planted)):
        for figure, state in (("", "with_officer"), ("breach", "answered"), ("within", "closed")):
            extra = _twin(template, number, figure, state, changes)
            assert not Case.objects.visible_to(fresh(person)).filter(pk=extra.pk).exists()
    after = _counted(person)
    assert [path for path in before if before[path] != after[path]] == []


def _twin(case: Case, number: int, figure: str, state: str, changes: dict) -> Case:
    """Another case like it, with its clock and details, that differs as told."""
    old = case.pk
    twin = Case.objects.get(pk=old)
    twin.pk, twin.submission_key = None, None
    twin.reference = f"E-H{number}{state[:5].upper()}"
    twin.state, twin.figure = state, figure
    twin.answered_at = timezone.now() if figure else None
    for name, value in changes.items():
        setattr(twin, name, value)
    twin.save(force_insert=True)
    source = Case.objects.get(pk=old)
    for row in (*source.clocks.all(), source.enquiry):
        row.pk, row.case = None, twin
        row.save(force_insert=True)
    return twin


# Guessing ---------------------------------------------------------------------------------------


def _guesses(address: stage.Address, taken: list[str]) -> str:
    """A key of the right shape that nothing has."""
    if "reference>" in address.route:
        return "E-2222222"
    if "<slug:key>" in address.route:
        return "no_such_post"
    if "<uuid:key>" in address.route:
        return str(uuid.UUID(int=0))
    return str(max(map(int, taken), default=0) + 1000)


def _path(address: stage.Address, key: str) -> str:
    return re.sub(r"<[^>]+>", key, address.route.replace(stage.PLACE, "1"))


def _echoless(answer, path: str, key: str) -> tuple[int, bytes, str]:
    """Status, body and destination, without the address that was asked for."""
    body, where = masked(answer.content), answer.headers.get("Location", "")
    body = body.replace(path.encode(), b"PATH")
    body = body.replace(key.encode(), b"KEY") if len(key) > 6 else body
    return answer.status_code, body, where.replace(path, "PATH")


def _closed_rows(address: stage.Address, who: str, person: Person) -> list[str]:
    """Keys of rows behind this address that this person may not see."""
    if "reference>" in address.route:
        hidden = Case.objects.exclude(pk__in=Case.objects.visible_to(person))
        hidden = hidden.order_by("sensitivity", "pk")
        case = hidden.first() if who == "erin" else hidden.last()
        return [case.reference] if case else []
    if address.name.startswith("copy-"):
        return [str(copy.key) for copy in Copy.objects.exclude(person=person)]
    if address.name == "draft-delete":
        return [str(draft.key) for draft in Draft.objects.exclude(person=person)]
    if address.name.startswith("contribution-"):
        mine = Contribution.objects.readable_by(person)
        hidden = Contribution.objects.exclude(pk__in=mine.values("pk"))
        return [str(one.key) for one in hidden]
    if address.name.startswith("demand-"):
        mine = Demand.objects.visible_to(person)
        hidden = Demand.objects.exclude(pk__in=mine.values("pk"))
        return [str(one.key) for one in hidden]
    if address.name == "passkey-remove":
        others = Authenticator.objects.filter(type="webauthn").exclude(user=person)
        return [str(one.pk) for one in others]
    if address.name == "document-open":
        seen = Document.objects.visible_to(person)
        return [str(one.key) for one in Document.objects.exclude(pk__in=seen)]
    if "-import-" in address.name and "<int:pk>" in address.route:
        return [str(upload.pk) for upload in Upload.objects.exclude(person=person)]
    if address.name.startswith("agreement-"):
        return [] if who == "prue" else stage.keys_for(address)
    if address.name.startswith("absence-"):
        return [] if who in {"dev", "ada", "bob"} else stage.keys_for(address)
    if address.name == "person-address-cancel":
        others = Person.objects.exclude(pk=person.pk)
        return [] if who in {"dev", "ada"} else [str(one.pk) for one in others[:3]]
    # What needs a permission is refused before it is looked for: one of each will do.
    mine = standing.of(person)
    needed = getattr(address.view, ACCESS).split(" or ")
    return [] if any(mine.may(key) for key in needed) else stage.keys_for(address)[:1]


GUESSERS = ("erin", "ada", "dev")


def test_what_one_may_not_see_answers_as_what_does_not_exist(planted):
    """Every address that takes a reference or a key, GET and POST: the same status and body.

    Seen red with: PermissionDenied in `enquiries.views.act._found` for a case that is there; the copy
    looked for among everybody's, and then refused.
    """
    AbsenceFactory(officer=planted.people["bob"].officer, since=LATE.date(), until=LATE.date())
    tried, told = 0, []
    takes = [a for a in stage.addresses() if "<" in a.route and "<token>" not in a.route]
    nothing = {a.name: _guesses(a, stage.keys_for(a)) for a in takes}
    for who in GUESSERS:
        client = Client(raise_request_exception=False)
        person = fresh(planted.people[who])
        client.force_login(person)
        for address in takes:
            keys, absent_key = _closed_rows(address, who, person), nothing[address.name]
            for ask in (client.get, client.post) if keys else ():
                nowhere = _path(address, absent_key)
                absent = _echoless(ask(nowhere, {"version": "1"}), nowhere, absent_key)
                for key in keys:
                    here = _path(address, key)
                    there = _echoless(ask(here, {"version": "1"}), here, key)
                    tried += 1
                    if there != absent or there[0] not in {403, 404, 405}:
                        told.append(f"{who}: {ask.__name__} {here}: {there[0]}, not {absent[0]}")
    print(f"N = {tried} guesses, {len(GUESSERS)} people")
    assert tried > 150
    assert told == []


# Errors -----------------------------------------------------------------------------------------


def test_an_error_page_says_nothing_of_what_was_being_shown(planted, monkeypatch):
    """Seen red with: DEBUG on."""

    def broken(case, *args, **kwargs):
        raise RuntimeError(f"planted: {case.subject}")

    monkeypatch.setattr("casework.case_page.gather", broken)
    client = Client(raise_request_exception=False)
    client.force_login(fresh(planted.people["alice"]))
    for case in Case.objects.filter(raised_by=planted.people["alice"]):
        answer = client.get(case.get_absolute_url())
        assert answer.status_code == 500
        assert not CANARY.search(text_of(answer))
        assert "planted" not in text_of(answer)


def test_an_export_of_the_ledger_holds_no_text(planted, tmp_path):
    from ledger.export import write_events

    file = tmp_path / "events.jsonl"
    assert write_events(file) > 20
    out = io.StringIO(file.read_text())
    assert not [line for line in out if CANARY.search(line) or SEARCH.search(line)]
