"""Mail in a folder, for the embedded stack."""

import mailbox

import pytest
from django.core.mail import EmailMessage, get_connection

BACKEND = "ledger.maildir.EmailBackend"


def mails(count: int = 1) -> list[EmailMessage]:
    return [EmailMessage(f"Subject {n}", "Text – £", to=["a@example.org"]) for n in range(count)]


def test_each_mail_is_a_file_that_a_mail_program_reads(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "var" / "mail"
    assert get_connection(BACKEND, timeout=3).send_messages(mails(3)) == 3
    box = mailbox.Maildir(settings.EMAIL_FILE_PATH, create=False)
    assert sorted(message["Subject"] for message in box) == ["Subject 0", "Subject 1", "Subject 2"]
    (first, *_) = box
    assert first.get_payload(decode=True).decode() == "Text – £"


def test_a_folder_that_somebody_made_empty_is_used(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    assert get_connection(BACKEND).send_messages(mails()) == 1
    assert len(mailbox.Maildir(tmp_path, create=False)) == 1


def test_a_mail_to_nobody_is_not_written(tmp_path):
    assert get_connection(BACKEND, file_path=tmp_path).send_messages([EmailMessage("s", "b")]) == 0


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        get_connection(BACKEND, file_path=tmp_path / "file").send_messages(mails())
    quiet = get_connection(BACKEND, file_path=tmp_path / "file", fail_silently=True)
    assert quiet.send_messages(mails()) == 0
