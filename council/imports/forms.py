"""What people give an import, and their yes to its preview."""

from __future__ import annotations

from django import forms

from council.imports.kinds import Kind
from council.imports.text import MOST_BYTES
from frontend.forms import GdsForm


class FileForm(GdsForm):
    """A file to be shown before anything changes."""

    submit_text = "Show what would change"

    file = forms.FileField(
        label="File",
        help_text="A CSV file. Nothing changes until you confirm.",
        max_length=200,
        error_messages={"max_length": "The file’s name is too long. Rename it and try again."},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Check that it is the "
                "right one."
            )
        return file


class ImportForm(FileForm):
    whole = forms.BooleanField(
        required=False, help_text="Whoever is not in it is ended today. Nobody is deleted."
    )

    def __init__(self, *args, kind: Kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind.whole:
            self.fields["whole"].label = f"The file has all our {kind.many}"
        else:
            del self.fields["whole"]


class ImportSeenForm(GdsForm):
    """Confirms the preview that was seen. `ends` is asked for where more than half would go."""

    submit_text = "Import"

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    ends = forms.BooleanField(
        label="Yes, end this many",
        help_text="More than half would end. Tick this only if that is right.",
        error_messages={"required": "Tick the box if it is right to end this many"},
    )

    def __init__(self, *args, many_ends: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not many_ends:
            del self.fields["ends"]
        self.warning = many_ends
