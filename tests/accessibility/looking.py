"""How a page is looked at: what axe finds, what sticks out, what its title says."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from playwright.sync_api import Page as Screen

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = (
    f"() => axe.run(document,{{resultTypes:['violations'],runOnly:{{type:'tag',values:{json.dumps(RULES)}}}}})"
    ".then(r=>r.violations.map(v=>`${v.id} (${v.impact}, ${v.nodes.length}): "
    "${v.nodes[0].html.slice(0,200)}`))"
)
# The height lets a whole short page be seen; 320 is also 1280 at 400 per cent.
DESK, TABLET, PHONE, NARROW = ({"width": width, "height": 900} for width in (1280, 1020, 390, 320))
STICKING_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? "" :
  [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 120)).slice(-1)[0] || "something"
"""
# A module that is imported again has run before, and what it set off comes first.
READY = """() => Promise.all([...document.querySelectorAll("link[rel=modulepreload]")]
  .map((one) => import(one.href))).then(() => new Promise(requestAnimationFrame))"""
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
KEPT = {"class", "type", "role", "rel", "aria-current", "open", "required", "disabled", "readonly"}


class Reading(HTMLParser):
    """A page as HTML: its title, its first heading, and its shapes, which are what axe looks at.

    `main` is the shape of what is the page's own, `around` that of what surrounds it: each element as
    it stands in those around it, with its classes, and the order of the headings' levels.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title = ""
        self.headings: list[str] = []
        self.main: set[str] = set()
        self.around: set[str] = set()
        # Each form of the page's own that is sent: where to, and what it asks.
        self.forms: list[tuple[str, list[str]]] = []
        self._inside: list[str] = []
        self._levels: list[str] = []
        self.feed(html)
        self.headings = [" ".join(one.split()) for one in self.headings]
        self.title = " ".join(self.title.split())

    def handle_starttag(self, tag, attrs) -> None:
        kept = " ".join(f"{name}={value}" for name, value in attrs if name in KEPT)
        step = f"{tag}[{kept}]"
        own = any(one.startswith("main[") for one in self._inside)
        (self.main if own else self.around).add(">".join((*self._inside[3:], step)))
        if tag == "h1":
            self.headings.append("")
        if own and re.fullmatch("h[1-6]", tag) and self._levels[-1:] != [tag]:
            self._levels.append(tag)
            self.main.add(",".join(self._levels))
        if own:
            self._of_a_form(tag, dict(attrs))
        if tag not in VOID:
            self._inside.append(step)

    def _of_a_form(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "form" and attrs.get("method") == "post":
            self.forms.append((attrs.get("action") or "", []))
        asks = tag in {"input", "textarea", "select"}
        inside = self.forms and any(step.startswith("form[") for step in self._inside)
        if asks and inside and attrs.get("type") not in {"hidden", "submit"}:
            self.forms[-1][1].append(attrs.get("name") or "")

    def handle_endtag(self, tag) -> None:
        if tag not in VOID and self._inside:
            self._inside.pop()

    def handle_data(self, data) -> None:
        within = {step.partition("[")[0] for step in self._inside}
        if "title" in within and "svg" not in within:
            self.title += data
        if "h1" in within and "govuk-tag" not in " ".join(self._inside):
            self.headings[-1] += data

    @property
    def own_words(self) -> str:
        """The title without the council's name, "Error: " and the number that waits."""
        return re.sub(r"^(Error: )?(\(\d+\) )?", "", self.title.rpartition(" – ")[0])


def faults(screen: Screen) -> list[str]:
    """What axe finds. It comes from this site, as the policy allows no other script."""
    if not screen.evaluate("() => 'axe' in window"):
        screen.add_script_tag(url="/on-purpose/axe.js")
    return screen.evaluate(RUN)


def settled(screen: Screen) -> None:
    """The design system's scripts have run."""
    screen.evaluate(READY)


def looked_at(screen: Screen) -> list[str]:
    """Every fault of the page that is open: axe at two widths, what sticks out at four."""
    found = []
    for size in (DESK, TABLET, PHONE, NARROW):
        screen.set_viewport_size(size)
        width = size["width"]
        if size in (DESK, PHONE):
            found += [f"{width}: {one}" for one in faults(screen)]
        out = screen.evaluate(STICKING_OUT)
        found += [f"{width}: sideways: {out}"] if out else []
    return found
