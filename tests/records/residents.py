"""Residents, each with a token of their own in every place where a council can write about them."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Draft
from casework.enquiries import actions
from casework.models import Case, SavedView
from documents import storage
from ledger import actions as ledger
from records.models import ErasureRequest
from tests.casework.demands import flag
from tests.casework.handing import hand_on
from tests.casework.making import NOW, World, fresh, reloaded, with_bob
from tests.documents.making import held
from tests.drafting import address, begin

KINDS = 6
# One person keeps fifty at most.
DRAFTS = 40


@dataclass(frozen=True)
class Resident:
    """`token` stands in all that was written about them, and nowhere else."""

    number: int
    token: str
    case: Case

    @property
    def name(self) -> str:
        return f"{self.token}name Smith"

    @property
    def probe(self) -> bytes:
        """An index keeps only what a word has not in common with the one before it: the end of the token."""
        return self.token[-8:].encode()


def resident(made: World, number: int, dice: random.Random) -> Resident:
    token = "zq" + "".join(dice.choices(string.ascii_lowercase, k=12))
    one = Resident(number, token, _logged(made, token))
    _lived_through(made, one)
    return Resident(number, token, reloaded(one.case))


def _logged(made: World, token: str) -> Case:
    return with_bob(
        made,
        subject=f"Damp at {token}subject",
        body=f"She wrote: {token}body",
        constituent_name=f"{token}name Smith",
        constituent_contact=f"12 {token}street, {token}@example.org",
        constituent_basis="consent",
        confidential=True,
        confidential_why=f"{token}health",
        external_reference=f"{token}ref",
        documents=[held(fresh(made.alice), name=f"{token}file.csv", content=token.encode() * 20)],
    )


def _lived_through(made: World, one: Resident) -> None:
    """What is done differs by the number, so that each way of ending and each table has its share."""
    bob, dev, token, case = fresh(made.bob), fresh(made.dev), one.token, one.case
    actions.ask(case=case, by=bob, text=f"Is {token}question hers?", now=NOW)
    actions.reply(case=case, by=fresh(made.alice), text=f"Yes, {token}reply", now=NOW)
    files = [held(bob, name=f"{token}two.csv", content=f"{token}second".encode())]
    actions.note(case=case, by=bob, text=f"{token}note", documents=files, now=NOW)
    kind = one.number % KINDS
    if kind == 1:
        actions.remove_file(case=case, by=bob, document=files[0], reason=f"{token}why", now=NOW)
    if kind == 2:
        other = with_bob(made)
        link = {"kind": "related", "reason": f"{token}link", "now": NOW}
        actions.link(case=case, by=bob, other=other, **link)
        actions.link(case=with_bob(made), by=bob, other=reloaded(case), **link)
    if kind == 3:
        demand = flag(case, made.bob, text=f"{token}demand")
        from casework.demands import actions as demands

        demands.consider(
            demand=demand,
            by=dev,
            outcome="carry_on",
            text=f"{token}outcome",
            now=NOW,
        )
    if one.number < DRAFTS:
        begin(made.bob, address(case, "note"), text=f"{token}draft")
    if one.number == 0:
        # It is about no enquiry yet, and names them.
        begin(made.alice, reverse("enquiry-log"), subject="Damp", body=f"For {one.name}")
    SavedView.objects.create(
        person=made.dev,
        name=f"About {one.name}",
        listed="case-list",
        query=urlencode({"q": one.name}),
        saved_at=NOW,
    )
    if kind == 4:
        hand_on(made, case, said={"reference": f"{token}handing", "entered_on": NOW.date()})
    elif kind == 5:
        actions.withdraw(case=reloaded(case), by=fresh(made.alice), reason=f"{token}gone", now=NOW)
    else:
        words = f"Dear {token}answer"
        actions.answer(case=reloaded(case), by=bob, text=words, gives=False, now=NOW)
        ending = {"outcome": "resolved", "remark": f"{token}close", "now": NOW}
        actions.close(case=reloaded(case), by=bob, **ending)


# Looking everywhere -----------------------------------------------------------------------------------


def everywhere(logged: str = "") -> dict[str, bytes]:
    """All that the product keeps and has sent, place by place, as bytes in small letters."""
    while ledger.deliver(now=timezone.now()).claimed:
        pass
    places = {
        "database": database(),
        "files": b"\n".join(_files(Path(storage.storage().location))),
        "mail": b"\n".join(message.message().as_bytes() for message in mail.outbox)
        + b"\n".join(_files(Path(settings.EMAIL_FILE_PATH))),
        "drafts": "\n".join(_typed(draft) for draft in Draft.objects.all()).encode(),
        "log": logged.encode(),
    }
    return {place: content.lower() for place, content in places.items()}


def database() -> bytes:
    """SQLite: the very bytes of its files. PostgreSQL: every column of every row, the index of words too."""
    if connection.vendor == "sqlite":
        base = str(connection.settings_dict["NAME"])
        paths = [Path(base + end) for end in ("", "-wal", "-shm", "-journal")]
        return b"".join(path.read_bytes() for path in paths if path.exists())
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT t::text FROM {name} AS t")
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found).encode()


def _files(folder: Path) -> list[bytes]:
    return [path.name.encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def _typed(draft: Draft) -> str:
    return "" if draft.fields is None else draft.fields.urlencode()


def asked_for(one: Resident, by) -> ErasureRequest:
    """What they would write to the council."""
    from records import actions as records

    return records.record_request(
        name=one.name,
        address=f"12 {one.token}street",
        phone="",
        email=f"{one.token}@example.org",
        received_on=NOW.date(),
        by=fresh(by),
    )
