"""What a file may be: every shape is read, and everything else is refused whole."""

from __future__ import annotations

import gzip
import io
import re
import time
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Person
from council.imports import text
from ledger.models import Event
from members import actions
from members.imports import reading
from members.imports.parse_csv import COLUMNS
from members.models import Member, PartyGroup, Ward
from protocol.refusals import Refused
from tests.members.documents import councillor, document, sample

LAST_LINE = re.compile(
    r"wards \d+, groups \d+, members \d+, created \d+, updated \d+, unchanged \d+, ended \d+, "
    r"rejected \d+"
)
CITY = sample("city.xml").decode()
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {two} "{f"&{one};" * 10}">'
        for one, two in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]><councillorsbyward><wards><ward><wardtitle>&j;</wardtitle></ward></wards>"
    "</councillorsbyward>"
)
QUADRATIC = (
    f'<!DOCTYPE x [<!ENTITY a "{"A" * 50_000}">]><councillorsbyward>{"&a;" * 50_000}'
    "</councillorsbyward>"
)
XXE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><councillorsbyward><wards><ward>'
    "<wardtitle>&a;</wardtitle></ward></wards></councillorsbyward>"
)
OUTSIDE_DTD = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><councillorsbyward/>'

HOSTILE = {
    "billion laughs": (BOMB, "entities"),
    "quadratic": (QUADRATIC, "entities"),
    "external entity": (XXE, "entities"),
    "external document type": (OUTSIDE_DTD, "entities"),
    "deep": ("<councillorsbyward>" + "<a>" * 100_000, "nested"),
    "web page": ("<!DOCTYPE html><html><body>Error 500</body></html>", "web page"),
    "xhtml": ('<?xml version="1.0"?>\n<!-- hi --><html xmlns="x"><body/></html>', "web page"),
    "part of a web page": ("<body><p>Signed out</p></body>", "web page"),
    "another document": ("<rss><channel/></rss>", "instead of"),
    "empty": ("", "empty"),
    "spaces": (" \r\n\t ", "empty"),
    "nobody": ("<councillorsbyward><wards/></councillorsbyward>", "nobody"),
    "prose": ("Dear all, the list follows.", "neither XML nor"),
    "json": ('{"councillors": []}', "neither XML nor"),
    "csv without ids": ("name,ward\nAnn,Harbour\n", "councillorid"),
    "csv with a column twice": ("id,name,full name\n1,Ann,Ann\n", "both mean"),
    "csv cut off": ("id,name,ward\n1,Ann,Harbour\n2,Ben", "cut off"),
    "csv with an open quote": ('id,name\n1,"Ann\n2,Ben\n', "quotation mark"),
    "unknown encoding": ('<?xml version="1.0" encoding="rot13"?><councillorsbyward/>', "rot13"),
}  # fmt: skip


