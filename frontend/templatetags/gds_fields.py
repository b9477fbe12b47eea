"""What our overrides of the crispy-forms-gds templates need. Pages use `ui`, not this."""

from collections.abc import Mapping
from typing import Any

from django import forms, template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.forms.widgets import Input

register = template.Library()

CLASSES = (
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Textarea, "govuk-textarea"),
    (forms.RadioSelect, ""),
    (forms.Select, "govuk-select"),
    (forms.FileInput, "govuk-file-upload"),
    (Input, "govuk-input"),
)


@register.filter
def kind(field: BoundField) -> str:
    """Say how a field is drawn: radios, checkboxes, checkbox, several (boxes) or single."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "several" if isinstance(widget, forms.MultiWidget) else "single"


@register.filter
def is_password(field: BoundField) -> bool:
    """True for a password box, which gets a Show button where there is JavaScript."""
    return isinstance(field.field.widget, forms.PasswordInput)


@register.simple_tag(takes_context=True)
def character_limit(context: Mapping[str, Any], field: BoundField) -> int | None:
    """Return the most characters that a text area takes, for its count; None counts nothing."""
    if not isinstance(field.field.widget, forms.Textarea):
        return None
    return context.get("max_characters") or getattr(field.field, "max_length", None)


@register.filter
def described_by(field: BoundField) -> str:
    """Return the ids of the field's hint and error messages, in the order they are drawn."""
    ids = [f"{field.auto_id}_hint"] if field.help_text else []
    ids += [f"{field.auto_id}_error_{n}" for n in range(1, len(field.errors) + 1)]
    return " ".join(ids)


@register.simple_tag
def field_control(field: BoundField, counted: int | None = None) -> str:
    """Draw the control alone, with the pack's classes and with its hint and errors tied to it.

    `counted` is truthy when a character count stands below it. Changes nothing on the widget, so
    drawing a form twice gives the same markup twice.
    """
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        return field.as_widget()
    base = next((name for sort, name in CLASSES if isinstance(widget, sort)), "")
    names = [base, *widget.attrs.get("class", "").split()]
    if counted:
        names.append("govuk-js-character-count")
    if isinstance(widget, forms.PasswordInput):
        names += ["govuk-password-input__input", "govuk-js-password-input-input"]
    if field.errors and base and not isinstance(widget, forms.CheckboxInput):
        names.append(f"{base}--error")
    ids = [described_by(field), f"{field.auto_id}-info" if counted else ""]
    attrs = {"class": " ".join(dict.fromkeys(filter(None, names)))} | typing_hints(widget)
    if described := " ".join(filter(None, ids)):
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)


def typing_hints(widget: forms.Widget) -> dict[str, str]:
    """Return what keeps a browser from correcting passwords and addresses, and lets it fill them in."""
    if not isinstance(widget, (forms.PasswordInput, forms.EmailInput)):
        return {}
    hints = {"spellcheck": "false", "autocapitalize": "none"}
    if isinstance(widget, forms.PasswordInput):
        hints["autocomplete"] = "current-password"
    return hints | {name: widget.attrs[name] for name in hints if name in widget.attrs}


@register.filter
def option_id(field: BoundField, choice: Any) -> str:
    """Return the id of one radio or checkbox. The first has the field's own id.

    So a link from the error summary to the field lands on something that can take the focus.
    """
    values = [str(value) for value, _ in choices_of(field)]
    place = values.index(str(choice[0])) + 1 if str(choice[0]) in values else 1
    return field.auto_id if place == 1 else f"{field.auto_id}_{place}"


@register.filter
def choices_of(field: BoundField) -> list[Any]:
    """Return the field's choices, without the empty one where an answer is required."""
    choices = list(field.field.choices)
    if field.field.required:
        choices = [choice for choice in choices if str(choice[0]) != ""]
    return choices


@register.filter
def is_chosen(field: BoundField, choice: Any) -> bool:
    """True where the choice is the field's value, or one of its values."""
    value = field.value()
    values = value if isinstance(value, (list, tuple, set)) else [value]
    return str(choice[0]) in {"" if item is None else str(item) for item in values}


def first_control(field: BoundField) -> str:
    """Return the id of the control that an error summary should lead to."""
    target = getattr(field.field.widget, "target_id", None)
    return target(field.auto_id) if target else field.auto_id


@register.filter
def error_links(form: BaseForm) -> list[tuple[str, str]]:
    """Return every error of a form as (message, "#id"), in the order of the page.

    An error about the whole form leads to its first field; one of a hidden field leads nowhere,
    because there is nothing there to mend.
    """
    if not form.is_bound:
        return []
    visible = form.visible_fields()
    start = f"#{first_control(visible[0])}" if visible else ""
    links = [(str(error), start) for error in form.non_field_errors()]
    for field in form:
        href = "" if field.is_hidden else f"#{first_control(field)}"
        links += [(str(error), href) for error in field.errors]
    return links
