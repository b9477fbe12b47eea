"""How a sound request is made unsound: one random mutation after another of a form that a page shows."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes

from tests.attack import raw, stage
from tests.attack.raw import CSRF, Request

HUGE = b"9" * 400
# What nobody means to type. Bytes, so that nothing mends them on the way.
JUNK = [
    b"",
    b" ",
    b"\x00",
    b"a\x00b",
    b"\xff\xfe",
    b"\xed\xa0\x80",  # half of a surrogate pair, as bytes
    b"\xc3(",
    b"\xf4\x90\x80\x80",
    "‮gnihtyna‬".encode(),
    "a​b‍".encode(),
    "￿﷐".encode(),
    "é".encode() * 3,
    "١٢٣".encode(),
    "２０２６".encode(),
    b"0",
    b"-1",
    b"-0",
    b"1.5",
    b"1e400",
    b"NaN",
    b"inf",
    b"0x10",
    b"1_000",
    b"2147483648",
    b"-2147483649",
    b"9223372036854775807",
    b"9223372036854775808",
    b"-9223372036854775809",
    HUGE,
    b"9" * 5000,
    b"None",
    b"none",
    b"null",
    b"true",
    b"on",
    b"[]",
    b"{}",
    b"1,2",
    b"' OR 1=1 --",
    b"%",
    b"_",
    b"\\",
    b"{0.__class__}",
    b"%(x)s %s %n",
    b"<script>alert(1)</script>",
    b"{{ 7|add:7 }}{% debug %}",
    b"../../../etc/passwd",
    b"line\r\nSet-Cookie: a=b",
    b"a\x1b[31m\x08\x7f",
    b"31",
    b"29",
    b"13",
    b"99",
    b"0000",
    b"9999",
    b"10000",
    b"feb",
    b"2026-02-30",
    b"00000000-0000-0000-0000-000000000000",
    b"x" * 300,
    b"y" * 12_000,
]
VERY_LONG = b"z" * 3_000_000
FORGED = [
    b"state",
    b"owner",
    b"owner_id",
    b"version",
    b"raised_by",
    b"logged_by",
    b"sensitivity",
    b"reference",
    b"id",
    b"pk",
    b"case",
    b"by",
    b"seen",
    b"now",
    b"is_active",
    b"password",
    b"access_round",
    b"member",
    b"confirm",
    b"page",
    b"q",
    b"next",
    b"figure",
    b"service",
    b"ward",
    b"who",
    b"group",
    b"manager",
    b"deputy",
    b"officer",
    b"copy_to",
    b"instead",
    b"once",
    b"persona",
]
METHODS = ("PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "BREW", "")
TYPES = (
    "text/plain",
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=rot13",
    "text/plain; charset=rot13",
    "text/plain; charset=unicode_escape",
    "text/plain; charset=idna",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=other",
    "multipart/form-data; boundary=edge; charset=rot13",
    "multipart/form-data; boundary=edge; charset=unicode_escape",
    "multipart/form-data; boundary*=bogus''edge",
    "multipart/form-data; boundary*=utf-8''edge",
    "multipart/mixed; boundary=edge",
    "multipart/form-data; boundary=" + "e" * 300,
    ";;;=",
    "",
)
PART_HEADS = (
    b'name="%s"',
    b'name="%s"; filename="x.xml"',
    b'name="%s"; filename="../../etc/passwd"',
    b'name="%s"; filename=""',
    b'name="%s"; filename="a\x00b.xml"',
    b'name="%s"; filename="' + b"n" * 500 + b'"',
    b"name*=utf-8''%s",
    b"name*=bogus''%s",
    b"name=\"%s\"; filename*=bogus''x",
    b"name=\"%s\"; filename*=unicode_escape''%%5cud800",
    b"name=%s",
    b"nothing=%s",
)
HEADERS = (
    ("Origin", "null"),
    ("Origin", "http://["),
    ("Origin", "http://elsewhere.example"),
    ("Referer", "http://["),
    ("Referer", "\xff\xfe"),
    ("Host", "["),
    ("Host", "elsewhere.example"),
    ("Host", ""),
    ("Accept-Language", "../../" + "x" * 600),
    ("Accept", "application/json;q=abc"),
    ("If-None-Match", '"none"'),
    ("If-None-Match", "W/\xff"),
    ("If-Modified-Since", "not a date"),
    ("Range", "bytes=-1-5"),
    ("X-Forwarded-For", "\x00,,\xff"),
    ("X-Forwarded-Proto", "https"),
    ("X-Http-Method-Override", "DELETE"),
    ("X-Requested-With", "XMLHttpRequest"),
    ("Cookie", "\xff;=;a=\x00;;"),
    ("Cookie", 'session-evenhand="\\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; csrftoken="\\000"'),
    ("Cookie", "messages=" + "x" * 500),
)


class FormReader(HTMLParser):
    """The fields of the first form of a page's main part, with a value that could stand in each."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[bytes, bytes]] = []
        self.in_main = False
        self.select = ""
        self.options: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs) -> None:
        held = dict(attrs)
        name, kind = held.get("name") or "", held.get("type") or "text"
        self.in_main = self.in_main or tag == "main"
        if not self.in_main:
            return
        if tag == "select":
            self.select, self.options = name, []
        elif tag == "option" and self.select:
            self.options.append(held.get("value") or "")
        elif tag == "textarea" and name:
            self.add(name, "Some words\r\nand more")
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            if kind in {"radio", "checkbox"} and name in self.seen and "checked" not in held:
                return
            self.add(name, held.get("value") or self.plausible(name, kind))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.select:
            chosen = [option for option in self.options if option]
            self.add(self.select, chosen[0] if chosen else "")
            self.select = ""

    def plausible(self, name: str, kind: str) -> str:
        ends = {"_day": "3", "_month": "6", "_year": "2026"}
        found = next((value for end, value in ends.items() if name.endswith(end)), "")
        if found or kind == "checkbox":
            return found or "on"
        return "nn@example.org" if "email" in name else "Some words"

    def add(self, name: str, value: str) -> None:
        self.seen.add(name)
        self.fields.append((name.encode(), value.encode()))


