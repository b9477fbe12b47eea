"""What a council's adopted protocol says, as data. See docs/writing-a-profile.md.

`load("key")`, `load_file(path)` and `load_text(text)` give a `Profile`, frozen, checked and cached;
`faults(text, name)` says what is wrong with one. `LIBRARY` lists the keys of the profiles that come
with the product. Code reads a profile's values and never compares its key.
"""

from protocol.profile.base import SET_BY_COUNCIL, Sourced
from protocol.profile.faults import Fault, ProfileError
from protocol.profile.loading import (
    LARGEST,
    LIBRARY,
    faults,
    load,
    load_file,
    load_text,
    read_file,
)
from protocol.profile.parts import Clause, Post, Route, Standard, Step
from protocol.profile.whole import Profile

__all__ = [
    "LARGEST",
    "LIBRARY",
    "SET_BY_COUNCIL",
    "Clause",
    "Fault",
    "Post",
    "Profile",
    "ProfileError",
    "Route",
    "Sourced",
    "Standard",
    "Step",
    "faults",
    "load",
    "load_file",
    "load_text",
    "read_file",
]
