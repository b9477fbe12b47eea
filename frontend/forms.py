"""The base of every form: GOV.UK layout, plain messages, nothing typed is lost, nothing gives a 500."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Layout
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.utils import pretty_name

from frontend.fields import (
    DateField,
    OnceOnlyField,
    Textarea,
    VersionField,
    refuse_invisible,
    refuse_unstorable,
)
from frontend.layout import SendingKey, Submit

LONGEST = 10_000
_draw_only: ContextVar[bool] = ContextVar("draw_only", default=False)
CHOICES = (forms.ChoiceField, forms.ModelChoiceField)


@contextmanager
def draw_only() -> Iterator[None]:
    """Within, no form is valid: what was sent is drawn again for the person to look at, and not done."""
    token = _draw_only.set(True)
    try:
        yield
    finally:
        _draw_only.reset(token)


def is_draw_only() -> bool:
    """Whether what was sent is only drawn again. A form that keeps something at once asks."""
    return _draw_only.get()


class PlainForm:
    """What every form has. Use GdsForm or GdsModelForm, which mix it in.

    submit_text: the words of the green button. cancel_href: where "Cancel" leads ("" for none).
    warning: the button is red, for what cannot be undone. A form drawn inside another form of the
    page sets form_tag to False. `fields_layout` chooses and groups the fields. later_text: the words of
    a second button, which keeps what was typed without sending it. form_attrs: more attributes of the form.
    """

    submit_text = "Save"
    cancel_href = ""
    warning = False
    form_tag = True
    form_action = ""
    later_text = ""
    form_attrs: dict[str, str] = {}

    def __init__(self, *args: Any, submit_text: str = "", cancel_href: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.submit_text = submit_text or self.submit_text
        self.cancel_href = cancel_href or self.cancel_href
        self.sending = secrets.token_hex(16)
        for name, field in list(self.fields.items()):
            self.fields[name] = made_plain(field, name)

    def is_valid(self) -> bool:
        """Return whether what was sent may be acted on; never where it is only to be drawn again."""
        return super().is_valid() and not is_draw_only()

    def fields_layout(self) -> list[Any]:
        """Return layout objects and field names in the order of the page: all fields, by default."""
        return [field.name for field in self.visible_fields()]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed or chosen, for a page that cannot send it again: labels and words, no files
        and no passwords."""
        said = [(str(field.label), in_words(field)) for field in self.visible_fields()]
        return [(label, words) for label, words in said if words]

    @property
    def helper(self) -> FormHelper:
        """How crispy draws the form. Made anew each time, as crispy writes on it."""
        helper = FormHelper()
        helper.form_tag = self.form_tag
        helper.form_action = self.form_action
        helper.attrs = {"novalidate": "", **self.form_attrs}
        hidden = [field.name for field in self.hidden_fields()]
        parts = [*hidden, *self.fields_layout()]
        if self.submit_text and self.form_tag:
            parts.append(SendingKey(self.sending))
            parts.append(
                Submit(
                    self.submit_text,
                    cancel_href=self.cancel_href,
                    warning=self.warning,
                    later_text=self.later_text,
                )
            )
        helper.layout = Layout(*parts)
        return helper


class GdsForm(PlainForm, forms.Form):
    """A form that is not tied to a model."""


class GdsModelForm(PlainForm, forms.ModelForm):
    """A form for a model's fields. Saving is an action's work: read `cleaned_data`, never `save()`."""

    def save(self, commit: bool = True) -> Any:
        """Refuse: actions are the only writers."""
        raise NotImplementedError("Call an action with cleaned_data. Forms do not write.")


class Versioned(forms.Form):
    """Mix in where two people may change the same thing: `cleaned_data["version"]` is an int."""

    version = VersionField()


class OnceOnly(forms.Form):
    """Mix in where sending twice must do it once: `cleaned_data["once"]` is a UUID."""

    once = OnceOnlyField()

    def start_afresh(self) -> None:
        """Show a sent form again, with all that was typed, as one that was never sent."""
        typed = self.data.copy()
        typed[self.add_prefix("once")] = str(uuid.uuid4())
        self.data = typed


def in_words(field: forms.BoundField) -> str:
    """What is in a box as the person saw it: of a choice its words, and not the value behind them."""
    value = field.value()
    secret = isinstance(field.field.widget, forms.PasswordInput)
    if not value or secret or isinstance(field.field, forms.FileField):
        return ""
    if isinstance(field.field, CHOICES):
        options = [option.data for option in field.subwidgets]
        return "\n".join(str(one["label"]) for one in options if one["selected"] and one["value"])
    if isinstance(value, list):
        return " ".join(str(one) for one in value if one)
    return "Yes" if value is True else str(value)


