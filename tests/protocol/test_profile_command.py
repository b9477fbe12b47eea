"""manage.py protocol, as a clerk types it."""

from __future__ import annotations

import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from protocol.profile import LARGEST, LIBRARY, load
from protocol.profile.loading import FOLDER


def protocol(*words: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("protocol", *words, stdout=out)
    return out.getvalue()


def refused(*words: str) -> str:
    """What the command says when it exits with 1."""
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("protocol", *words, stdout=StringIO(), stderr=err)
    assert left.value.code == 1
    return err.getvalue()


@pytest.mark.parametrize("key", LIBRARY)
def test_show_gives_each_value_with_its_source(key):
    """Seen red with: the source column left out of shown()."""
    printed = protocol("show", key, "--width", "160")
    lines = {" ".join(line.split()) for line in printed.splitlines()}
    standard = load(key).standard("enquiry", "answer")
    assert f"enquiry.answer.days {standard.days} {standard.citation}" in lines
    assert "allowed no set by the council" in lines
    assert max(len(line) for line in printed.splitlines()) <= 160


def test_show_reads_a_file_as_well():
    assert "Br10f" in protocol("show", str(FOLDER / "bristol.toml"))


@pytest.mark.parametrize("width", ["1", "60", "80", "400"])
def test_show_and_compare_keep_to_the_width_of_the_terminal(width):
    limit = min(max(int(width), 60), 320)
    for printed in (
        protocol("show", "bracknell", "--width", width),
        protocol("compare", "--prose", "--width", width),
    ):
        assert max(len(line) for line in printed.splitlines()) <= limit


def test_compare_puts_what_differs_first_topic_by_topic():
    printed = protocol("compare", "bristol", "weston", "--width", "120")
    differing, _, agreeing = printed.partition("The same in all")
    rows = [" ".join(line.split()) for line in differing.splitlines()]
    assert (
        "Enquiries: answer: Within 7 working days (Br10f) 10 working days (set by the council)"
        in rows
    )
    assert rows[0] == "Where they differ: Standards (4)"
    assert "Officers may pause it" in agreeing
    assert "Officers may pause it" not in differing


def test_compare_names_the_keys_of_the_file_where_it_is_asked_to():
    printed = protocol("compare", "bristol", "weston", "--keys", "--width", "120")
    assert "\nstandards.enquiry.answer.days " in printed
    assert "Enquiries: answer" not in printed


def test_compare_takes_every_profile_when_none_is_named():
    head = protocol("compare", "--width", "200").splitlines()[1]
    assert head.split() == list(LIBRARY)


def test_check_says_that_a_good_file_is_good():
    assert "no faults" in protocol("check", str(FOLDER / "weston.toml"))


def test_check_names_file_key_and_reason_for_each_fault(tmp_path):
    path = tmp_path / "ours.toml"
    text = load("bristol").text.replace("days = 7", "days = 0").replace("hour = 8", "hour = 99")
    path.write_text(text)
    assert refused("check", str(path)).splitlines() == [
        f"{path}: standards.enquiry.answer.days: must be 1 or more (it is 0).",
        f"{path}: standards.complaint.answer.days: must be 1 or more (it is 0).",
        f"{path}: ladder.hour: must be 23 or less (it is 99).",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is missing"),
        (b"x = 'caf\xe9'", "line 1: is not UTF-8"),
        (b"\x00\x01\x02\x03", "line 1: is not written as TOML"),
        (b"x" * (LARGEST + 1), "larger than 1 MiB"),
        ("<html>".encode("utf-16"), "not UTF-8"),
    ],
)
def test_check_refuses_what_is_no_profile(tmp_path, content, reason):
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    assert reason in refused("check", str(path))


def test_check_refuses_a_file_that_is_not_there_a_folder_and_a_pipe(tmp_path):
    """Seen red with: the is_file test taken out of read_file: the pipe never ends."""
    assert "there is no such file" in refused("check", str(tmp_path / "nowhere.toml"))
    assert "is a folder" in refused("check", str(tmp_path))
    assert "No file is named" in refused("check", "")
    assert "no file. See it: manage.py protocol show bristol" in refused("check", "bristol")
    os.mkfifo(tmp_path / "pipe")
    assert "is a folder or a device" in refused("check", str(tmp_path / "pipe"))
    assert "could not be read" in refused("check", "a" * 5000)


def test_show_and_compare_name_the_library_when_a_key_is_wrong():
    assert "The library has: blackpool" in refused("show", "bristoll")
    assert "The library has: blackpool" in refused("compare", "bristol", "nowhere")


def test_a_task_that_does_not_exist_is_refused():
    with pytest.raises(CommandError):
        protocol("adopt", "bristol")


def test_five_stand_side_by_side_from_120_columns_and_fewer_say_so():
    """Seen red with: the sentence left out."""
    wide = protocol("compare", "--width", "120").splitlines()
    assert len(wide[1].split()) == 5
    narrow = protocol("compare", "--width", "100")
    assert narrow.startswith("100 columns are too few for 5 side by side")
    assert "--width 120" in " ".join(narrow.split())
