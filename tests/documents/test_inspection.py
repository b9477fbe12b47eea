"""T12: what is taken in, and what is not. Hostile files are made in tests/documents/hostile.py."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from documents import actions, inspecting, kinds, rules, words
from documents.inspection.__main__ import look
from documents.inspection.base import Unsound
from documents.kinds import KINDS
from documents.models import Document
from protocol.refusals import Refused
from tests import cast
from tests.documents import hostile, samples

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pypdf")


def why_not(name: str, content: bytes, folder: Path) -> str:
    """Why a file is refused, by the rules of its name and then by what is in it; "" where it is taken."""
    try:
        kind = rules.kind_of(rules.clean_name(name))
    except Refused:
        return "name"
    file = folder / "file"
    file.write_bytes(content)
    try:
        look(kind.key, file, folder / "redrawn")
    except Unsound as unsound:
        return unsound.why
    return ""


def test_three_hundred_hostile_files_are_refused(tmp_path):
    """Which checks were seen red: docs/adr/0009."""
    samples_ = hostile.everything()
    taken = [what for what, name, content in samples_ if not why_not(name, content, tmp_path)]
    reasons = Counter(why_not(name, content, tmp_path) for _, name, content in samples_)
    print(f"{len(samples_)} hostile files; refused: {dict(reasons)}")
    assert taken == []
    assert len(samples_) >= 300
    # Each reason that can be given was given, and is told in words.
    assert reasons.keys() - {"name"} == words.WHY.keys()


def test_a_password_is_named_as_what_is_wrong(tmp_path):
    """Refused in any case; this is what the sender can mend."""
    why = {
        what: why_not(name, file, tmp_path)
        for what, name, file in hostile.everything()
        if "password" in what
    }
    assert len(why) == 10
    assert set(why.values()) == {"locked"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_file_of_every_kind_is_taken_in(kind, tmp_path):
    extension = KINDS[kind].extensions[-1]
    assert why_not(f"Ash Road.{extension}", samples.sound(kind), tmp_path) == ""


def test_a_picture_loses_where_and_when_it_was_taken_and_stands_upright(tmp_path):
    assert why_not("photo.jpg", samples.photograph_with_a_place(), tmp_path) == ""
    with Image.open(tmp_path / "redrawn") as redrawn:
        assert redrawn.size == (30, 40)
        assert dict(redrawn.getexif()) == {}
        assert "exif" not in redrawn.info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "photo.webp"])
def test_a_picture_is_drawn_as_its_name_says_whatever_it_was(mode, name, tmp_path):
    made = samples.picture("png", mode=mode)
    assert why_not(name, made, tmp_path) == ""
    with Image.open(tmp_path / "redrawn") as redrawn:
        assert redrawn.format.lower() == rules.kind_of(name).key


def test_a_picture_that_is_clear_in_places_is_white_there_as_a_jpeg(tmp_path):
    made = samples.picture("png", mode="RGBA")
    why_not("photo.jpg", made, tmp_path)
    with Image.open(tmp_path / "redrawn") as redrawn:
        assert redrawn.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "content", "flag"),
    [
        ("a.docx", samples.office("docx", '<w:ins w:id="1">x</w:ins>'), "tracked_changes"),
        ("a.docx", samples.office("docx", '<w:comment w:id="1"/>'), "comments"),
        ("a.xlsx", samples.office("xlsx", '<sheet name="x" state="hidden"/>'), "hidden_sheets"),
        ("a.xlsx", samples.office("xlsx", '<sheet state="veryHidden"/>'), "hidden_sheets"),
        ("a.pptx", samples.office("pptx", '<p:sld show="0"/>'), "hidden_sheets"),
        ("a.odt", samples.open_document("odt", "<text:changed-region/>"), "tracked_changes"),
        ("a.ods", samples.open_document("ods", '<x table:display="false"/>'), "hidden_sheets"),
        ("a.odp", samples.open_document("odp", "<office:annotation/>"), "comments"),
    ],
)
def test_what_its_sender_may_not_see_is_said(name, content, flag, tmp_path):
    (tmp_path / "file").write_bytes(content)
    assert look(name.rpartition(".")[2], tmp_path / "file", tmp_path / "redrawn") == {flag}
    assert flag in words.FLAGS


def test_a_chart_may_carry_its_table(tmp_path):
    table = samples.office("xlsx")
    made = samples.office("pptx", ppt__embeddings__Microsoft_Excel_Sheet__xlsx=b"")
    made = samples.archive(
        samples.office_parts("pptx") | {"ppt/embeddings/Microsoft_Excel_Sheet.xlsx": table}
    )
    assert why_not("slides.pptx", made, tmp_path) == ""


def test_a_link_that_waits_to_be_pressed_is_no_fetching(tmp_path):
    links = samples.relationships(("hyperlink", "https://example.org/", "External"))
    made = samples.archive(samples.office_parts("docx") | {"word/_rels/document.xml.rels": links})
    assert why_not("letter.docx", made, tmp_path) == ""


@pytest.mark.parametrize(
    "place",
    ["Normal.dotm", "file:///C:\\Users\\ash\\Letter.dotm", "file:///D:/Our%20letters/A.dotx"],
)
def test_a_letter_begun_from_a_template_on_a_disk_is_taken_in(place, tmp_path):
    """As every letter of a council's is: nothing is fetched over a network."""
    links = samples.relationships(("attachedTemplate", place, "External"))
    made = samples.archive(samples.office_parts("docx") | {"word/_rels/settings.xml.rels": links})
    assert why_not("letter.docx", made, tmp_path) == ""


