"""Asking somebody for their second step: a code, or a passkey, whichever they have."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts import actions
from accounts.models import Person
from accounts.signing_in import second_step
from accounts.signing_in.forms import CodeForm, PasskeyForm
from protocol.refusals import Refused

CODE, PASSKEY = "code", "passkey"


class Asking:
    """The forms of one page: `code`, and `passkey` for whoever has one. What was sent is in one of them."""

    def __init__(
        self, request: HttpRequest, person: Person, *, submit_text: str, here: str, **carries: str
    ):
        """`carries`: what somebody typed, as `kept` or as `carried` (accounts/kept.py)."""
        posted, self.person = request.POST, person
        self.held = second_step.of(person)
        more = {"initial": carries}
        self.code = CodeForm(posted if CODE in posted else None, submit_text=submit_text, **more)
        self.passkey = PasskeyForm(posted if PASSKEY in posted else None, **more)
        if not self.held.app:
            self.code.fields[CODE].label = "Recovery code"
            self.code.fields[CODE].help_text = "One of those that you kept. Each works once"
        self.code.form_action = self.passkey.form_action = here

    def given(self) -> Authenticator | None:
        """What they gave, where it is theirs; else the form that was sent says what is wrong."""
        for form, field, give in (
            (self.code, CODE, actions.give_code),
            (self.passkey, PASSKEY, actions.give_passkey),
        ):
            if form.is_valid():
                try:
                    return give(person=self.person, **{field: form.cleaned_data[field]})
                except Refused as refused:
                    form.add_error(field if field == CODE else None, str(refused))
        return None

    def page(self) -> dict[str, object]:
        """For the template. The browser is asked for a passkey anew each time."""
        return {
            "form": self.code,
            "passkey_form": self.passkey,
            "held": self.held,
            "options": second_step.passkey_question(self.person),
        }
