"""Adding files to a form. What was chosen is held at once, so that an error elsewhere loses none."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from django import forms

from documents import actions, rules, words
from documents.kinds import ACCEPT, MOST_FILES
from documents.models import Document
from frontend.forms import is_draw_only
from protocol.refusals import Refused


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self):
        super().__init__(attrs={"accept": ACCEPT, "class": "govuk-file-upload"})


class FilesField(forms.FileField):
    """Several files: `cleaned_data` has a list, and `documents.actions.hold` says what is wrong with each."""

    widget = FilesInput

    def clean(self, data, initial=None):
        return [file for file in data or [] if file]


class WithFiles(forms.Form):
    """Mix in where files can be added; `values()["documents"]` are the documents to attach.

    The view calls `take_in` before it asks whether the form is valid: what was chosen is then held by
    the person, and the form, drawn again, has it with a tick that can be taken out.
    """

    files = FilesField(
        label="Add files (optional)",
        required=False,
        help_text=f"Up to {MOST_FILES}: PDF, pictures, Word, Excel and similar. Pictures are kept "
        "without where and when they were taken.",
    )
    held = forms.MultipleChoiceField(
        label="Files you have added",
        help_text="Untick a file to leave it out",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "A file that you added is no longer here. Add it again."},
    )
    documents: Sequence[Document] = ()

    def offer_held(self, by) -> None:
        """Of what the person holds, that which this form had. Call it once `by` is known."""
        self.by = by
        sent = self.data.getlist(self.add_prefix("held")) if self.is_bound else []
        keys = [key for key in sent if actions.is_key(key)]
        mine = Document.objects.held_by(by).filter(key__in=keys) if keys else []
        self._offered = {str(document.key): document for document in mine}
        self._show(list(self._offered.values()), keep=bool(keys))

    def take_in(self) -> None:
        """Hold what was chosen, and say on the form what cannot be taken in."""
        if not self.is_bound or is_draw_only():
            return
        self.full_clean()
        for message in self.errors.pop("held", ()):
            # Said beside the box that mends it: of what is gone there is no tick any more.
            self.add_error("files", message)
        kept = list(self._offered.values())
        for file in self._to_look_at():
            try:
                kept.append(actions.hold(by=self.by, file=file))
            except Refused as refused:
                self.add_error("files", str(refused))
        try:
            rules.may_go_together([document.size for document in kept])
        except Refused as refused:
            self.add_error("files", str(refused))
        self.documents = kept
        typed = self.data.copy()
        typed.setlist(self.add_prefix("held"), [str(document.key) for document in kept])
        self.data = typed
        self._show(kept, keep=False)

    def _to_look_at(self) -> list:
        chosen = self.cleaned_data.get("files", [])
        try:
            rules.may_be_looked_at(len(chosen))
        except Refused as refused:
            self.add_error("files", str(refused))
            return []
        return chosen

    def _show(self, documents: list[Document], *, keep: bool) -> None:
        """The ticks, one a file; no field where there is none, unless what was sent is to be refused."""
        if not documents and not keep:
            self.fields.pop("held", None)
            return
        if "held" not in self.fields:
            self.fields["held"] = deepcopy(self.base_fields["held"])
        self.fields["held"].choices = [(str(one.key), _label(one)) for one in documents]

    def with_files(self, values: dict) -> dict:
        """The cleaned values with `documents` in place of the two fields."""
        values.pop("files", None)
        values.pop("held", None)
        return {**values, "documents": list(self.documents)}


def _label(document: Document) -> str:
    """Its sender learns here what is hidden in it, before it is sent."""
    label = f"{document.name} ({document.words}, {words.size(document.size)})"
    return f"{label}: {words.hidden_in(document.flags)}" if document.flags else label
