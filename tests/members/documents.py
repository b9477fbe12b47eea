"""Files to import, made by tests. The people are invented."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def councillor(number, name, *, party="Green", email="", phone="", terms=(), **more) -> str:
    """One councillor element; `more` adds elements as they are named."""
    extra = "".join(f"<{tag}>{escape(str(text))}</{tag}>" for tag, text in more.items())
    held = "".join(
        f"<termofoffice><startdate>{start}</startdate><enddate>{end}</enddate></termofoffice>"
        for start, end in terms
    )
    return (
        f"<councillor><councillorid>{escape(str(number))}</councillorid>"
        f"<fullusername>{escape(name)}</fullusername>"
        f"<politicalpartytitle>{escape(party)}</politicalpartytitle>{extra}"
        f"<workaddress><phone>{escape(phone)}</phone><email>{escape(email)}</email></workaddress>"
        f"<termsofoffice>{held}</termsofoffice></councillor>"
    )


def document(wards: dict[str, list[str]]) -> bytes:
    """The whole XML: each ward with the councillor elements under it."""
    body = "".join(
        f"<ward><wardtitle>{escape(title)}</wardtitle><councillors>{''.join(people)}</councillors>"
        "</ward>"
        for title, people in wards.items()
    )
    return f"<councillorsbyward><wards>{body}</wards></councillorsbyward>".encode()


def council_of(count: int, *, wards: int = 50, name="Person") -> bytes:
    """A council of many members, each with an email, a phone, a group and a term."""
    under: dict[str, list[str]] = {}
    for n in range(count):
        under.setdefault(f"Ward {n % wards}", []).append(
            councillor(
                n + 1, f"Councillor {name} Number{n} MBE", party=f"Group {n % 7}",
                email=f"member{n}@example.org", phone=f"01632 96{n:04}",
                terms=[("04/05/2023", "unspecified")], keyposts="Chair of a committee",
            )
        )  # fmt: skip
    return document(under)
