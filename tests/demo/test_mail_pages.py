"""The demonstration's mail: what the folder holds, newest first, and never another file."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse

from demo import postbox
from ledger.maildir import EmailBackend

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_BACKEND = "ledger.maildir.EmailBackend"
    return settings.EMAIL_FILE_PATH


def send(subject: str, body: str = "Read it here", to: str = "Ann <ann@example.org>") -> None:
    mail = EmailMessage(subject, body, "Evenhand <evenhand@example.org>", [to])
    assert EmailBackend().send_messages([mail]) == 1


def listing(client, page: int = 1) -> str:
    answer = client.get(reverse("demo-mail"), {"page": page})
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_folder_and_one_that_is_not_there_say_what_to_do(client, folder):
    assert "No mail yet" in listing(client)
    assert not folder.exists()


def test_mail_is_listed_newest_first_fifty_a_page(client, folder):
    """Seen red with: `reverse=True` taken out of demo.postbox.keys."""
    for number in range(51):
        send(f"Message {number:02d}")
    first, second = listing(client), listing(client, 2)
    assert first.index("Message 50") < first.index("Message 49") < first.index("Message 01")
    assert "Message 00" not in first
    assert "Message 00" in second
    assert "Message 01" not in second


def test_mail_of_one_second_is_listed_in_the_order_in_which_it_came(folder):
    """Seen red with: the rest of a key compared as text."""
    came = ["1780300000.M9P7Q9.host", "1780300000.M10P7Q10.host", "1780300000.M10P7Q100.host"]
    send("It makes the folder")
    for old in (folder / "new").iterdir():
        old.unlink()
    for key in came:
        (folder / "new" / key).write_bytes(b"")
    assert postbox.keys() == came[::-1]


def test_a_page_number_that_is_none_is_no_error(client, folder):
    send("Only one")
    for page in ("0", "-1", "x", "99999"):
        assert "Only one" in listing(client, page)


def test_one_message_is_shown_as_plain_text(client, folder):
    send("A <b>bold</b> claim", "Line one\n<script>alert(1)</script>\nhttp://127.0.0.1/cases/E-1/")
    page = listing(client)
    assert "<b>bold</b>" not in page
    key = next((folder / "new").iterdir()).name
    shown = client.get(reverse("demo-mail-page", args=[key])).content.decode()
    assert "A &lt;b&gt;bold&lt;/b&gt; claim" in shown
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert 'href="http://127.0.0.1/cases/E-1/"' in shown
    assert "Ann &lt;ann@example.org&gt;" in shown


@pytest.mark.parametrize(
    "key",
    [
        "secret",
        "../secret",
        "..%2Fsecret",
        "%2e%2e%2fsecret",
        "..",
        "new",
        "%00",
        "new%2F..%2F..%2Fsecret",
        "a" * 5000,
    ],
)
def test_a_key_that_the_mailbox_does_not_list_is_not_found(client, folder, key):
    """Seen red with: a key joined to the folder's path and opened."""
    send("One message")
    (folder.parent / "secret").write_text("Subject: secret\n\nnot mail")
    (folder / "secret").write_text("Subject: secret\n\nnot mail")
    answer = client.get(f"/demo/mail/{key}/")
    # An address with a null character in it is turned away before any page is asked.
    assert answer.status_code == (400 if key == "%00" else 404)
    assert b"not mail" not in answer.content


def test_a_file_that_is_not_quite_mail_is_shown_as_far_as_it_goes(client, folder):
    send("A real one")
    (folder / "new" / "1.broken").write_bytes(
        b"Subject: =?utf-8?b?//8=?=\nDate: nonsense\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe"
    )
    (folder / "new" / "no-second").write_bytes(b"")
    page = listing(client)
    assert "No subject" in page
    for key in ("1.broken", "no-second"):
        assert client.get(reverse("demo-mail-page", args=[key])).status_code == 200


def test_where_mail_goes_to_a_server_the_page_says_so(client, folder, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "Mail is not kept here" in listing(client)


def test_every_page_says_that_it_is_a_demonstration_and_leads_to_the_mail(client, folder):
    for name in ("sign-in", "demo-mail"):
        page = client.get(reverse(name)).content.decode()
        assert "This is a demonstration" in page
        assert f'href="{reverse("demo-mail")}"' in page
