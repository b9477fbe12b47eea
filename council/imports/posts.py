"""Who holds the posts, and who deputises, from a file: a person, a body or an outside contact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from accounts.models import Person
from council.actions import posts as actions
from council.imports import cleaning
from council.imports.kinds import Kind, Work
from council.imports.table import Column, Line
from council.models import Holding, Post
from frontend.terms import said, say
from protocol.refusals import Refused

COLUMNS = (
    Column(
        "post",
        "Needed. The title of the post, as under “Posts”.",
        "title|post title|role",
        needed=True,
    ),
    Column(
        "email",
        "The email address of the person who holds it.",
        "person|holder|email address|holder email",
    ),
    Column("body", "Or the body that holds it, such as a committee.", "committee|panel"),
    Column("contact", "Or the name of an outside contact.", "contact name|outside contact"),
    Column("contactemail", "The contact’s email address.", "contact email"),
    Column(
        "deputy",
        "Blank for the holder; 1 for the first deputy, 2 for the second.",
        "deputy order|order",
    ),
    Column(
        "firstday",
        "Needed. The first day in the post, DD/MM/YYYY.",
        "first day|from|since|start|start date",
        needed=True,
    ),
    Column(
        "lastday",
        "The last day in the post. Blank while it lasts.",
        "last day|to|until|end|end date",
    ),
)
SAMPLE = (
    ("Monitoring Officer", "pat.lee@example.gov.uk", "", "", "", "", "01/04/2026", ""),
    ("Monitoring Officer", "sam.ford@example.gov.uk", "", "", "", "1", "01/04/2026", ""),
)


class PostLines(Work):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.posts = {cleaning.key(one.title): one for one in Post.objects.all()}
        rows = Holding.objects.select_related("post", "person").order_by("since", "pk")
        self.holdings = list(rows)
        # The places that the file says somebody has and keeps.
        self.staying: set[tuple[str, str, str]] = set()
        self.report.current = len([one for one in self.holdings if one.until is None])

    def identity(self, line: Line) -> str:
        return " ".join(
            cleaning.key(line.get(column))
            for column in ("post", "email", "body", "contact", "deputy", "firstday")
        )

    def order(self, lines: Sequence[Line]) -> Iterable[Line]:
        """As they stand, once it is known who keeps a place: they share it, and do not make way."""
        for line in lines:
            if not line.get("lastday"):
                who = line.get("email") or line.get("body") or line.get("contact")
                deputy = cleaning.line(line.get("deputy")) or "0"
                self.staying.add((cleaning.key(line.get("post")), deputy, cleaning.key(who)))
        return lines

    def name(self, line: Line) -> str:
        return line.get("post")

    def take(self, line: Line) -> None:
        post, since = self._post(line), self.day(line, "firstday")
        if since is None:
            raise Refused("the first day is missing.")
        until, order = self.day(line, "lastday"), self._order(line)
        who = self._who(line)
        same = next((one for one in self._of(post, order) if self._is(one, who)), None)
        if same is not None and same.since == since:
            self._end(same, until)
            return
        before = self._before(post, order, since)
        holding = actions.hold(
            post=post,
            since=since,
            until=until,
            deputy_order=order,
            instead_of=before,
            by=self.by,
            **who,
        )
        self.holdings.append(holding)
        if before is not None:
            self.report.ended.append(f"{post.title}: {_words(before)}")
        self.report.created.append(f"{post.title}: {_words(holding)}")

    def _post(self, line: Line) -> Post:
        title = cleaning.line(line.get("post"))
        post = self.posts.get(cleaning.key(title))
        if post is None:
            raise Refused(
                f"there is no post called {cleaning.shown(title)}.",
                instead="Use a title that stands under “Posts”, or add the post there first.",
            )
        return post

    def _order(self, line: Line) -> int:
        text = cleaning.line(line.get("deputy"))
        if text and not (text.isascii() and text.isdigit() and len(text) < 3):
            raise Refused(f"the deputy {cleaning.shown(text)} is not a number from 0 to 9.")
        return int(text or 0)

    def _who(self, line: Line) -> dict[str, object]:
        email = self.email(line, "email")
        person = Person.objects.by_email(email).first() if email else None
        if email and person is None:
            raise Refused(
                f"nobody here has the address {email}.",
                instead=say("Import or add them as an officer or a {member} first."),
            )
        return {
            "person": person,
            "body": cleaning.line(line.get("body")),
            "contact_name": cleaning.line(line.get("contact")),
            "contact_email": self.email(line, "contactemail"),
        }

    def _of(self, post: Post, order: int) -> list[Holding]:
        return [o for o in self.holdings if o.post_id == post.pk and o.deputy_order == order]

    def _is(self, holding: Holding, who: dict) -> bool:
        person = who["person"]
        if person is not None or holding.person_id is not None:
            return person is not None and holding.person_id == person.pk
        return cleaning.key(holding.holder_name) == cleaning.key(who["body"] or who["contact_name"])

    def _before(self, post: Post, order: int, since: date) -> Holding | None:
        """Whoever has this place now makes way the day before, unless the file has them in it too."""
        return next(
            (
                one
                for one in self._of(post, order)
                if one.until is None and one.since < since and _place(one) not in self.staying
            ),
            None,
        )

    def _end(self, holding: Holding, until: date | None) -> None:
        if until is None or holding.until == until:
            self.report.unchanged += 1
            return
        actions.end(holding=holding, last_day=until, by=self.by)
        self.report.ended.append(f"{holding.post.title}: {_words(holding)}")


def _place(holding: Holding) -> tuple[str, str, str]:
    """A holding as the file would name it: the post, the order, and who."""
    who = (holding.person.email or "") if holding.person else holding.holder_name
    return cleaning.key(holding.post.title), str(holding.deputy_order), cleaning.key(who)


def _words(holding: Holding) -> str:
    part = f", deputy {holding.deputy_order}" if holding.deputy_order else ""
    until = f" until {holding.until:%d/%m/%Y}" if holding.until else ""
    return f"{holding.holder_name}{part}, from {holding.since:%d/%m/%Y}{until}"


POSTS = Kind(
    key="post",
    many="post holders",
    permission="council.configure",
    columns=COLUMNS,
    sample=SAMPLE,
    work=PostLines,
    to="post-list",
    above=(("Council", "council-show"), ("Posts", "post-list")),
    about=(
        said("Import officers and {members} first: people are named by their email addresses."),
        "Whoever has a place now, and is not in the file for it, makes way the day before.",
        "The others who see all cases are told when a post that opens them is filled.",
    ),
    opens_cases=True,
)
