"""Which forms keep a draft, for whom, and how a form shows the one there is. docs/adr/0013-drafts.md.

A room that has such forms says so in its AppConfig.ready() (`register`): this room need not know what
lies above it, nor who may see what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.crypto import salted_hmac

from accounts.models import Draft, Person
from frontend.forms import is_draw_only

# The name of the button that keeps what was typed, without sending it.
LATER = "save_draft"
LATER_TEXT = "Save and come back later"
LONGEST_PATH = 200
# The field with the marks of another form's draft, whose words were taken over here.
BESIDES = "draft_besides"
# Savings of one window that nobody answered: more than a browser sends before it gives up.
MOST_MARKS = 50


@dataclass(frozen=True)
class Acts:
    """Where the ledger says to which version somebody brought what a form is about: in the events of
    `subject`, under the name `version`; where `only`, in those alone whose data says so.
    """

    subject: str
    version: str = "version"
    only: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Place:
    """One form as one person stands before it: what a draft of it hangs on, and what may be kept of it.

    `fields` are the names that the browser sends; those of `texts` hold words. Where it is not
    `automatic`, nothing is kept here but by the person's own press of a button. `acts`: where it is seen
    what they did after the version that their page has; by default in the events of what it is about.
    """

    path: str
    about: str
    capacity: str
    fields: frozenset[str]
    texts: frozenset[str]
    version: int | None = None
    automatic: bool = True
    acts: Acts | None = None

    def kept(self, posted: QueryDict) -> QueryDict:
        """What the form declares, and nothing else that was sent."""
        found = QueryDict(mutable=True)
        for name in sorted(self.fields):
            if name in posted:
                found.setlist(name, posted.getlist(name))
        return found

    def has_words(self, kept: QueryDict) -> bool:
        return any(value.strip() for name in self.texts for value in kept.getlist(name))


@dataclass(frozen=True)
class Forms:
    """Forms of a room. `place` is told a person and what stands in the address, and raises Http404
    where the form is not theirs; `still_theirs` keeps of a person's drafts those that they may open yet.
    """

    place: Callable[..., Place]
    still_theirs: Callable[[Person, list[Draft]], Iterable[Draft]]


_rooms: dict[str, Forms] = {}


def register(names: Iterable[str], forms_of_a_room: Forms) -> None:
    """Let the forms at these addresses keep drafts. Registering again replaces."""
    for name in names:
        _rooms[name] = forms_of_a_room


def place_at(path: str, person: Person) -> Place:
    """The form at an address, for who is to write in it; Http404 where there is none for them."""
    match = _match(path)
    return _rooms[match.url_name].place(person, **match.kwargs)


def still_theirs(person: Person, drafts: Iterable[Draft]) -> list[Draft]:
    """Of one person's drafts, those whose form they could still open."""
    by_room: dict[int, tuple[Forms, list[Draft]]] = {}
    for draft in drafts:
        try:
            room = _rooms[_match(draft.path).url_name]
        except Http404:
            continue
        by_room.setdefault(id(room), (room, []))[1].append(draft)
    return [one for room, mine in by_room.values() for one in room.still_theirs(person, mine)]


def _match(path: str):
    if len(path) > LONGEST_PATH or not (path.isascii() and path.isprintable()):
        raise Http404
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Http404 from error
    if match.url_name not in _rooms:
        raise Http404
    return match


def names_of(form: type[forms.Form]) -> tuple[frozenset[str], frozenset[str]]:
    """What a form sends that may be kept, and which of it are words: nothing hidden, no file, no password."""
    return names_in(form.base_fields)


def names_in(asked: Mapping[str, forms.Field]) -> tuple[frozenset[str], frozenset[str]]:
    """The same of these fields, by their names."""
    fields, texts = set(), set()
    for name, one in asked.items():
        widget = one.widget
        # The ticks of files that were added lead nowhere two days later.
        if name == "held" or widget.is_hidden or widget.needs_multipart_form:
            continue
        if isinstance(widget, forms.PasswordInput):
            continue
        sent = {name + part for part in getattr(widget, "widgets_names", [""])}
        fields |= sent
        if isinstance(widget, (forms.Textarea, forms.TextInput)):
            texts |= sent
    return frozenset(fields), frozenset(texts)