@dataclass(frozen=True)
class Plan:
    """One request, who sends it and where it is aimed."""

    role: str
    address: stage.Address
    request: Request


@dataclass
class Target:
    """What the requests are aimed at: the world with its addresses, its keys and its forms."""

    world: stage.Stage
    addresses: list[stage.Address]
    keys: dict[str, list[str]]
    cookies: dict[str, tuple[tuple[str, str], ...]]
    forms: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: stage.Stage) -> Target:
        addresses = stage.addresses()
        roles = [*world.people, "nobody"]
        return cls(
            world=world,
            addresses=addresses,
            keys={address.name: stage.keys_for(address) for address in addresses},
            cookies={role: raw.cookies_of(world.person(role)) for role in roles},
        )

    def request(self, dice: random.Random) -> Plan:
        """The request that these dice throw."""
        address = dice.choice(self.addresses)
        role = dice.choice(list(self.cookies))
        if dice.random() < 0.5:
            role = self.likely(address, dice)
        path = self.path(address, dice)
        asks = dice.random() < 0.45
        request = self.get(path, role, dice) if asks else self.post(address, path, role, dice)
        for _ in range(dice.choice((0, 0, 0, 1, 2))):
            request = dice.choice((bad_method, bad_header, bad_type, bad_length))(request, dice)
        return Plan(role, address, request)

    def likely(self, address: stage.Address, dice: random.Random) -> str:
        """Somebody who is let in here, so that the request comes further than the door."""
        if address.name.startswith(("enquiry-", "case")):
            return dice.choice(("officer", "head", "member", "clerk"))
        if address.name.startswith("draft"):
            return dice.choice(("officer", "clerk", "member"))
        if address.name.startswith("agreement"):
            return "proper officer"
        if address.name.startswith("copy"):
            return "other member"
        if address.name.startswith("view"):
            return dice.choice(("clerk", "head", "member"))
        return dice.choice(("clerk", "administrator"))

    def path(self, address: stage.Address, dice: random.Random) -> bytes:
        """The address with a real key in it, or with junk; sometimes with junk behind it."""
        key = dice.choice(self.keys[address.name] or ["1"]).encode()
        if dice.random() < 0.2:
            key = dice.choice(JUNK)
        path = filled(address, key)
        return path + dice.choice(JUNK) if dice.random() < 0.03 else path

    def get(self, path: bytes, role: str, dice: random.Random) -> Request:
        fields = [(dice.choice(FORGED), dice.choice(JUNK)) for _ in range(dice.randrange(4))]
        if dice.random() < 0.02:
            fields *= 500
        return Request("GET", path, query=urlencoded(fields, dice), cookies=self.cookies[role])

    def post(self, address: stage.Address, path: bytes, role: str, dice: random.Random) -> Request:
        fields = list(self.form(address))
        for _ in range(dice.choice((0, 1, 1, 2, 3, 6))):
            fields = mutated(fields, dice)
        token = () if dice.random() < 0.05 else (("X-Csrftoken", CSRF),)
        if dice.random() < 0.3:
            body, sort = multipart(fields, dice), "multipart/form-data; boundary=edge"
        else:
            body, sort = urlencoded(fields, dice), "application/x-www-form-urlencoded"
        return Request(
            "POST", path, body=body, content_type=sort, headers=token, cookies=self.cookies[role]
        )

    def form(self, address: stage.Address) -> list[tuple[bytes, bytes]]:
        """The fields that the page there shows to whoever is let in; read once for each address."""
        if address.name not in self.forms:
            self.forms[address.name] = self.read(address)
        return self.forms[address.name]

    def draft(self) -> list[tuple[bytes, bytes]]:
        """What the script sends: no page shows it."""
        key = self.keys["enquiry-note"][0]
        return [
            (b"draft_path", f"/enquiries/{key}/note/".encode()),
            (b"draft_mark", b"6b1f7a4e-0000-4000-8000-000000000001"),
            (b"draft_seen", b""),
            (b"version", b"3"),
            (b"text", b"Words."),
        ]

    def read(self, address: stage.Address) -> list[tuple[bytes, bytes]]:
        if address.name == "draft-save":
            return self.draft()
        found: list[tuple[bytes, bytes]] = []
        for role in ("clerk", "officer", "member", "proper officer"):
            for key in self.keys[address.name][:4]:
                path = filled(address, key.encode())
                page = raw.send(Request("GET", path, cookies=self.cookies[role]))
                reader = FormReader()
                if page.status == 200:
                    reader.feed(page.body.decode("utf-8", "replace"))
                found = max(found, reader.fields, key=len)
                if found:
                    return found
        return found