def nothing_is_written() -> bool:
    rows = (Person, Member, Ward, PartyGroup, Event)
    return not any(model.objects.exists() for model in rows)


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_a_list_is_refused_whole_and_quickly(name):
    """Seen red with: forbid_dtd=False (external document type), DEEPEST raised (deep)."""
    text, why = HOSTILE[name]
    start = time.perf_counter()
    with pytest.raises(Refused, match=why) as refused:
        actions.import_members(by=None, content=text.encode())
    assert time.perf_counter() - start < 2
    assert "passwd" not in str(refused.value)
    assert nothing_is_written()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 400, b"PK\x03\x04" + b"x" * 99, b"%PDF-1.7", gzip.compress(CITY.encode()),
        bytes(range(256)) * 9, b"\xff\xfe<", b"\xff\xfe\x00", b"\xfe\xff\xd8\x00", b"<\x00", b"\x00<",
        b"id,name\x00\n", b"a" * (text.MOST_BYTES + 1), b"\xef\xbb\xbf", b"<", b"<?xml",
    ],
)  # fmt: skip
def test_bytes_that_are_not_text_are_refused(content):
    with pytest.raises(Refused):
        actions.import_members(by=None, content=content)
    assert nothing_is_written()


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(20))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_truncated_file_is_refused_wherever_it_was_cut(part, encoding):
    """Seen red with: ParseError answered with what was read so far."""
    whole = CITY.replace("utf-8", encoding).encode(encoding)
    with pytest.raises(Refused):
        actions.import_members(by=None, content=whole[: len(whole) * part // 20])
    assert nothing_is_written()


@pytest.mark.parametrize(
    "content",
    [
        CITY.encode(),
        CITY.encode("utf-8-sig"),
        ("\n  " + CITY).encode(),
        CITY.replace('encoding="utf-8"', 'encoding="utf-16"').encode("utf-16"),
        CITY.replace('encoding="utf-8"', 'encoding="utf-16"').encode("utf-16-le"),
        CITY.replace('encoding="utf-8"', 'encoding="utf-16"').encode("utf-16-be"),
        CITY.replace('encoding="utf-8"', 'encoding="utf-16"').encode(),
        CITY.replace("utf-8", "windows-1252").encode("cp1252"),
        CITY.replace("utf-8", "ISO-8859-1").encode("cp1252"),
        CITY.encode("cp1252"),
        CITY.replace('<?xml version="1.0" encoding="utf-8"?>', "").encode("cp1252"),
        CITY.replace("<", "<mg:").replace("<mg:/", "</mg:").replace("<mg:?", "<?")
        .replace("<mg:![CDATA[", "<![CDATA[")
        .replace("<mg:councillorsbyward>", '<mg:councillorsbyward xmlns:mg="urn:mg">').encode(),
    ],
)  # fmt: skip
def test_every_encoding_and_namespace_reads_the_same(content):
    contents = reading.read(content)
    assert [record.name for record in contents.records] == [
        "Dr Priya Raman OBE",
        "Seán O'Brien",
        "The Rt Hon. Gwen Hargreaves-Lloyd MBE DL",
    ]
    assert contents.wards == ("Ashcombe & St. Mary's", "Harbour")


def test_each_surprise_is_said_and_loses_no_member():
    people = [
        councillor(1, "CLLR.  Councillor Ann\u200b Archer", email="not an email"),
        councillor(2, "Ben Bell", phone="1" * 61, terms=[("04/05/2023", "04/05/2021")]),
        councillor(3, "Cat Cole", keyposts="Chair, " * 100),
        councillor(4, "", party="x"),
        councillor("x" * 41, "Dan Dale"),
        councillor(5, "E" * 201),
        councillor(6, "Fay Fox", party="P" * 121),
        councillor(1, "Quite Different"),
        councillor(7, "Vacant seat"),
        councillor(8, "Vacancy - Harbour"),
    ]
    contents = reading.read(document({"Harbour": people}))
    assert [record.name for record in contents.records] == ["Ann Archer", "Ben Bell", "Cat Cole"]
    assert len(contents.records[2].key_posts) <= 400
    said = " ".join(map(str, contents.rejected + contents.notes))
    for reason in ("the name (fullusername) is missing", "councillorid has 41", "name has 201",
                   "party has 121", "is Ann Archer’s already", "a vacant seat", "is not an email",
                   "phone number has 61", "before it starts"):  # fmt: skip
        assert reason in said


@pytest.mark.parametrize(
    ("party", "group"),
    [
        ("Independent", "Independent"), ("Labour &amp; Co-op", "Labour &amp; Co-op"), ("", ""),
        ("  ", ""), ("None", ""), ("Not Specified", ""), ("No party", ""), ("-", ""),
        ("Unaligned", ""), ("Ratepayers’ Group", "Ratepayers’ Group"),
    ],
)  # fmt: skip
def test_a_group_is_what_the_council_publishes_unless_it_says_none(party, group):
    contents = reading.read(document({"Harbour": [councillor(1, "Ann Archer", party=party)]}))
    assert contents.records[0].group == group
    assert contents.groups == ((group,) if group else ())


def test_a_csv_is_read_with_any_separator_encoding_and_heading():
    readings = set()
    for separator in ",;\t":
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            rows = [
                ("Councillor ID", "Full Name", "Electoral division", "Party"),
                ("1", "Cllr Zoë Kent", '"North, Dale"', "=1+1"),
            ]
            text = "\r\n".join(separator.join(row) for row in rows) + "\r\n"
            readings.add(reading.read(text.encode(encoding)).records)
    (records,) = readings
    assert (records[0].name, records[0].wards, records[0].group) == (
        "Zoë Kent", ("North, Dale",), "=1+1",
    )  # fmt: skip


def test_a_csv_says_nothing_about_columns_that_it_lacks():
    contents = reading.read(b"id,name\n1,Ann Archer\n")
    assert contents.provided == frozenset()


def test_a_csv_row_with_too_many_cells_is_rejected_with_its_line():
    contents = reading.read(b"id,name,ward\n1,Ann,Harbour\n2,Ben,Hill,London,SW1\n")
    assert "line 3" in str(contents.rejected[0])
    assert contents.spared_ids == {"2"}


NAMES = [column.name for column in COLUMNS]


def test_every_documented_column_is_read():
    assert {"councillorid", "fullusername", "wardtitle", "politicalpartytitle"} <= set(NAMES)
    heading = ",".join(NAMES)
    line = ",".join(f"v{n}" for n in range(len(NAMES)))
    contents = reading.read(f"{heading}\n{line}\n".encode(), home_addresses=True)
    assert len(contents.provided) == 8


# Names from the library's own alphabet, and whatever else may stand in a field.
SURPRISE = st.one_of(
    st.sampled_from(["", " ", "unspecified", "None", "-", "&amp;", "<b>x</b>", "=1+1", "a@b", "’"]),
    st.sampled_from(["01/01/2020", "31/02/2020", "1/1/1", "x@example.org", "y@example.org"]),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
        max_size=30,
    ),
)
FIELDS = st.fixed_dictionaries(
    {
        "number": st.one_of(st.sampled_from(["1", "2", "3", "4"]), SURPRISE),
        "name": st.one_of(st.sampled_from(["Ann Archer", "Councillor Ben Bell"]), SURPRISE),
        "party": SURPRISE,
        "email": SURPRISE,
        "phone": SURPRISE,
        "keyposts": SURPRISE,
        "terms": st.lists(st.tuples(SURPRISE, SURPRISE), max_size=3),
    }
)
WARDS = st.dictionaries(SURPRISE, st.lists(FIELDS, max_size=4), min_size=1, max_size=4)


def built(wards) -> bytes:
    from xml.sax.saxutils import escape

    def safe(fields):
        terms = [tuple(map(escape, term)) for term in fields["terms"]]
        return councillor(**{**fields, "terms": terms})

    return document({title: [safe(f) for f in people] for title, people in wards.items()})


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=WARDS, second=WARDS)
def test_whatever_the_fields_hold_a_second_import_changes_nothing(first, second):
    """Seen red with: wards compared by spelling, case and all."""
    from django.db import transaction

    with transaction.atomic():
        for wards in (first, second):
            content = built(wards)
            try:
                plan = actions.import_members(by=None, content=content, allow_many_ends=True)
            except Refused:
                continue
            counts = plan.counts
            assert counts["members"] == sum(
                counts[name] for name in ("created", "updated", "unchanged")
            )
            again = actions.import_members(by=None, content=content, allow_many_ends=True)
            assert not again.changes_anything, again.last_line
            assert again.counts["unchanged"] == counts["members"]
        transaction.set_rollback(True)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    )
)
def test_any_bytes_are_read_or_refused(content):
    with suppress(Refused):
        assert reading.read(content).records


