"""When mail goes, as the clerk chooses it."""

from __future__ import annotations

from datetime import time

from django import forms

from frontend.forms import GdsForm
from frontend.layout import Field, Text
from frontend.words import clock
from protocol import mail_hours


def hour_choices(hours: range, none: str) -> list[tuple[int | str, str]]:
    return [("", none), *((hour, clock(time(hour))) for hour in hours)]


def _hour(label: str, hours: range, none: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        coerce=int,
        empty_value=None,
        choices=hour_choices(hours, none),
        help_text=help_text,
        error_messages={"invalid_choice": "Choose an hour that is on the list"},
    )


class MailHoursForm(GdsForm):
    submit_text = "Save the hours"

    quiet_from = _hour("Quiet hours begin at", mail_hours.BEGINS, "There are none")
    quiet_until = _hour("Quiet hours end at", mail_hours.ENDS, "There are none")
    quiet_days = forms.BooleanField(
        label="Weekends, bank holidays and closure days are quiet all day", required=False
    )
    daily_at = _hour(
        "The daily mail goes at",
        mail_hours.DAILY,
        "No daily mail",
        "Whoever prefers it can then choose one mail a day, on “Your account”. What is due today, late "
        "or brought to them is still mailed by itself.",
    )

    def fields_layout(self):
        return [
            Text("Quiet hours", style="heading"),
            Text(
                "Mail waits until they end. Only mail about signing in goes at any time, and what would "
                "be a day late by waiting.",
            ),
            "quiet_from",
            "quiet_until",
            Field.checkbox("quiet_days"),
            Text("One mail a day", style="heading"),
            "daily_at",
        ]

    def clean(self) -> dict:
        clean = super().clean()
        hours = {name: clean.get(name) for name in ("quiet_from", "quiet_until", "daily_at")}
        if not self.errors and (found := mail_hours.fault(**hours)):
            self.add_error(*found)
        return clean