def made_plain(field: forms.Field, name: str) -> forms.Field:
    """Return the field with our widget, limits and messages; a plain date becomes three boxes."""
    if type(field) is forms.DateField and not isinstance(field.widget, forms.HiddenInput):
        field = DateField(
            label=field.label,
            help_text=field.help_text,
            required=field.required,
            initial=field.initial,
            disabled=field.disabled,
        )
    if type(field.widget) is forms.Textarea:
        field.widget = Textarea(attrs=field.widget.attrs)
    if type(field.widget) is forms.NumberInput:
        field.widget = forms.TextInput(
            attrs={"class": "govuk-input--width-5"} | field.widget.attrs | {"inputmode": "numeric"}
        )
    if isinstance(field, forms.CharField):
        guard_text(field)
    say_plainly(field, name)
    return field


def guard_text(field: forms.CharField) -> None:
    """Refuse what cannot be stored, and more text than anyone means to send.

    The maxlength attribute goes: a browser cuts a paste short without a word, and text is lost.
    """
    field.validators = [
        check
        for check in field.validators
        if not isinstance(check, ProhibitNullCharactersValidator)
    ]
    field.validators += [refuse_unstorable, refuse_invisible]
    if field.max_length is None and not isinstance(field, (forms.UUIDField, forms.JSONField)):
        field.max_length = LONGEST
        field.validators.append(forms.CharField(max_length=LONGEST).validators[0])
    field.widget.attrs.pop("maxlength", None)


def say_plainly(field: forms.Field, name: str) -> None:
    """Put our message wherever the field still has Django's own."""
    if field.label is None:
        field.label = pretty_name(name)
    label = str(field.label) or pretty_name(name)
    question = label.endswith("?")
    noun = f"an answer to “{label}”" if question else inside(label)
    named = "Your answer" if question else label
    verb = "Select" if isinstance(field, CHOICES) else "Enter"
    noun = getattr(field, "noun", "") or noun
    if isinstance(field, forms.FileField):
        verb, noun = "Choose", "a file"
    if isinstance(field, forms.BooleanField):
        verb, noun = "Tick", f"“{label}” to continue"
    # A message with a number in it is filled in with %, so a % of the label's own must not be.
    named = named.replace("%", "%%")
    most = f"{getattr(field, 'max_length', None) or 0:,}"
    ours = {
        "required": f"{verb} {noun}",
        "max_length": f"{named} must be {most} characters or fewer. You have used %(show_value)d.",
        "min_length": f"{named} must be %(limit_value)d characters or more",
        "min_value": f"{named} must be %(limit_value)s or more",
        "max_value": f"{named} must be %(limit_value)s or less",
        "invalid_choice": f"Select {noun.replace('%', '%%')} from the list",
        "invalid_pk_value": f"Select {noun} from the list",
        "invalid_list": f"Select {noun} from the list",
        "empty": "The file you chose is empty. Choose another file",
        "missing": "Choose a file",
    } | invalid_message(field, named)
    theirs = {}
    for sort in reversed(type(field).__mro__):
        theirs.update(getattr(sort, "default_error_messages", {}))
    for code, message in ours.items():
        current = field.error_messages.get(code)
        if current is None or current == theirs.get(code):
            field.error_messages[code] = message


def invalid_message(field: forms.Field, named: str) -> dict[str, str]:
    """Return the message for a value of the wrong shape, where the kind of field has one."""
    if isinstance(field, forms.EmailField):
        return {"invalid": f"{named} must be an email address, like name@example.com"}
    if isinstance(field, forms.IntegerField) and not isinstance(field.widget, forms.HiddenInput):
        return {"invalid": f"{named} must be a whole number, like 12"}
    if isinstance(field, forms.URLField):
        return {"invalid": f"{named} must be a web address, like https://www.example.com"}
    return {}


def inside(label: str) -> str:
    """Return the label as it stands in a sentence: "Ward" → "the ward", "Your name" → "your name"."""
    words = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    known = (
        "the ",
        "your ",
        "their ",
        "a ",
        "an ",
        "any ",
        "what ",
        "when ",
        "why ",
        "who ",
        "how ",
    )
    return words if words.startswith(known) else f"the {words}"