def filled(address: stage.Address, key: bytes) -> bytes:
    """The path of an address, the key wherever it takes something but a place in a case."""
    path = b"/"
    for part in address.route.replace(stage.PLACE, "1").strip("/").split("/"):
        path += (key if part.startswith("<") else part.encode()) + b"/"
    path = path if address.route.endswith("/") else path[:-1]
    return b"/" if path == b"//" else path


# Mutations ----------------------------------------------------------------------------------------


def mutated(fields: list[tuple[bytes, bytes]], dice: random.Random) -> list[tuple[bytes, bytes]]:
    """The fields with one thing wrong with them."""
    fields = list(fields)
    at = dice.randrange(len(fields)) if fields else None
    what = dice.choice(("value", "value", "value", "drop", "twice", "array", "forge", "long"))
    if what == "forge" or at is None:
        fields.append((dice.choice(FORGED), dice.choice(JUNK)))
    elif what == "drop":
        del fields[at]
    elif what == "twice":
        fields.append((fields[at][0], dice.choice(JUNK)))
    elif what == "array":
        fields[at] = (fields[at][0] + dice.choice((b"[]", b"[0]", b"_0", b"\x00")), fields[at][1])
    elif what == "long" and dice.random() < 0.05:
        fields[at] = (fields[at][0], VERY_LONG)
    else:
        fields[at] = (fields[at][0], dice.choice(JUNK))
    return fields


def urlencoded(fields: list[tuple[bytes, bytes]], dice: random.Random) -> bytes:
    pairs = [f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in fields]
    made = "&".join(pairs).encode()
    return (
        made + dice.choice((b"&", b"&&=", b"%", b"%zz", b"=%u0000"))
        if dice.random() < 0.05
        else made
    )


def multipart(fields: list[tuple[bytes, bytes]], dice: random.Random) -> bytes:
    """The fields in parts, some of which claim to be files; now and then cut short."""
    made = b""
    for name, value in fields:
        head = PART_HEADS[0] if dice.random() < 0.7 else dice.choice(PART_HEADS)
        made += b"--edge\r\nContent-Disposition: form-data; " + head % name
        if dice.random() < 0.05:
            made += b"\r\nContent-Transfer-Encoding: " + dice.choice((b"base64", b"bogus"))
        if dice.random() < 0.05:
            made += b"\r\nContent-Type: " + dice.choice((b"text/plain; charset=rot13", b";;", b""))
        made += b"\r\n\r\n" + value + b"\r\n"
    made += b"--edge--\r\n"
    return made[: dice.randrange(len(made))] if dice.random() < 0.1 else made


def changed(request: Request, **changes) -> Request:
    return Request(**{**request.__dict__, **changes})


def bad_method(request: Request, dice: random.Random) -> Request:
    return changed(request, method=dice.choice(METHODS))


def bad_header(request: Request, dice: random.Random) -> Request:
    return changed(request, headers=(*request.headers, dice.choice(HEADERS)))


def bad_type(request: Request, dice: random.Random) -> Request:
    return changed(request, content_type=dice.choice(TYPES))


def bad_length(request: Request, dice: random.Random) -> Request:
    wrong = dice.choice(("0", "-5", "abc", "", str(len(request.body) + 100), "9" * 30))
    return changed(request, content_length=wrong)
