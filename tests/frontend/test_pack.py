"""What crispy-forms-gds 2.0.1 gets wrong, and that our templates put it right."""

import datetime as dt
import re
from pathlib import Path

import crispy_forms_gds
import pytest
from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.template import Context, Engine
from django.template.loader import render_to_string

from frontend.fields import DateField
from frontend.forms import GdsForm

PACK = Path(crispy_forms_gds.__file__).parent / "templates"


def draw(form):
    """Draw a form below its error summary, as a page does."""
    source = "{% load ui crispy_forms_tags %}{% error_summary form %}{% crispy form %}"
    return render_to_string_from(source, {"form": form})


def render_to_string_from(source, values):
    """Draw a template given as text."""
    return Engine.get_default().from_string(source).render(Context(values))


def ids(html):
    """Every id of a page, with the tag that has it."""
    return {match[2]: match[1] for match in re.finditer(r'<(\w+)[^>]*?\sid="([^"]+)"', html, re.S)}


class CountedForm(GdsForm):
    """A text area with a limit and no hint."""

    text = forms.CharField(widget=forms.Textarea, max_length=20)

    def fields_layout(self):
        return [Field.textarea("text", max_characters=20)]


class RadioForm(GdsForm):
    """One question with radios."""

    colour = forms.ChoiceField(choices=[("r", "Red"), ("b", "Blue")], widget=forms.RadioSelect)


class DayForm(GdsForm):
    """A date."""

    received = DateField(noun="the date received")


def send_day(day, month, year):
    """Send the three boxes."""
    return DayForm({"received_day": day, "received_month": month, "received_year": year})


@pytest.mark.parametrize("data", [None, {"text": "x" * 21}])
def test_a_text_area_with_a_limit_needs_no_hint(data):
    """Seen red with: the pack's field.html (KeyError: aria-describedby)."""
    html = draw(CountedForm(data))
    described = re.search(r'<textarea[^>]*aria-describedby="([^"]+)"', html)[1].split()
    assert "id_text-info" in described
    assert set(described) <= set(ids(html))


def test_the_error_summary_leads_to_the_first_radio():
    """Seen red with: the pack's radios (#id_colour is no id of the page)."""
    html = draw(RadioForm({}))
    assert 'href="#id_colour"' in html
    assert ids(html)["id_colour"] == "input"


def test_every_label_of_a_radio_leads_to_its_own_button():
    html = draw(RadioForm({"colour": "b"}))
    assert re.findall(r'for="([^"]+)"', html) == ["id_colour", "id_colour_2"]
    assert re.findall(r'id="(id_colour\w*)"[^>]*checked', html) == ["id_colour_2"]


def test_a_day_that_does_not_exist_is_refused_in_plain_words():
    """Seen red with: the pack's DateInputField ("day is out of range for month")."""
    form = send_day("31", "2", "2026")
    assert form.errors["received"] == ["The date received must be a real date, like 27 3 2026"]


def test_the_boxes_of_a_date_ask_a_phone_for_numbers():
    """Seen red with: the pack's DateInputField (no inputmode)."""
    html = draw(DayForm())
    boxes = re.findall(r'<input type="text"[^>]*name="received_(\w+)"[^>]*inputmode="(\w+)"', html)
    assert boxes == [("day", "numeric"), ("month", "text"), ("year", "numeric")]


def test_the_alert_stands_inside_the_error_summary_and_not_on_it():
    """Seen red with: the pack's error_summary.html (role="alert" on the element that takes focus)."""
    html = draw(RadioForm({}))
    summary = re.search(r'<div class="govuk-error-summary"[^>]*>\s*<div([^>]*)>', html)
    assert 'role="alert"' in summary[1]
    assert 'role="alert"' not in summary[0].split(">")[0]


def test_labels_hints_and_messages_are_escaped():
    """Seen red with: the pack's field.html (label|safe)."""

    class LabelForm(GdsForm):
        name = forms.CharField(label="<b>Name</b>", help_text="<i>hint</i>")

    html = draw(LabelForm({"name": ""}))
    assert "<b>" not in html
    assert "<i>" not in html


def test_an_error_of_a_hidden_field_is_shown_without_a_link():
    class HiddenForm(GdsForm):
        version = forms.IntegerField(widget=forms.HiddenInput)

    html = draw(HiddenForm({"version": "x"}))
    assert "There is a problem" in html
    assert "<a " not in html


def test_drawing_a_form_twice_gives_the_same_page():
    form = CountedForm({"text": "x" * 21})
    assert draw(form) == draw(form)


def test_the_pack_still_has_the_faults_that_our_templates_mend():
    """When this fails, a release has mended one: take our override away and try the tests above."""
    field = (PACK / "gds" / "field.html").read_text()
    assert "label|safe" in field
    assert '_{{ forloop.counter }}"' in (PACK / "gds/layout/checkboxes.html").read_text()
    assert 'role="alert" tabindex="-1"' in (PACK / "gds/layout/error_summary.html").read_text()

    class StockForm(forms.Form):
        text = forms.CharField(widget=forms.Textarea)
        when = DateInputField()

        @property
        def helper(self):
            helper = FormHelper()
            helper.layout = Layout("when")
            return helper

    form = StockForm({"text": "x", "when_0": "31", "when_1": "2", "when_2": "2026"})
    assert form.errors["when"][0].startswith("day ")
    assert "inputmode" not in str(form["when"])


def test_nobody_uses_the_pack_s_own_date_field():
    root = Path(__file__).resolve().parents[2]
    rooms = [p for p in root.iterdir() if (p / "apps.py").exists()]
    users = [
        path
        for room in rooms
        for path in room.rglob("*.py")
        if "DateInputField" in path.read_text(encoding="utf-8") and room.name != "frontend"
    ]
    assert users == []


def test_a_field_shown_by_a_radio_comes_right_after_it():
    from tests.frontend.gallery_forms import GalleryForm

    html = draw(GalleryForm({"came_by": "phone", "phone": "0117 496 0000"}))
    assert re.search(
        r'value="phone" checked.*?</div>\s*<div class="govuk-radios__conditional', html, re.S
    )
    assert "0117 496 0000" in html


def test_a_date_keeps_what_was_typed():
    html = draw(send_day("31", "Febtober", "26"))
    for typed in ("31", "Febtober", "26"):
        assert f'value="{typed}"' in html


def test_a_date_given_at_first_fills_the_boxes():
    html = draw(DayForm(initial={"received": dt.date(2026, 12, 4)}))
    assert re.findall(r'name="received_\w+" value="(\d+)"', html) == ["4", "12", "2026"]


def test_an_empty_form_has_no_error_summary():
    assert "There is a problem" not in draw(RadioForm())
    assert render_to_string("components/error_summary.html", {"links": []}).strip() == ""