# The command ------------------------------------------------------------------------------------


def command(*args) -> list[str]:
    out = io.StringIO()
    call_command("import_members", *args, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def city(tmp_path):
    path = tmp_path / "city.xml"
    path.write_bytes(CITY.encode())
    return str(path)


@pytest.mark.django_db
def test_the_command_prints_the_same_for_a_dry_run_which_writes_nothing(city):
    """Seen red with: --dry-run importing."""
    dry = command(city, "--dry-run")
    assert nothing_is_written()
    real = command(city)
    assert [line for line in dry if not line.startswith("Dry run")] == real
    assert LAST_LINE.fullmatch(real[-1])
    assert Member.objects.count() == 3
    assert Event.objects.get(verb="members_imported").actor is None


@pytest.mark.django_db
def test_the_command_refuses_with_a_reason_and_writes_nothing(city, tmp_path):
    missing = str(tmp_path / "none.xml")
    for name, why in ((missing, "no file"), (str(tmp_path), "a folder"), ("a\x00b", "cannot be")):
        with pytest.raises(CommandError, match=why):
            command(name)
    (tmp_path / "page.html").write_text("<html></html>")
    with pytest.raises(CommandError, match="web page"):
        command(str(tmp_path / "page.html"))
    assert nothing_is_written()


@pytest.mark.django_db
def test_the_command_stores_home_addresses_only_when_told(city):
    command(city)
    assert not Member.objects.exclude(home_address="").exists()
    command(city, "--home-addresses")
    assert Member.objects.get(external_id="214").home_address
