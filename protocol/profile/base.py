"""What every table of a profile has in common: its kinds of value, and where a value comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

SET_BY_COUNCIL = "set by the council"
SOURCE_KEYS = frozenset({"clause", "also", "set_by_council", "council_adds"})
LONGEST_WORDS = 600

Kind = Literal["enquiry", "complaint", "access_request", "briefing"]
Promise = Literal["acknowledge", "answer", "contribute", "decide", "offer", "consult", "review"]
Nation = Literal["england", "wales", "scotland", "northern-ireland"]
Level = Literal["officer", "senior", "chief", "head_of_paid_service"]
Matter = Literal[
    "access_request",
    "inspection_right",
    "access_dispute",
    "confidential_material",
    "exempt_report",
    "scrutiny_report",
    "interpretation",
]


def _words(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "is blank: write something, or leave the key out.")
    if len(text) > LONGEST_WORDS:
        raise PydanticCustomError("long", f"is longer than {LONGEST_WORDS} characters.")
    if not text.replace("\xa0", " ").isprintable():
        raise PydanticCustomError(
            "unseen", "must stand on a single line, without tabs or characters that cannot be seen."
        )
    return text


def _key(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", text):
        raise PydanticCustomError(
            "key",
            "must be a short key: small letters, digits, '-' and '_', beginning with a letter.",
        )
    return text


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Za-z]{0,3}", text):
        raise PydanticCustomError("prefix", 'must be one to four letters, such as "Br".')
    return text


def _recipient(text: str) -> str:
    if text in ("owner", "manager", "chief_officer"):
        return text
    if text.startswith("post:"):
        _key(text.removeprefix("post:"))
        return text
    raise PydanticCustomError(
        "recipient", 'must be "owner", "manager", "chief_officer" or "post:" and the key of a post.'
    )


Value = TypeVar("Value")


def freeze(mapping: Mapping[str, Value]) -> Mapping[str, Value]:
    """A read-only copy: a frozen table must not hold a dictionary that can be written to."""
    return MappingProxyType(dict(mapping))


Words = Annotated[str, AfterValidator(_words)]
Key = Annotated[str, AfterValidator(_key)]
Prefix = Annotated[str, AfterValidator(_prefix)]
Recipient = Annotated[str, AfterValidator(_recipient)]
Days = Annotated[int, Field(ge=1, le=260)]


class Table(BaseModel):
    """Any table of a profile: types are taken as they stand, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Sourced(Table):
    """A table of values with their source.

    `clause` is the citation ("Br10f") and `also` any further ones; or `set_by_council` is true.
    `council_adds` names those keys of a table with a clause that the clause does not state.
    """

    clause: Words | None = None
    also: tuple[Words, ...] = ()
    set_by_council: bool | None = None
    council_adds: tuple[Words, ...] = ()
    note: Words | None = None

    @model_validator(mode="after")
    def _exactly_one_source(self) -> Sourced:
        if self.set_by_council is False:
            raise PydanticCustomError(
                "source", "says set_by_council = false: leave that out and give the clause."
            )
        if self.clause and self.set_by_council:
            raise PydanticCustomError(
                "source",
                "gives both a clause and set_by_council: keep the clause if the council's document "
                "states this, and otherwise keep set_by_council.",
            )
        if not self.clause and not self.set_by_council:
            raise PydanticCustomError(
                "source",
                'says nothing of its source: give clause = "…" if the council\'s document states '
                "this, and otherwise set_by_council = true.",
            )
        if self.set_by_council and (self.also or self.council_adds):
            raise PydanticCustomError(
                "source", "has no clause, so 'also' and 'council_adds' have no place in it."
            )
        return self

    @property
    def citation(self) -> str:
        """The clause or clauses ("Br17, Br33"), or "set by the council"."""
        return ", ".join((self.clause, *self.also)) if self.clause else SET_BY_COUNCIL

    def citation_of(self, field: str) -> str:
        """The source of one key of this table: as `citation`, unless the council added the key."""
        return SET_BY_COUNCIL if field in self.council_adds else self.citation

    def clause_of(self, field: str) -> str | None:
        """The first clause that states one key of this table, or None where the council set it."""
        return None if field in self.council_adds else self.clause


class Aimed(Sourced):
    """A table that sends something to somebody: `to` says which kind, `post` which post."""

    to: str
    post: Key | None = None

    @model_validator(mode="after")
    def _post_only_when_it_goes_to_one(self) -> Aimed:
        if self.to == "post" and self.post is None:
            raise PydanticCustomError("post", 'has to = "post" and no post: say which post.')
        if self.to != "post" and self.post is not None:
            raise PydanticCustomError(
                "post", f'names a post, but to = "{self.to}": write to = "post", or drop the post.'
            )
        return self


def items(table: Table) -> list[tuple[str, Any]]:
    """The keys of a table as a profile spells them, with their values; its note comes last."""
    fields = type(table).model_fields
    names = sorted(fields, key=lambda name: name == "note")
    return [(fields[name].alias or name, getattr(table, name)) for name in names]
