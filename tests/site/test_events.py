"""T10: every action that writes has its event, and every file that is taken away."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import FunctionType, ModuleType

import pytest
from django.urls import reverse

import ledger.actions
import ledger.bounded
from ledger.models import Event
from tests import cast
from tests.factories import AdoptionFactory
from tests.site.test_access import addresses

ROOMS = ("accounts", "council", "documents", "members", "officers", "casework")
OURS = (*ROOMS, "ledger", "protocol_site")
RECORDS = set(
    map(
        inspect.unwrap,
        (ledger.actions.record, ledger.actions.record_many, ledger.bounded.record),
    )
)
WRITES = frozenset(
    [
        "create",
        "bulk_create",
        "update",
        "bulk_update",
        "delete",
        "save",
        "get_or_create",
        "update_or_create",
    ]
)
THEMSELVES = ("ledger.actions", "ledger.bounded", "ledger.streams")
# What writes and has no event of its own, and why. Whoever adds to this list says so here.
SILENT = {
    "documents.actions.erase": "whoever erases what the files belong to records it (records)",
    # Counting, and forgetting what is over: nothing that anybody did.
    "accounts.actions.tries.forget": "a count",
    "accounts.signing_in.actions.sessions.clear_sessions": "sessions whose time is over",
    # A draft is nobody's but its writer's, and decides nothing (ADR 13).
    "accounts.actions.drafts.delete_draft": "ADR 13",
    "accounts.actions.drafts.drop_drafts": "ADR 13",
    "accounts.actions.drafts.drop_all_drafts": "ADR 13",
    "accounts.actions.drafts.clear_drafts": "ADR 13",
    "accounts.actions.drafts.sending": "the action inside has its event",
    # Files on their way: what is done with them in the end is an event.
    "documents.actions.drop": "never sent",
    "council.actions.importing.keep_upload": "the import is an event",
    "council.actions.importing.discard_upload": "nothing was imported",
    "members.actions.importing.preview": "writes nothing",
    "members.actions.importing.keep_upload": "the import is an event",
    # Parts of others, which record them in their own event or take theirs from them.
    "accounts.actions.writing.move": "of every change of a person",
    "casework.demands.actions.bring": "of flagging, and of its chasing",
    "casework.enquiries.actions.agreements.carried": "of a merger or an ending, whose events it makes",
    "casework.enquiries.actions.clockwork.extend": "of the verb that gives a new date",
    "casework.enquiries.actions.clockwork.pause": "of the verb that pauses",
    "casework.enquiries.actions.clockwork.reset": "of the verbs that move a date",
    "casework.enquiries.actions.clockwork.resume": "of the verb that resumes",
    "casework.enquiries.actions.clockwork.run_on": "of the verb that takes back",
    "casework.enquiries.actions.clockwork.start_again": "of the verb that asks again",
    "casework.enquiries.actions.clockwork.stop": "of the verbs that answer and end",
    "council.actions.adoptions.add_missing_posts": "of adopting",
    "council.actions.details.raise_calendar_version": "of closure days and the details",
    "documents.actions.attach": "of the verb that sends, which commits to the files",
    "documents.actions.remove": "of the verb that removes a file",
    "members.actions.people.close_held": "of ending a member",
    "members.actions.people.let_sign_in": "of reinstating, which says whom it let in",
    "members.actions.people.stop_signing_in": "of ending, which says whom it stopped",
    # Decides nothing and opens nothing (ADR 10).
    "casework.saved.actions.save": "ADR 10",
    "casework.saved.actions.rename": "ADR 10",
    "casework.saved.actions.remove": "ADR 10",
}


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of actions of every room."""
    found = []
    for room in ROOMS:
        package = import_module(room)
        for one in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "actions" in one.name.split(".") and ".management." not in one.name:
                found.append(import_module(one.name))
    return tuple(found)


def verbs() -> Iterator[FunctionType]:
    for module in modules():
        for name, value in vars(module).items():
            if inspect.isfunction(value) and name[0] != "_" and value.__module__ == module.__name__:
                yield inspect.unwrap(value)


def named(function: FunctionType) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@cache
def calls(function: FunctionType | type) -> tuple[frozenset, bool]:
    """The functions and classes of ours that it names, and whether it writes rows itself."""
    names = vars(import_module(function.__module__))
    reached, writes = set(), False
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            writes = writes or node.func.attr in WRITES
        value = _value(node, names)
        ours = (getattr(value, "__module__", None) or "").split(".")[0] in OURS
        if ours and (inspect.isfunction(value) or _acts(value)):
            reached.add(inspect.unwrap(value))
    return frozenset(reached), writes


def _acts(value: object) -> bool:
    """A class that does something, as an import does; models and what only holds values are none."""
    return inspect.isclass(value) and ".actions" in value.__module__


def _value(node: ast.AST, names: dict) -> object:
    """What a name, or an attribute of a module, stands for."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = names.get(node.value.id)
        return getattr(owner, node.attr, None) if inspect.ismodule(owner) else None
    return None


def reach(function: FunctionType) -> tuple[bool, bool]:
    """Whether it comes to write a row, and whether it comes to record an event."""
    seen, waiting, writes = {function}, [function], False
    while waiting:
        mine, wrote = calls(waiting.pop())
        writes = writes or wrote
        fresh = mine - seen
        seen |= fresh
        # What the ledger writes for itself is the event.
        waiting += [one for one in fresh if one.__module__ not in THEMSELVES]
    return writes, bool(seen & RECORDS)


def test_every_action_that_writes_has_its_event_or_stands_in_the_list():
    """Seen red with: `record_many` taken out of the removal of a closure day."""
    found = {named(one): reach(one) for one in verbs()}
    writers = {name: recorded for name, (writes, recorded) in found.items() if writes}
    print(f"N={len(writers)} actions that write, of {len(found)} functions")
    assert len(writers) > 100
    silent = {name for name, recorded in writers.items() if not recorded}
    assert silent - SILENT.keys() == set()
    assert SILENT.keys() - silent == set(), "these have an event by now, or are gone"


# Files -----------------------------------------------------------------------------------------
FILES = re.compile(r"Content-Disposition|as_attachment=True")
# Taken by anybody, and the same in every council.
NO_SECRET = {
    "directory_import_sample": "an invented example",
    "ledger_script": "the script that verifies, as it is published",
    "processing_csv": "which fields there are, the same in every council",
}


def test_every_file_that_somebody_takes_away_is_on_record():
    """Seen red with: `take_text` that records nothing."""
    views = {inspect.unwrap(address.view) for address in addresses()}
    functions = {view for view in views if inspect.isfunction(view)}
    giving = {one for one in functions if FILES.search(inspect.getsource(one))}
    silent = {one.__name__ for one in giving if not reach(one)[1]}
    print(f"N={len(giving)} views that answer with a file")
    assert {"document_open", "letter_pdf", "adoption_text", "event_export"} <= {
        one.__name__ for one in giving
    }
    assert silent == NO_SECRET.keys()


@pytest.mark.django_db
def test_the_text_of_a_protocol_that_somebody_takes_stands_in_their_reads(client):
    adoption = AdoptionFactory()
    alice = cast.alice()
    client.force_login(alice)
    answer = client.get(reverse("adoption-text", args=[adoption.pk]))
    assert answer.content.decode() == adoption.text
    event = Event.objects.of("protocol_taken").select_related("stream").get()
    assert (event.actor, event.subject) == (alice.pk, f"adoption:{adoption.pk}")
    assert event.stream.key.startswith(f"reads:{alice.pk}:")