def test_words_that_only_look_like_an_instruction_are_words(tmp_path):
    """ "I'r dde" is Welsh for "to the right", and any letter has a field that numbers its pages."""
    body = "<w:t>Trowch i'r dde wrth y bont</w:t><w:instrText> PAGE </w:instrText>"
    assert why_not("llythyr.docx", samples.office("docx", body), tmp_path) == ""


def test_sums_and_telephone_numbers_in_a_csv_are_no_formulas(tmp_path):
    content = b"Name,Telephone,Balance\nAsh,+44 20 7946 0018,-12.50\n"
    assert why_not("list.csv", content, tmp_path) == ""


def test_a_text_of_an_old_windows_program_is_read(tmp_path):
    assert why_not("notes.txt", "Café – naïve, £5".encode("cp1252"), tmp_path) == ""


# In a process of its own --------------------------------------------------------------------------


def test_a_file_is_looked_at_in_a_process_that_knows_none_of_our_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    seen = {}

    def run(command, **options):
        seen.update(options)
        return subprocess.CompletedProcess(command, 0, b'{"why": "", "flags": []}')

    monkeypatch.setattr(inspecting.subprocess, "run", run)
    inspecting.inspect("pdf", tmp_path / "file", tmp_path / "redrawn")
    assert set(seen["env"]) <= set(inspecting.PASSED_ON)
    assert seen["timeout"] == inspecting.SECONDS


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", samples.pdf(), ""),
        ("a.pdf", samples.pdf(b"<< /S /JavaScript /JS (x) >>"), "runs"),
        ("a.jpg", samples.picture("jpeg"), ""),
        ("a.jpg", b"not a picture", "not_its_kind"),
        ("a.docx", samples.office("docx"), ""),
        ("a.odt", samples.open_document("odt"), ""),
        ("a.csv", b"=1+1", "formulas"),
    ],
)
def test_the_process_answers_as_the_inspection_does(name, content, why, tmp_path):
    (tmp_path / "file").write_bytes(content)
    kind = rules.kind_of(name).key
    found = inspecting.inspect(kind, tmp_path / "file", tmp_path / "redrawn")
    assert found.why == why
    drawn = kind == "jpeg" and not why
    assert (tmp_path / "redrawn").exists() == drawn


@pytest.mark.parametrize(
    "done",
    [
        subprocess.CompletedProcess([], 1, b""),
        subprocess.CompletedProcess([], -9, b""),
        subprocess.CompletedProcess([], 0, b"not json"),
        subprocess.TimeoutExpired([], 1),
    ],
)
def test_a_file_that_breaks_its_reader_is_refused(done, tmp_path, monkeypatch):

    def run(*_, **__):
        if isinstance(done, Exception):
            raise done
        return done

    monkeypatch.setattr(inspecting.subprocess, "run", run)
    found = inspecting.inspect("pdf", tmp_path / "file", tmp_path / "redrawn")
    assert found.why == "too_much_inside"


@pytest.mark.django_db
def test_a_file_that_nobody_could_look_into_is_refused_in_words(monkeypatch, caplog):
    """No memory for a process, or no program: nothing is said of the file, and nothing of it is kept.

    Seen red with: the OSError let through, which was a page of our own failure with the form lost.
    """
    monkeypatch.setattr(inspecting.sys, "executable", "/no/such/python")
    with pytest.raises(Refused, match="cannot be checked just now") as refused:
        actions.hold(by=cast.bob(), file=samples.upload("plan.pdf", samples.pdf()))
    assert "“plan.pdf”" in str(refused.value)
    assert "tell your IT team" in refused.value.instead
    assert "could not be looked into: FileNotFoundError" in caplog.text
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_a_file_for_which_there_is_no_room_to_look_into_it_is_refused_in_words(monkeypatch):
    """Seen red with: only the starting of the process looked after."""

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(actions.tempfile, "TemporaryDirectory", full)
    with pytest.raises(Refused, match="cannot be checked just now"):
        actions.hold(by=cast.bob(), file=samples.upload("plan.pdf", samples.pdf()))


def test_a_reader_that_takes_too_much_memory_is_ended(tmp_path):
    """A picture that is within the limit of points, and far beyond that of memory when drawn."""
    file = tmp_path / "file"
    Image.new("1", (9_900, 9_900)).save(file, "PNG")
    found = inspecting.inspect("png", file, tmp_path / "redrawn")
    assert found.why in ("", "too_much_inside")


# Names and sizes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Ash Road.PDF", "Ash Road.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ash\\letter.docx", "letter.docx"),
        ("invoice.exe.jpg", "invoice exe.jpg"),
        ("photo\u202egpj.pdf", "photogpj.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("  much   space .pdf", "much space.pdf"),
        ('quote"<>|?*.pdf', "quote.pdf"),
        ("Élan’s café.png", "Élan’s café.png"),
        ("x" * 400 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_shows_what_the_file_is(given, clean):
    assert rules.clean_name(given) == clean
    assert len(clean) <= rules.LONGEST_NAME


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_file_may_be_as_large_as_its_kind_allows_and_no_larger(kind):
    name = f"x.{kind.extensions[0]}"
    rules.may_be_so_large(kind, name, kind.most)
    rules.may_be_so_large(kind, name, kind.most - 1)
    for size in (0, kind.most + 1):
        with pytest.raises(Refused, match="x"):
            rules.may_be_so_large(kind, name, size)


def test_what_people_often_have_instead_is_answered_with_what_to_do():
    for extension, instead in kinds.INSTEAD.items():
        with pytest.raises(Refused) as refused:
            rules.kind_of(f"x.{extension}")
        assert refused.value.instead == instead
