"""What people type to come in and to stay safe: passwords, codes, what a browser says of a passkey."""

from __future__ import annotations

import json

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.forms import email_field
from accounts.models import Person
from frontend.fields import refuse_unstorable
from frontend.forms import GdsForm

NUL = "\\u0000"  # as JSON writes one; no database of ours holds it
UNREADABLE = "What your browser sent could not be read. Try again"


def _password(label: str, autocomplete: str, required: str, help_text: str = ""):
    return forms.CharField(
        label=label,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"}),
        error_messages={"required": required},
    )


class SignInForm(GdsForm):
    """`kept` is what somebody typed before (accounts/kept.py). Whatever is in it keeps nobody out."""

    submit_text = "Sign in"
    kept = forms.Field(required=False, widget=forms.HiddenInput)
    email = email_field(autocomplete="username")
    password = _password("Password", "current-password", "Enter your password")


def _code(label: str, help_text: str, longest: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
                "class": "govuk-input--width-10",
            }
        ),
        error_messages={"required": "Enter the code"},
    )


class CodeForm(GdsForm):
    """The second step of signing in. `kept` as in SignInForm; `carried` is the same for whoever is in."""

    submit_text = "Sign in"
    kept = forms.Field(required=False, widget=forms.HiddenInput)
    carried = forms.Field(required=False, widget=forms.HiddenInput)
    code = _code("Code", "6 digits that your authenticator app shows, or a recovery code", 40)


class PasskeyField(forms.CharField):
    """What a browser says of a passkey: an object of JSON. Whatever else comes is refused in words."""

    widget = forms.HiddenInput

    def __init__(self, missing: str):
        said = {
            "required": missing,
            "max_length": UNREADABLE,
            "invalid": UNREADABLE,
        }
        super().__init__(max_length=20_000, error_messages=said)

    def clean(self, value):
        text = super().clean(value)
        try:
            found = json.loads(text)
            refuse_unstorable(json.dumps(found, ensure_ascii=False))
        except (RecursionError, ValueError, forms.ValidationError) as fault:
            raise forms.ValidationError(UNREADABLE) from fault
        if not isinstance(found, dict) or NUL in json.dumps(found):
            raise forms.ValidationError(UNREADABLE)
        return found


class PasskeyForm(GdsForm):
    """What the browser answered for a passkey: put in by static/js/passkeys.js, which sends the form."""

    submit_text = ""
    form_attrs = {"id": "passkey-form"}
    kept = forms.Field(required=False, widget=forms.HiddenInput)
    carried = forms.Field(required=False, widget=forms.HiddenInput)
    passkey = PasskeyField("Your browser sent no passkey. Try again")


class NewPasskeyForm(GdsForm):
    submit_text = ""
    form_attrs = {"id": "passkey-form"}
    name = forms.CharField(
        max_length=60,
        label="What do you want to call it?",
        help_text="Such as “My phone” or “Blue key”, so that you know which it is",
        error_messages={"required": "Enter a name for this passkey"},
    )
    passkey = PasskeyField("Your browser made no passkey. Press “Make a passkey” to try again")


class ConfirmPasswordForm(GdsForm):
    submit_text = "Go on"
    carried = forms.Field(required=False, widget=forms.HiddenInput)
    password = _password("Your password", "current-password", "Enter your password")


class AppForm(GdsForm):
    submit_text = "Use this app from now on"
    code = _code("Code", "6 digits that the app shows now", 20)


class LinkForm(GdsForm):
    submit_text = "Send me a link"
    email = email_field(
        autocomplete="username", help_text="The address that your council’s mail comes to"
    )


class NewPasswordForm(GdsForm):
    """One box, which the design system's "Show" button lets people check."""

    submit_text = "Set your password"
    password = _password(
        "New password",
        "new-password",
        "Enter a new password",
        "At least 12 characters. Three words that do not belong together make a good one.",
    )

    def __init__(self, *args, user: Person, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class ChangePasswordForm(NewPasswordForm):
    submit_text = "Change your password"
    field_order = ["current", "password"]
    current = _password("Current password", "current-password", "Enter your current password")


class EndSessionsForm(GdsForm):
    """`only`: the number of one of theirs; none, for all the others."""

    only = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
