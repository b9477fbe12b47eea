"""Setting the council's own row, and changing it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Person
from council import rules
from council.calendar import bank_holidays
from council.editing import as_seen
from council.models import Council
from ledger import actions as ledger
from protocol.refusals import Refused

DEFAULT_COLOUR = "#1d70b8"
MOST_LINES, LONGEST_LINE = 7, 80


def _clean(name: str, nation: str, colour: str) -> dict[str, str]:
    return {
        "name": rules.words(name, "the council’s name", 120),
        "nation": rules.nation(nation),
        "brand_colour": rules.colour(colour),
    }


def _contact(text: str) -> str:
    """An address, or "" for none."""
    return rules.email(text) if text.strip() else ""


def _lines(text: str) -> str:
    """A postal address as lines, blank ones left out; "" for none."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise Refused(f"Use {MOST_LINES} lines or fewer for the postal address.")
    return "\n".join(rules.words(line, "the postal address", LONGEST_LINE) for line in lines)


def _online(name: str, address: str) -> dict[str, str]:
    """The online reporting system: its name and where it is, or neither."""
    name, address = " ".join(name.split()), address.strip()
    if not name and not address:
        return {"online_name": "", "online_address": ""}
    if not name or not address:
        raise Refused(
            "The online reporting system needs both its name and its address.",
            instead="Give both, or leave both out.",
        )
    return {
        "online_name": rules.words(name, "the name of the online reporting system", 80),
        "online_address": rules.web_address(address),
    }


@transaction.atomic
def create(*, name: str, nation: str, colour: str = DEFAULT_COLOUR, by: Person | None) -> Council:
    """Set the council up. Refused where there is one: an installation serves one council."""
    values = _clean(name, nation, colour)
    try:
        with transaction.atomic():
            council = Council.objects.create(
                pk=1, **values, bank_holidays=bank_holidays(values["nation"])
            )
    except IntegrityError:
        raise Refused("The council is already set up.", instead="Change its details.") from None
    ledger.record(verb="council_set_up", subject="council:1", actor=by.pk if by else None)
    return council


def shown(council: Council) -> dict[str, str]:
    """What the page of the details shows."""
    return {
        "name": council.name,
        "nation": council.nation,
        "colour": council.brand_colour,
        "contact_email": council.contact_email,
        "postal_address": council.postal_address,
        "online_name": council.online_name,
        "online_address": council.online_address,
    }


@transaction.atomic
def change(
    *,
    council: Council,
    name: str,
    nation: str,
    colour: str,
    by: Person | None,
    contact_email: str | None = None,
    postal_address: str | None = None,
    online_name: str | None = None,
    online_address: str | None = None,
    seen: str | None = None,
) -> list[str]:
    """Change name, nation, colour and contact; returns the names of the fields that changed.

    `contact_email` is public, `postal_address` stands on letters; "" takes either away and None leaves
    it; `online_name` and `online_address` likewise, both or neither. Another nation has other bank holidays,
    so that the version of the calendar goes up with it.
    """
    rules.may(by, "council.configure")
    as_seen(council, seen, shown)
    values = _clean(name, nation, colour)
    if contact_email is not None:
        values["contact_email"] = _contact(contact_email)
    if postal_address is not None:
        values["postal_address"] = _lines(postal_address)
    if online_name is not None or online_address is not None:
        values |= _online(online_name or "", online_address or "")
    changed = [field for field, value in values.items() if getattr(council, field) != value]
    if not changed:
        return []
    for field in changed:
        setattr(council, field, values[field])
    written = list(changed)
    if "nation" in changed:
        council.bank_holidays = bank_holidays(council.nation)
        written.append("bank_holidays")
    council.save(update_fields=written)
    raised = {}
    if "nation" in changed:
        council.calendar_version = raised["calendar_version"] = raise_calendar_version()
    ledger.record(
        verb="council_changed",
        subject="council:1",
        actor=by.pk if by else None,
        data={"fields": changed, **raised},
    )
    return changed


def raise_calendar_version() -> int:
    """Clocks computed under an older version are stale; casework's sweep counts them again.

    The events of what changed hold the new version, so that the sweep can say why a date moved.
    """
    Council.objects.filter(pk=1).update(calendar_version=F("calendar_version") + 1)
    return Council.objects.values_list("calendar_version", flat=True).get(pk=1)
