"""How the product says no: one exception that carries what a person needs to hear."""

from __future__ import annotations


class Refused(Exception):
    """Something may not happen now.

    `reason` is a sentence for the person who asked. `clause` is the clause of the adopted protocol
    that the refusal rests on, or None where the council or the law of the thing itself says so.
    `instead` says what they can do about it.
    """

    def __init__(self, reason: str, *, clause: str | None = None, instead: str | None = None):
        super().__init__(reason)
        self.reason = reason
        self.clause = clause
        self.instead = instead

    def __str__(self) -> str:
        cited = f" ({self.clause})" if self.clause else ""
        mend = f" {self.instead}" if self.instead else ""
        return f"{self.reason}{cited}{mend}"


class Stale(Refused):
    """Somebody changed the thing since this person opened it. Their text must be kept."""


class NotTheirs(Refused):
    """Whoever asked may not do it at all, whatever the state of the thing. It goes on record."""
