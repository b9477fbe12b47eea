"""Layout objects for forms, besides those of crispy-forms-gds."""

from typing import Any

from crispy_forms.layout import LayoutObject, TemplateNameMixin
from crispy_forms_gds.layout import Field, Fieldset, Layout
from django.template.loader import render_to_string
from django.utils.html import format_html

__all__ = ["Details", "Field", "Fieldset", "Layout", "SendingKey", "Submit", "Text"]
SENDING = "sending"


class Submit(TemplateNameMixin):
    """The button that sends the form, guarded against a double press, with a way out beside it, and
    another that keeps it for later (`later_text`).

    The pack's own button compiles its words as a template; these are only escaped.
    """

    template = "gds/layout/submit.html"

    def __init__(
        self,
        text: str,
        *,
        cancel_href: str = "",
        cancel_text: str = "Cancel",
        warning: bool = False,
        name: str = "",
        value: str = "",
        later_text: str = "",
    ):
        self.context = {
            "text": text,
            "cancel_href": cancel_href,
            "cancel_text": cancel_text,
            "warning": warning,
            "name": name,
            "value": value,
            "later_text": later_text,
        }

    def render(self, form: Any, context: Any, template_pack: str = "gds", **kwargs: Any) -> str:
        """Return the buttons' markup."""
        return render_to_string(self.template, self.context)


class SendingKey(LayoutObject):
    """Hidden, and no field of the form: a random number, so that a form that is sent twice is done once
    (accounts/once.py).
    """

    def __init__(self, number: str):
        self.fields, self.number = [], number

    def render(self, form: Any, context: Any, template_pack: str = "gds", **kwargs: Any) -> str:
        """Return the hidden box."""
        return format_html('<input type="hidden" name="{}" value="{}">', SENDING, self.number)


class Details(LayoutObject):
    """Fields that few people need, behind a summary; open where one of them holds something or is wrong."""

    template = "gds/layout/details.html"

    def __init__(self, summary: str, *fields: Any):
        self.summary = summary
        self.fields = list(fields)

    def render(self, form: Any, context: Any, template_pack: str = "gds", **kwargs: Any) -> str:
        """Return the details element with its fields."""
        names = [pointer.name for pointer in self.get_field_names()]
        used = any(form[name].errors or _changed(form[name]) for name in names)
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(
            self.template, {"summary": self.summary, "fields": fields, "is_open": used}
        )


def _changed(bound: Any) -> bool:
    """Whether what was sent, or what this form begins with, differs from what the field begins with."""
    if not bound.form.is_bound:
        begun = bound.form.initial.get(bound.name, bound.field.initial)
        return (begun or "") != (bound.field.initial or "")
    return (bound.data or "") != (bound.initial or "")


class Text(TemplateNameMixin):
    """A paragraph between fields, escaped. `style`: "body", "hint", "heading" or "inset"."""

    template = "gds/layout/text.html"

    def __init__(self, text: str, *, style: str = "body"):
        self.context = {"text": text, "style": style}

    def render(self, form: Any, context: Any, template_pack: str = "gds", **kwargs: Any) -> str:
        """Return the paragraph's markup."""
        return render_to_string(self.template, self.context)
