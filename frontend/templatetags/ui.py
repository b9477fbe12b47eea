"""The parts that pages are made of: `{% load ui %}`. frontend/README.md lists each with an example.

Every tag escapes what it is given. Values come worked out already: no tag asks the database.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template.defaultfilters import linebreaks_filter, linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from frontend import terms, words
from frontend.filtering import chips_of
from frontend.parts import Action, Cite, Due, Excerpt, Link, State, Typed
from frontend.templatetags.gds_fields import error_links

register = template.Library()

COLOURS = frozenset(
    ("grey", "green", "teal", "blue", "purple", "magenta", "red", "orange", "yellow", "pink")
)
BADGES = frozenset(("purple", "bright-purple", "red", "green", "blue", "black", "grey"))
# A reference is broken at its hyphen by no browser; whatever else stands in a list may be.
REFERENCE = re.compile(r"[A-Z]-[0-9A-Z]{4,10}")
TONES = frozenset(("calm", "soon", "late", "paused", "done"))

# A text of ours with {member} in it, as the council says it.
register.filter("said", terms.say)
for _name in ("day", "weekday", "shortday", "clock", "moment", "count"):
    register.filter(_name, getattr(words, _name))


@register.simple_tag
def state_tag(words: str | State, colour: str = "") -> str:
    """Draw a state as a GOV.UK tag. Blue, or an unknown colour, is the plain tag."""
    if isinstance(words, State):
        words, colour = words.words, words.colour
    known = f" govuk-tag--{colour}" if colour in COLOURS - {"blue"} else ""
    return format_html('<strong class="govuk-tag{}">{}</strong>', known, words)


@register.simple_tag
def badge(words: str, colour: str = "") -> str:
    """Draw a small label beside a name, such as "Restricted"."""
    known = f" moj-badge--{colour}" if colour in BADGES else ""
    return format_html('<span class="moj-badge{}">{}</span>', known, words)


@register.simple_tag
def due(phrase: Due | None) -> str:
    """Draw when something is due, in words with a tone. None draws nothing."""
    if phrase is None:
        return ""
    tone = phrase.tone if phrase.tone in TONES else "calm"
    when, bracket, days = phrase.text.partition(" (")
    # The day count stays in one piece when a narrow column breaks the line.
    days = format_html(' <span class="eh-nowrap">({}</span>', days) if bracket else ""
    return format_html('<span class="eh-due eh-due--{}">{}{}</span>', tone, when, days)


@register.simple_tag
def cite(source: str | Cite | None = "", href: str = "") -> str:
    """Draw where a rule comes from: a clause with its link, or "set by the council"."""
    if isinstance(source, Cite):
        source, href = source.label, source.href
    if not source:
        source = "set by the council"
    if href:
        return format_html('<a class="govuk-link eh-cite" href="{}">{}</a>', href, source)
    return format_html('<span class="eh-cite">{}</span>', source)


@register.simple_tag
def part(value: Any) -> str:
    """Draw any value the way its type asks: a State, Due, Link, Cite, date, list, or text."""
    if value is None or value == "":
        return format_html('<span class="eh-none">{}</span>', "Not given")
    drawers = (
        (State, state_tag),
        (Due, due),
        (Cite, cite),
        (Link, draw_link),
        (Excerpt, draw_excerpt),
        (Typed, draw_typed),
    )
    for sort, draw in drawers:
        if isinstance(value, sort):
            return draw(value)
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, (list, tuple)):
        items = format_html_join("", "<li>{}</li>", ((part(item),) for item in value))
        return format_html('<ul class="govuk-list eh-tight">{}</ul>', items)
    if isinstance(value, str) and not isinstance(value, SafeString):
        if "@" in value and not any(map(str.isspace, value)):
            return format_html('<span class="eh-email">{}</span>', value)
        if REFERENCE.fullmatch(value):
            return format_html('<span class="eh-nowrap">{}</span>', value)
        return linebreaksbr(value, autoescape=True)
    return format_html("{}", value)


def draw_typed(typed: Typed) -> str:
    return format_html('<span class="eh-typed">{}</span>', typed.text)


def draw_excerpt(excerpt: Excerpt) -> str:
    """Draw some words of a text, what was looked for marked in it."""
    pieces = format_html_join(
        "",
        "{}",
        (
            (format_html('<mark class="eh-mark">{}</mark>', text) if marked else text,)
            for text, marked in excerpt.pieces
        ),
    )
    return format_html('<span class="eh-excerpt">{}: {}</span>', excerpt.label, pieces)


def draw_link(link: Link) -> str:
    """Draw a link, with what it is about for those who hear the page."""
    about = format_html('<span class="govuk-visually-hidden"> {}</span>', link.about)
    return format_html(
        '<a class="govuk-link" href="{}">{}{}</a>',
        link.href,
        link.text,
        about if link.about else "",
    )


@register.filter
def paragraphs(text: str) -> str:
    """Draw what a person typed as escaped paragraphs, with its line breaks."""
    return linebreaks_filter(text, autoescape=True) if text else ""


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | None) -> dict[str, Any]:
    """Draw "There is a problem" for one or more forms; nothing where none has an error."""
    links = [link for form in forms if form is not None for link in error_links(form)]
    return {"links": links}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Any], bordered: bool = True, title: str = "") -> dict[str, Any]:
    """Draw keys and values; `title` makes it a card. Empty rows (None) are left out."""
    rows = [row for row in rows if row]
    return {
        "rows": rows,
        "bordered": bordered,
        "title": title,
        "any_action": any(row.action for row in rows),
    }


@register.inclusion_tag("components/identity_bar.html")
def identity_bar(
    *,
    reference: str,
    title: str = "",
    state: State | None = None,
    holder: str = "",
    due: Due | None = None,
    why_href: str = "",
    why_days: Iterable[Any] = (),
    why_title: str = "Why this date?",
    why_intro: str = "",
    why_cite: Cite | None = None,
    badges: Iterable[str] = (),
) -> dict[str, Any]:
    """Draw who and what a page is about: reference, state, who has it and when it is due.

    Why that date is either counted out below it (`why_days`) or a link away (`why_href`).
    """
    return {
        "reference": reference,
        "title": title,
        "state": state,
        "holder": holder,
        "due": due,
        "why_href": why_href,
        "why_days": why_days,
        "why_title": why_title,
        "why_intro": why_intro,
        "why_cite": why_cite,
        "badges": badges,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(items: Iterable[Any], heading_level: int = 3) -> dict[str, Any]:
    """Draw what happened, in the order given (newest first)."""
    return {"items": items, "level": heading_level}


@register.inclusion_tag("components/message_list.html")
def message_list(items: Iterable[Any], label: str = "Correspondence") -> dict[str, Any]:
    """Draw letters and emails in the order given (oldest first), each saying who else saw it."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/work_list.html")
