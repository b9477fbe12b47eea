"""What a page showed of a row comes back with its form, so that nobody's change is lost without a word.

A page about a row that others may change too sends, hidden, a mark for each value that it showed. The
action compares them with the row as it is by then (council/editing.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model

from frontend.fields import BOXES, DateBoxes
from frontend.words import day

SEEN = "seen"
LOST = "This page has lost its place. Open it again, then send the form: keep a copy of your text."


class SeenField(forms.CharField):
    """Hidden: the marks of what the page showed."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=1000, error_messages={"required": LOST}, **kwargs)


def marks(shown: Mapping[str, Any]) -> str:
    """One mark for each value: "name:3f2a91bc0d email:…". None and "" are the same."""
    return " ".join(f"{name}:{_mark(value)}" for name, value in shown.items())


def differing(seen: str, shown: Mapping[str, Any]) -> list[str]:
    """The names of what is no longer as it was seen; all of them where `seen` is of another page."""
    before = set(seen.split(" "))
    return [name for name, value in shown.items() if f"{name}:{_mark(value)}" not in before]


def remember(form: forms.BaseForm, shown: Mapping[str, Any]) -> None:
    """Let the form send back what its page showed. Before the form is drawn or checked."""
    form.fields[SEEN] = SeenField(initial=marks(shown))


def show_again(form: forms.BaseForm, shown: Mapping[str, Any]) -> None:
    """Ready a refused form to be sent again: with new marks, and with what was typed.

    A field that the person left as it had been shows what it is now: sending it back would undo
    the other's change by the way.
    """
    data = form.data.copy()
    for name in differing(data[SEEN], shown):
        untouched = f"{name}:{_mark(form.cleaned_data.get(name))}" in data[SEEN].split(" ")
        if name in form.fields and untouched:
            _put(data, form.fields[name], name, shown[name])
    data[SEEN] = marks(shown)
    form.data = data


def in_words(form: forms.BaseForm, name: str, value: Any) -> tuple[str, str]:
    """How a value that changed is called, and what it is now: ("Job title", "Lawyer")."""
    field = form.fields.get(name)
    label = str(field.label) if field else name.replace("_", " ").capitalize()
    if value in (None, "", []):
        return label, "none"
    if isinstance(value, bool):
        return label, "yes" if value else "no"
    if isinstance(value, date):
        return label, day(value)
    offered = isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField)
    choices = dict(field.choices) if offered else {}
    if isinstance(value, list | tuple):
        return label, "; ".join(str(choices.get(one, one)) for one in value)
    if offered:
        value = choices.get(value, value)
    return label, str(value)


def _mark(value: Any) -> str:
    if isinstance(value, Model):
        value = value.pk
    text = "" if value is None else str(value)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _put(data: Any, field: forms.Field, name: str, value: Any) -> None:
    """Make a bound form show a value as if it had been typed."""
    if isinstance(field.widget, DateBoxes):
        for box, part in zip(BOXES, field.widget.decompress(value), strict=True):
            data[f"{name}_{box}"] = "" if part is None else str(part)
    elif isinstance(field.widget, forms.CheckboxInput):
        data.setlist(name, ["on"] if value else [])
    else:
        shown = field.prepare_value(value)
        data[name] = "" if shown is None else str(shown)
