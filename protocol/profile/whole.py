"""A whole profile: what one council's adopted protocol says, with the source of every value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr

from protocol.profile import base, parts, writing
from protocol.profile.base import Key, Kind, Matter, Prefix, Promise, Words

Standards = Annotated[
    Mapping[Promise, parts.Standard],
    AfterValidator(base.freeze),
]


class Profile(base.Table):
    """Frozen. Read it with plain attributes: `profile.copying.rule.may_copy`.

    Get one from `protocol.profile.load`, `load_file` or `load_text`, which check it and cache it.
    """

    key: Key
    title: Words
    council: Words
    kind: Literal["principal", "town"]
    nation: base.Nation
    document: Words
    cite_prefix: Prefix
    terms: parts.Terms
    receipt: parts.Receipt
    standards: Annotated[Mapping[Kind, Standards], AfterValidator(base.freeze)]
    target: parts.Target
    extension: parts.Extension
    pausing: parts.Pausing
    # What a council adopted before these were asked has neither, and stays readable: nobody asks again.
    asking_again: parts.AskingAgain | None = None
    closing: parts.Closing | None = None
    # Nor this: no other service is asked under a profile that does not say so.
    contributions: parts.Contributions | None = None
    # Nor these: nothing is handed on, the adviser is named, and nothing is said of what a resident brings.
    handing_on: parts.HandingOn | None = None
    concern_about_officer: parts.ConcernAboutOfficer | None = None
    residents_complaint: parts.ResidentsComplaint | None = None
    routing: Annotated[
        Mapping[Kind, Annotated[tuple[parts.Route, ...], Field(min_length=1)]],
        AfterValidator(base.freeze),
    ]
    questions: parts.Questions
    levels: parts.Levels
    copying: writing.Copying
    confidential: writing.Confidential
    letters: writing.Letters
    letterhead: writing.Letterhead | None = None
    resources: parts.Resources
    diversions: parts.Diversions
    family_or_friend: parts.FamilyOrFriend
    third_party: parts.ThirdParty
    mp: parts.MemberOfParliament
    demands: parts.Demands
    member_queries: parts.MemberQueries
    deciders: Annotated[Mapping[Matter, parts.Decider], AfterValidator(base.freeze)]
    adviser: parts.Adviser
    review: parts.Review
    posts: Annotated[Mapping[Key, parts.Post], AfterValidator(base.freeze)]
    ladder: parts.Ladder
    clauses: Annotated[tuple[parts.Clause, ...], Field(alias="clause", min_length=1)]

    _text: str = PrivateAttr(default="")

    def keep(self, text: str) -> Profile:
        """For the loader: remember the text that this was read from."""
        self._text = text
        return self

    @cached_property
    def text(self) -> str:
        """The TOML that this was read from, unchanged."""
        return self._text

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text, 64 hexadecimal digits."""
        return sha256(self._text.encode()).hexdigest()

    @cached_property
    def abouts(self) -> Mapping[str, str]:
        """Each citation that the document allows, with what the clause is about in our words."""
        return MappingProxyType(
            {clause.citation(self.cite_prefix): clause.about for clause in self.clauses}
        )

    @property
    def on_letters(self) -> writing.Letterhead:
        """The letterhead, or a plain one."""
        return self.letterhead or writing.PLAIN_LETTERHEAD

    @cached_property
    def _ladders(self) -> Mapping[str, tuple[parts.Step, ...]]:
        by_promise: dict[str, list[parts.Step]] = {}
        for step in sorted(self.ladder.steps, key=lambda step: step.offset):
            by_promise.setdefault(step.promise, []).append(step)
        return MappingProxyType({promise: tuple(steps) for promise, steps in by_promise.items()})

    def standard(self, kind: str, promise: str) -> parts.Standard:
        """The standard of a kind of case ("enquiry") and a promise ("answer"): days, citation.

        Raises LookupError where the profile sets none.
        """
        try:
            return self.standards[kind][promise]  # type: ignore[index]
        except KeyError:
            raise LookupError(
                f'The profile "{self.key}" sets no standard for {kind}, {promise}.'
            ) from None

    def promises(self, kind: str) -> tuple[str, ...]:
        """The promises with a standard for a kind of case, in the profile's order; may be empty."""
        return tuple(self.standards.get(kind, ()))  # type: ignore[call-overload]

    def ladder_for(self, promise: str) -> tuple[parts.Step, ...]:
        """The steps for a promise in order of offset (working days from due); may be empty."""
        return self._ladders.get(promise, ())

    def route(self, kind: str, facts: frozenset[str] | set[str]) -> parts.Route:
        """The first routing rule that applies to a case of this kind.

        `facts` holds any of "routine", "significant", "factual", "agreed_direct"; others are
        ignored. Raises LookupError where the profile routes no such kind.
        """
        for rule in self.routing.get(kind, ()):  # type: ignore[call-overload]
            if rule.matches(facts):
                return rule
        raise LookupError(f'The profile "{self.key}" has no routing for {kind}.')

    def decider(self, matter: str) -> parts.Decider:
        """Who decides a matter ("access_request"). Raises LookupError where nothing says so."""
        try:
            return self.deciders[matter]  # type: ignore[index]
        except KeyError:
            raise LookupError(
                f'The profile "{self.key}" does not say who decides {matter}.'
            ) from None

    def asks(self, question: str) -> bool:
        """Does the log form put this question ("significance", "factual", …)?"""
        return bool(getattr(self.questions, question).ask)

    def about(self, citation: str) -> str:
        """What a clause is about in our words; "" for a citation that is not in the document."""
        return self.abouts.get(citation, "")

    @cached_property
    def _sources(self) -> Mapping[str, str]:
        return MappingProxyType({key: citation for key, _, citation in self.walk()})

    def source_of(self, key: str) -> str:
        """The source of a value by its dotted key, as `walk` spells it: "Br10f" or
        "set by the council"; "" where a key needs none. Raises LookupError for no such key."""
        try:
            return self._sources[key]
        except KeyError:
            raise LookupError(f'The profile "{self.key}" has no value called {key}.') from None

    def walk(self) -> Iterator[tuple[str, Any, str]]:
        """Every value as (dotted key, value, citation), in the order of the schema.

        Values are str, int, bool, date or tuples of str; keys that are absent are left out, and so
        is the list of clauses. A citation is "" for what describes the profile itself.
        """
        for path, table in tables(self):
            if isinstance(table, parts.Clause):
                continue
            is_step = isinstance(table, parts.Step)
            unsourced = self.ladder.citation if is_step else ""
            for name, value in base.items(table):
                if name in base.SOURCE_KEYS or value is None or _is_nested(value):
                    continue
                if is_step and name == "key":  # It stands in the dotted key.
                    continue
                sourced = isinstance(table, base.Sourced)
                citation = table.citation_of(name) if sourced else unsourced
                yield join(path, name), value, citation

    def __hash__(self) -> int:
        return hash(self.digest)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Profile:
        return self

    def __reduce__(self) -> tuple[Callable[[str], Profile], tuple[str]]:
        from protocol.profile.loading import load_text

        return load_text, (self._text,)


def join(path: str, name: str) -> str:
    """A dotted key: "" and "kind" give "kind"; "target" and "percent" give "target.percent"."""
    return f"{path}.{name}" if path else name


def _is_nested(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(isinstance(one, base.Table) for one in value)
    return isinstance(value, base.Table | Mapping)


def tables(table: base.Table, path: str = "") -> Iterator[tuple[str, base.Table]]:
    """A table and every table inside it, each with its dotted key.

    A table in a list is named by its own key where it has one ("ladder.steps[breach]"), and
    otherwise by its place, counted from 1 ("routing.enquiry[2]").
    """
    yield path, table
    for name, value in base.items(table):
        yield from _inside(join(path, name), value)


def _inside(path: str, value: Any) -> Iterator[tuple[str, base.Table]]:
    if isinstance(value, base.Table):
        yield from tables(value, path)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _inside(join(path, name), one)
    elif isinstance(value, tuple):
        for place, one in enumerate(value, start=1):
            yield from _inside(f"{path}[{getattr(one, 'key', place)}]", one)
