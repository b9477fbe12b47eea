"""Bank holidays that were proclaimed after dates were counted: a new list comes with a new package."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from council.calendar import bank_holidays
from council.models import Council
from ledger import actions as ledger


def notice(*, council: Council) -> Council:
    """The council as it stands once its bank holidays are those of this process.

    Where they are not those that its dates were counted by, the calendar's version goes up, once
    however many notice it. No query where nothing changed.
    """
    found = bank_holidays(council.nation)
    if council.bank_holidays == found:
        return council
    mine = Council.objects.filter(
        pk=council.pk, nation=council.nation, bank_holidays=council.bank_holidays
    )
    if not council.bank_holidays:
        # From before they were kept: which list its dates were counted by is not known.
        mine.update(bank_holidays=found)
    else:
        with transaction.atomic():
            if mine.update(bank_holidays=found, calendar_version=F("calendar_version") + 1):
                version = Council.objects.values_list("calendar_version", flat=True)
                ledger.record(
                    verb="bank_holidays_changed",
                    subject="council:1",
                    actor=None,
                    data={"calendar_version": version.get(pk=council.pk), "bank_holidays": found},
                )
    return Council.objects.current() or council
