"""The demonstration's councils, as data: demo/councils/*.toml, one a profile."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "councils"


@dataclass(frozen=True)
class OfficerPlan:
    title: str
    level: str = "officer"
    manager: str = ""
    service: str = ""


@dataclass(frozen=True)
class ServicePlan:
    """`head` and `chief` are titles; `topics` are those of demo/matters that it answers."""

    name: str
    chief: str
    staff: tuple[str, ...]
    count: int
    topics: tuple[str, ...]
    head: str = ""
    # To which portfolio of the executive it belongs, where the protocol asks (Bl10.3).
    portfolio: str = ""


@dataclass(frozen=True)
class CommitteePlan:
    """`chair` is a civic title or an executive one; empty: one of its members."""

    name: str
    kind: str
    seats: int = 0
    chair: str = ""
    co_opted: int = 0


@dataclass(frozen=True)
class PostPlan:
    """Who holds a post: one of the fields, and the titles of the officers who deputise."""

    officer: str = ""
    chair: str = ""
    civic: str = ""
    body: str = ""
    contact: str = ""
    email: str = ""
    person: bool = False
    deputies: tuple[str, ...] = ()


@dataclass(frozen=True)
class CivicPlan:
    title: str
    group: int
    ward: bool = True


@dataclass(frozen=True)
class ExecutivePlan:
    titles: tuple[str, ...]
    group: int
    portfolios: tuple[str, ...]


@dataclass(frozen=True)
class CouncilPlan:
    """One council: how large it is, and what its parts are called. `sets` are its own choices."""

    profile: str
    domain: str
    colour: str
    adopted_by: str
    in_force_from: date
    members: int
    no_group: int
    matters: tuple[str, ...]
    wards: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]
    civic: tuple[CivicPlan, ...]
    executive: ExecutivePlan
    committees: tuple[CommitteePlan, ...]
    officers: tuple[OfficerPlan, ...]
    services: tuple[ServicePlan, ...]
    posts: dict[str, PostPlan]
    name: str = ""
    both: str = ""
    sets: dict[str, bool] = field(default_factory=dict)
    # The hour of its daily mail, where it sends one.
    daily_at: int | None = None


def busiest(services: Iterable[ServicePlan]) -> ServicePlan:
    """The service with the widest range; its first officer has the busy morning."""
    return max(services, key=lambda plan: len(plan.topics))


def known() -> tuple[str, ...]:
    """The profiles that have a demonstration council."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def load(key: str) -> CouncilPlan:
    """The plan of a profile's council. KeyError where there is none; TypeError for an unknown key."""
    if key not in known():
        raise KeyError(key)
    raw = _frozen(tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8")))
    raw["civic"] = tuple(CivicPlan(**one) for one in raw["civic"])
    raw["executive"] = ExecutivePlan(**raw["executive"])
    raw["committees"] = tuple(CommitteePlan(**one) for one in raw["committees"])
    raw["officers"] = tuple(OfficerPlan(**one) for one in raw["officers"])
    raw["services"] = tuple(ServicePlan(**one) for one in raw["services"])
    raw["posts"] = {key: PostPlan(**one) for key, one in raw["posts"].items()}
    return CouncilPlan(**raw)


def with_choices(text: str, sets: dict[str, bool]) -> str:
    """A profile's TOML with a council's own choices: {"pausing.allowed": True}.

    Only for what the protocol leaves to the council, on one line in its own table. ValueError else.
    """
    for key, value in sets.items():
        table, _, name = key.rpartition(".")
        pattern = rf"(?m)(^\[{re.escape(table)}\]\n(?:^(?!\[).*\n)*?^{re.escape(name)} = ).*$"
        text, found = re.subn(pattern, rf"\g<1>{str(value).lower()}", text)
        if found != 1:
            raise ValueError(f"{key} is not one line of the profile")
    return text


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(one) for one in value)
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return value
