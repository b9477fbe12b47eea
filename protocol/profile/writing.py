"""The tables of a profile that say how one writes: copies, what is confidential, and letters."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from protocol.profile.base import (
    Sourced,
    Table,
    Words,
)


class CopyRule(Sourced):
    """When correspondence may be copied. `consult_writer`: if it is marked private, the writer is asked
    first; without it, what is marked private is not copied under "unless_private"."""

    may_copy: Literal[
        "with_author_consent", "not_by_officers", "exceptionally_named", "unless_private", "freely"
    ]
    consult_writer: bool = False


class BlindCopies(Sourced):
    """Copies that nobody can see: the product has none. `name_at_foot`: "CC councillor X"."""

    blind_copies: bool
    name_at_foot: bool

    @model_validator(mode="after")
    def _never(self) -> BlindCopies:
        if self.blind_copies:
            raise PydanticCustomError(
                "blind", "must say blind_copies = false: the product sends no blind copies."
            )
        return self


class Copying(Table):
    """The copying rule and what is said of blind copies, each with its own source."""

    rule: CopyRule
    blind: BlindCopies

    @property
    def may_copy(self) -> str:
        """The copying rule's key."""
        return self.rule.may_copy

    @property
    def blind_copies(self) -> bool:
        """Always False."""
        return self.blind.blind_copies

    @property
    def name_at_foot(self) -> bool:
        """Is everyone copied named at the foot of the message?"""
        return self.blind.name_at_foot


class Confidential(Sourced):
    """What follows when correspondence is marked with the words in `marking`."""

    marking: Words
    third_parties_barred: bool
    say_what_and_why: bool


class Letters(Sourced):
    """In whose name the council writes."""

    officers_name: bool
    never_obligations_in_member_name: bool
    ward_capacity_stated: bool


class Letterhead(Sourced):
    """What stands on a letter besides what the officer wrote, and which messages are letters.

    `addressee` (above the letter) and `greeting` have {name} in them, where the member's name goes.
    """

    kinds: Annotated[
        tuple[Literal["acknowledgement", "extension", "answer"], ...], Field(min_length=1)
    ]
    addressee: Words
    greeting: Words
    closing: Words
    foot: Words | None = None

    @field_validator("addressee", "greeting")
    @classmethod
    def _one_name(cls, text: str) -> str:
        if re.findall(r"[{}]", text.replace("{name}", "", 1)):
            raise PydanticCustomError("name", "has braces other than those of one {name}.")
        if "{name}" not in text:
            raise PydanticCustomError("name", 'needs {name}, as in "Dear Councillor {name}".')
        return text


# Where a profile was written before there were letters.
PLAIN_LETTERHEAD = Letterhead(
    kinds=("acknowledgement", "extension", "answer"),
    addressee="{name}",
    greeting="Dear {name}",
    closing="Yours sincerely",
    set_by_council=True,
)