def work_list(
    columns: Iterable[Any], rows: Iterable[Iterable[Any]], caption: str, show_caption: bool = False
) -> dict[str, Any]:
    """Draw a table that turns into cards on a phone.

    A cell is text or any part. Each row has as many cells as there are columns.
    """
    columns = list(columns)
    drawn = [list(zip(columns, row, strict=True)) for row in rows]
    return {"columns": columns, "rows": drawn, "caption": caption, "show_caption": show_caption}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Mapping[str, Any], page: Page, name: str = "page") -> dict[str, Any]:
    """Draw the way to the other pages, keeping the rest of the query string. One page: nothing."""
    query = context["request"].GET

    def href(number: int) -> str:
        changed = query.copy()
        changed[name] = number
        return f"?{changed.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    items = [
        {"number": n, "href": href(n), "current": n == page.number}
        if isinstance(n, int)
        else {"ellipsis": True}
        for n in numbers
    ]
    return {
        "page": page,
        "items": items,
        "previous": href(page.previous_page_number()) if page.has_previous() else "",
        "next": href(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/filter_panel.html", takes_context=True)
def filter_panel(
    context: Mapping[str, Any], form: BaseForm, title: str = "Filter", apart: str = ""
) -> dict[str, Any]:
    """Draw a form of filters that works by GET, with what is chosen as chips that take it off.

    `apart` is a field that stands elsewhere on the page, such as in a search box: it is kept.
    """
    request = context["request"]
    kept = request.GET.get(apart, "") if apart else ""
    return {
        "form": form,
        "fields": [field for field in form.visible_fields() if field.name != apart],
        "title": title,
        "chips": chips_of(form, request.GET, apart),
        "path": request.path,
        "apart": apart,
        "kept": kept,
        "clear": f"{request.path}?{urlencode({apart: kept})}" if kept else request.path,
    }


@register.inclusion_tag("components/search_box.html", takes_context=True)
def search_box(
    context: Mapping[str, Any], form: BaseForm, label: str, hint: str = "", button: str = "Find"
) -> dict[str, Any]:
    """Draw the box of a GET form's field `q`, apart from its other fields. What is chosen there is kept."""
    query = context["request"].GET
    return {
        "label": label,
        "hint": hint,
        "button": button,
        "typed": query.get("q", ""),
        "errors": form.errors.get("q", ()),
        "kept": [(name, query[name]) for name in form.fields if name != "q" and query.get(name)],
        "path": context["request"].path,
    }


@register.inclusion_tag("components/stat_tiles.html")
def stat_tiles(tiles: Iterable[Any], label: str = "Counts") -> dict[str, Any]:
    """Draw numbers with words, each leading to what it counts."""
    return {"tiles": tiles, "label": label}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, why: str = "", action: Link | None = None) -> dict[str, Any]:
    """Say why a list is empty and what to do."""
    return {"title": title, "why": why, "action": action}


@register.inclusion_tag("components/empty_state.html")
def nothing_fits(form: BaseForm, title: str, why: str) -> dict[str, Any]:
    """Say that nothing fits what was chosen, or what in the choice cannot be used."""
    wrong = [
        f"{message.removesuffix('.')}." for messages in form.errors.values() for message in messages
    ]
    if not wrong:
        return {"title": title, "why": why}
    return {"title": "Nothing is listed", "why": " ".join([*wrong, "Or clear all filters."])}


@register.inclusion_tag("components/action_list.html")
def action_list(actions: Iterable[Action], note: str = "") -> dict[str, Any]:
    """Draw what may be done now: the primary one first. `note`: why something is missing."""
    ordered = sorted(actions, key=lambda action: not action.primary)
    return {"actions": ordered, "note": note}


@register.inclusion_tag("components/why_this_date.html")
def why_this_date(
    days: Iterable[Any],
    intro: str = "",
    source: Cite | None = None,
    is_open: bool = False,
    title: str = "Why this date?",
) -> dict[str, Any]:
    """Draw the count day by day. `days` are the calendar's CountedDay(date, number, reason)."""
    found = {"days": days, "intro": intro, "source": source}
    return found | {"is_open": is_open, "title": title}


@register.inclusion_tag("components/confirm_panel.html")
def confirm_panel(consequences: Iterable[str], heading: str = "What will happen") -> dict[str, Any]:
    """Say what follows from something that cannot be undone. Stands above its form."""
    return {"consequences": consequences, "heading": heading}


@register.inclusion_tag("components/done_panel.html")
def done_panel(title: str, text: str = "", reference: str = "") -> dict[str, Any]:
    """Draw the green panel of something finished."""
    return {"title": title, "text": text, "reference": reference}


@register.inclusion_tag("components/sub_navigation.html")
def sub_navigation(items: Iterable[Any], label: str = "This section") -> dict[str, Any]:
    """Draw links to the pages of one section."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*links: Link) -> dict[str, Any]:
    """Draw the way up, from the top; the page itself is not in it."""
    flat = [link for item in links for link in ([item] if isinstance(item, Link) else item)]
    return {"links": flat}


@register.inclusion_tag("components/back_link.html")
def back_link(href: str, text: str = "Back") -> dict[str, Any]:
    """Draw the way back, instead of breadcrumbs."""
    return {"href": href, "text": text}


@register.inclusion_tag("components/persona_cards.html")
def persona_cards(groups: Iterable[Any], action: str, name: str = "persona") -> dict[str, Any]:
    """Draw the people to sign in as in a demonstration, by role, each with one button."""
    return {"groups": groups, "action": action, "name": name}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Iterable[Any]) -> dict[str, Any]:
    """Draw what must be done first, ticked by the product."""
    return {"tasks": tasks}


@register.inclusion_tag("components/warning.html")
def warning(text: str) -> dict[str, Any]:
    """Draw a warning with the exclamation mark."""
    return {"text": text}


@register.inclusion_tag("components/inset.html")
def inset(text: str, source: Cite | None = None) -> dict[str, Any]:
    """Draw a remark set in from the page, with its clause where there is one."""
    return {"text": text, "source": source}


@register.inclusion_tag("components/details.html")
def details(summary: str, text: str, is_open: bool = False) -> dict[str, Any]:
    """Draw words that open on demand."""
    return {"summary": summary, "text": text, "is_open": is_open}


@register.inclusion_tag("components/refusal.html")
def refusal(refused: Any, href: str = "") -> dict[str, Any]:
    """Say why something was refused, by which clause, and what to do instead (a `Refused`)."""
    return {"refused": refused, "href": href}