def is_long(form: type[forms.Form]) -> bool:
    """Whether somebody writes more than a line in it."""
    return any(isinstance(one.widget, forms.Textarea) for one in form.base_fields.values())


def asked_to_keep(request: HttpRequest) -> bool:
    """Whether the button for later was pressed; never where what was sent is only drawn again."""
    return LATER in request.POST and not is_draw_only()


class Drafted(forms.Form):
    """Mix in where a draft can be kept. The view calls `offer_draft` before it asks whether the form is
    valid.
    """

    # Of templates: what the banner above the form tells.
    draft: Draft | None = None
    happened_since: Sequence[str] = ()

    def offer_draft(self, place: Place, by: Person, *, afresh: bool = False) -> None:
        """Show what this person has begun here, where nothing was sent yet, and let the browser keep more.

        `afresh`: the form begins with something else, and what is kept of it must not replace a draft unseen.
        """
        found = None if afresh else Draft.objects.visible_to(by).of(place).first()
        values = found and found.fields
        self.draft = found if values is not None else None
        self.fields["draft_seen"] = forms.Field(
            required=False,
            widget=forms.HiddenInput,
            initial=str(found.mark) if found else "",
        )
        # Filled by the script alone: its savings that had no answer yet.
        self.fields["draft_tried"] = forms.Field(
            required=False, widget=forms.HiddenInput, initial=""
        )
        self.take_over()
        if self.draft and not self.is_bound:
            self._begin_with(values, place)
        self.later_text = LATER_TEXT
        self.form_attrs = {
            "data-draft": "server" if place.automatic else "window",
            "data-draft-path": place.path,
            "data-draft-whose": salted_hmac("accounts.drafts", str(by.pk)).hexdigest()[:16],
            # What is begun as one of two is not found again as the other.
            "data-draft-capacity": place.capacity,
            "data-draft-address": reverse("draft-save"),
            "data-draft-fields": " ".join(sorted(place.fields)),
            **({"data-draft-typed": "yes"} if self.is_bound else {}),
        }

    def take_over(self) -> None:
        """Where what was begun in another form is sent with this one, that draft goes with it."""
        if self.is_bound and self.data.get(self.add_prefix(BESIDES)):
            self.fields[BESIDES] = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def draft_words(self) -> list[tuple[str, str]]:
        """The words of the draft with the label of their box, to be copied where nothing can be sent."""
        words = [
            field for field in self.visible_fields() if isinstance(field.field, forms.CharField)
        ]
        return [(field.label, field.value()) for field in words if field.value()]

    def _begin_with(self, values: QueryDict, place: Place) -> None:
        """As the browser would send it again; a field that the draft says nothing of begins as ever."""
        for name, one in self.fields.items():
            parts = {name + part for part in getattr(one.widget, "widgets_names", [""])}
            if parts & place.fields & values.keys():
                found = one.widget.value_from_datadict(values, {}, self.add_prefix(name))
                self.initial[name] = found

    @property
    def draft_seen(self) -> str:
        return self.data.get(self.add_prefix("draft_seen"), "") if self.is_bound else ""

    @property
    def draft_tried(self) -> list[str]:
        tried = self.data.get(self.add_prefix("draft_tried"), "") if self.is_bound else ""
        return tried.split(" ")[-MOST_MARKS:]

    @property
    def draft_marks(self) -> list[str]:
        """Of every draft that this page knows: what is sent with it is no draft any more."""
        return [self.draft_seen, *self.draft_tried]

    @property
    def draft_besides(self) -> list[str]:
        """Marks of what was begun elsewhere, and is sent here."""
        besides = self.data.get(self.add_prefix(BESIDES), "") if self.is_bound else ""
        return besides.split(" ")[-MOST_MARKS:]

    @staticmethod
    def without_draft(values: dict) -> dict:
        """The cleaned values, as the action takes them."""
        for name in ("draft_seen", "draft_tried", BESIDES):
            values.pop(name, None)
        return values

    def refuse_to_keep(self, words: str) -> None:
        """Say why it was not kept, and nothing of what would be amiss if it were sent."""
        self.full_clean()
        self.errors.clear()
        self.add_error(None, words)

    def see_draft(self, mark: str) -> None:
        """Take this draft for seen: sent once more, what is typed here replaces it."""
        typed = self.data.copy()
        typed[self.add_prefix("draft_seen")] = mark
        self.data = typed
