"""Form fields and widgets that say what is wrong in plain words."""

import re
import unicodedata
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from frontend.words import day as written

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
BOXES = ("day", "month", "year")
SURROGATE = re.compile("[\ud800-\udfff]")

Limit = date | Callable[[], date] | None


def refuse_unstorable(value: Any) -> None:
    """Refuse text that no database can hold: NUL characters and halves of a character."""
    text = str(value)
    if "\x00" in text or SURROGATE.search(text):
        raise ValidationError(
            "The text has a character in it that cannot be saved. It may have come with a copy and "
            "paste. Type that part again.",
            code="unstorable",
        )


def refuse_invisible(value: Any) -> None:
    """Refuse text in which there is nothing to see: joiners, marks of direction, odd spaces."""
    text = str(value)
    if text and all(unicodedata.category(letter)[0] in "ZC" for letter in text):
        raise ValidationError(
            "There is nothing to read in this text. It holds only characters that cannot be seen. "
            "Type it again.",
            code="invisible",
        )


class Textarea(forms.Textarea):
    """A text area whose line breaks count as one character, as the character count shows them."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was typed, with line breaks as the person's browser counted them."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class LongTextField(forms.CharField):
    """Several lines of text, at most `max_length` characters. Says how many are left."""

    widget = Textarea

    def __init__(self, *, max_length: int = 5000, rows: int = 6, **kwargs: Any):
        kwargs.setdefault("widget", Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)


class DateBoxes(forms.MultiWidget):
    """Three boxes: `name_day`, `name_month`, `name_year`. The date input of the design system."""

    template_name = "frontend/date_boxes.html"
    at_fault: tuple[str, ...] = ()

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(dict.fromkeys(BOXES, forms.TextInput), attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Return [day, month, year] of a date, or three times None."""
        if isinstance(value, date):
            return [value.day, value.month, value.year]
        return [None, None, None]

    def target_id(self, auto_id: str) -> str:
        """Return the id of the first box that has to be mended."""
        return f"{auto_id}_{self.at_fault[0] if self.at_fault else 'day'}"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give each box its own id, label, width and, where it is at fault, the error class."""
        context = super().get_context(name, value, attrs)
        wrong = (attrs or {}).get("aria-invalid") == "true"
        for box, sub in zip(BOXES, context["widget"]["subwidgets"], strict=True):
            at_fault = wrong and box in (self.at_fault or BOXES)
            width = 4 if box == "year" else 2
            sub["label"] = box.capitalize()
            sub["attrs"].pop("aria-invalid", None)
            sub["attrs"] |= {
                "id": f"{context['widget']['attrs'].get('id', name)}_{box}",
                "class": f"govuk-input govuk-date-input__input govuk-input--width-{width}"
                + (" govuk-input--error" if at_fault else ""),
                "inputmode": "numeric" if box != "month" else "text",
                "autocomplete": "off",
            }
            if at_fault:
                sub["attrs"]["aria-invalid"] = "true"
        return context


class DateField(forms.MultiValueField):
    """A date in three boxes, cleaned to a `date` or None. What was typed stays on error.

    `noun` is how messages name it: "the date you received it" (the label, where not given).
    `earliest` and `latest` are the first and last date taken: a date, or a function that gives one.
    Months may be typed as words. Messages follow the design system's date input.
    """

    widget = DateBoxes

    def __init__(
        self,
        *,
        noun: str = "",
        earliest: Limit = date(1900, 1, 1),
        latest: Limit = date(2100, 12, 31),
        **kwargs: Any,
    ):
        self.noun, self.earliest, self.latest = noun, earliest, latest
        kwargs.pop("input_formats", None)
        boxes = tuple(forms.CharField(required=False, max_length=20) for _ in BOXES)
        super().__init__(boxes, require_all_fields=False, **kwargs)

    @property
    def named(self) -> str:
        """How messages name the date, with a capital letter."""
        words = str(self.noun or self.label or "The date").rstrip("?:")
        return words[:1].upper() + words[1:]

    def clean(self, value: Any) -> date | None:
        """Return the date that the boxes hold, or say which box to mend and how."""
        self.widget.at_fault = ()
        if self.disabled and not isinstance(value, list):
            value = self.widget.decompress(value)
        typed = [str(part).strip() if part is not None else "" for part in value or ("", "", "")]
        missing = [box for box, part in zip(BOXES, typed, strict=True) if not part]
        if len(missing) == len(BOXES):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if missing:
            self.fail(missing, f"{self.named} must include a {' and '.join(missing)}", "incomplete")
        return self.within_limits(self.real_date(*typed))

    def real_date(self, day: str, month: str, year: str) -> date:
        """Return the date typed, or refuse the box that cannot be one."""
        like = f"{self.named} must be a real date, like 27 3 2026"
        numbers = {
            "day": int(day) if re.fullmatch(r"[0-9]{1,2}", day) else 0,
            "month": month_number(month),
            "year": int(year) if re.fullmatch(r"[0-9]{4}", year) else 0,
        }
        if re.fullmatch(r"[0-9]{1,3}", year):
            self.fail(
                ["year"], f"{self.named} must have all 4 numbers of the year, like 2026", "year"
            )
        out_of_range = [box for box, number in numbers.items() if not number]
        if out_of_range or numbers["day"] > 31:
            self.fail(out_of_range or ["day"], like, "invalid")
        try:
            return date(numbers["year"], numbers["month"], numbers["day"])
        except ValueError:
            self.fail(["day"], like, "invalid")
            raise

    def within_limits(self, value: date) -> date:
        """Return the date, or refuse it with the first or last date that may be given."""
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if earliest and value < earliest:
            self.fail(BOXES, f"{self.named} must be {written(earliest)} or later", "earliest")
        if latest and value > latest:
            self.fail(BOXES, f"{self.named} must be {written(latest)} or earlier", "latest")
        self.run_validators(value)
        return value

    def fail(self, boxes: Any, message: str, code: str) -> None:
        """Refuse, remembering which boxes are at fault."""
        self.widget.at_fault = tuple(boxes)
        raise ValidationError(message, code=code)

    def compress(self, data_list: Any) -> date | None:
        """Never reached: `clean` reads the boxes itself."""
        raise NotImplementedError


def month_number(typed: str) -> int:
    """Return 1 to 12 for "3", "03", "Mar" or "March"; 0 for anything else."""
    if re.fullmatch(r"[0-9]{1,2}", typed):
        return int(typed) if 1 <= int(typed) <= 12 else 0
    start = typed.lower()
    full = [f"{date(2000, n, 1):%B}".lower() for n in range(1, 13)]
    if start in full:
        return full.index(start) + 1
    return MONTHS.index(start) + 1 if start in MONTHS else 0


class VersionField(forms.IntegerField):
    """Hidden: which version of the thing the person was looking at, for `Stale`."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("error_messages", {})
        message = "This page has lost its place. Open it again, then send the form: keep a copy of your text."
        kwargs["error_messages"] = {"required": message, "invalid": message} | kwargs[
            "error_messages"
        ]
        super().__init__(min_value=0, max_value=2**31 - 1, **kwargs)


class OnceOnlyField(forms.UUIDField):
    """Hidden: a key made when the form was first drawn, so that sending it twice does it once."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("initial", uuid.uuid4)
        message = "This page has lost its place. Go back to the start of the form: keep a copy of your text."
        kwargs.setdefault("error_messages", {"required": message, "invalid": message})
        super().__init__(**kwargs)
