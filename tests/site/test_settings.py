"""What the environment may say, and what is said back where it lacks something."""

import os
import re
import runpy
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psycopg2
import pytest
from django.conf import settings
from django.db import OperationalError, ProgrammingError

from protocol_site.environment import (
    Environment,
    NotConfigured,
    database_settings,
    mail_settings,
    said_of_database,
    secret_kept_in,
)

ROOT = Path(settings.BASE_DIR)
PRODUCTION = {
    "EVENHAND_ENV": "production",
    "SECRET_KEY": "nb7Gd0+x2QkWvZ5r-Lq9sTe4uYh8JmPaCf3iRo6Bj1VwXnEt",
    "ALLOWED_HOSTS": "evenhand.example.gov.uk",
    "BASE_URL": "https://evenhand.example.gov.uk",
    "DATABASE_URL": "postgres://evenhand:pass@database/evenhand",
    "EMAIL_URL": "smtp+tls://user:pass@mail.example.gov.uk",
    "EMAIL_FROM": "Member enquiries <enquiries@example.gov.uk>",
}
PRODUCTION["SECRET_KEY"] += "0123456789"
# Whatever the settings read: what the developer has set must not answer for it.
SETTING_NAMES = set(
    re.findall(r"env\.\w+\(\s*\"(\w+)\"", (ROOT / "protocol_site" / "settings.py").read_text())
)


def manage(*arguments: str, var: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run manage.py in an environment that holds nothing of ours but this."""
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env={**kept, "EVENHAND_VAR": str(var), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def settled(monkeypatch, tmp_path):
    """A function that gives the settings as they come out of these variables and no others."""

    def settle(**environment: str) -> SimpleNamespace:
        for name in SETTING_NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in {"EVENHAND_VAR": str(tmp_path), **environment}.items():
            monkeypatch.setenv(name, value)
        return SimpleNamespace(**runpy.run_path(str(ROOT / "protocol_site" / "settings.py")))

    return settle


# Development --------------------------------------------------------------------------------
def test_nothing_set_means_everything_embedded(settled, tmp_path):
    s = settled()
    assert s.DATABASES["default"]["NAME"] == str(tmp_path / "evenhand.sqlite3")
    assert s.EMBEDDED_DATABASE
    assert s.CELERY_BROKER_URL.startswith("filesystem://")
    assert (tmp_path / "queue" / "evenhand" / "messages").is_dir()
    assert s.EMAIL_BACKEND == "ledger.maildir.EmailBackend"
    assert tmp_path / "mail" == s.EMAIL_FILE_PATH
    assert (s.PRODUCTION, s.DEBUG, s.DEMO) == (False, False, False)


def test_database_and_redis_addresses_are_used_where_they_are_given(settled):
    s = settled(DATABASE_URL="postgres://u:p@db/evenhand", REDIS_URL="redis://cache/0")
    assert s.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert not s.EMBEDDED_DATABASE
    assert s.CELERY_BROKER_URL == s.CACHES["default"]["LOCATION"] == "redis://cache/0"


def test_the_embedded_database_lets_processes_write_together(tmp_path):
    """Seen red with: transaction_mode left out."""
    found = database_settings("", tmp_path / "x.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_each_demo_council_has_files_of_its_own(settled, tmp_path):
    """Seen red with: the queue's folder shared, so that one demo's worker takes another's tasks."""
    bristol, weston = settled(), settled(PROFILE="weston")
    assert weston.DATABASES["default"]["NAME"] == str(tmp_path / "weston.sqlite3")
    for name in (
        "CELERY_BROKER_TRANSPORT_OPTIONS",
        "CELERY_BEAT_SCHEDULE_FILENAME",
        "EMAIL_FILE_PATH",
        "SESSION_COOKIE_NAME",
    ):
        assert getattr(bristol, name) != getattr(weston, name), name


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path):
    """Seen red with: the draft written by open(), which the umask makes readable to all."""
    path = tmp_path / "new" / "secret_key"
    first = secret_kept_in(path)
    assert len(first) >= 50
    assert secret_kept_in(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


# Production ---------------------------------------------------------------------------------
def test_production_says_everything_it_lacks_at_once_without_a_traceback(tmp_path):
    done = manage("check", var=tmp_path, EVENHAND_ENV="production")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name in sorted(set(PRODUCTION) - {"EVENHAND_ENV"}):
        assert f"- {name} is not set. Set it to" in done.stderr
    assert not (tmp_path / "secret_key").exists()


def test_djangos_own_deployment_check_finds_nothing(tmp_path, figure):
    """T16. Seen red with: SECURE_HSTS_SECONDS taken out.

    One check is silenced: browsers' preload lists are the owner of the whole domain's to join.
    """
    done = manage("check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues (1 silenced)" in done.stdout
    figure("T16", n=1, of="`check --deploy --fail-level WARNING`, no warning")


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"EVENHAND_ENV"}))
def test_production_does_not_start_without(name, settled):
    with pytest.raises(NotConfigured, match=f"- {name} is not set"):
        settled(**{**PRODUCTION, name: ""})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EVENHAND_DEMO", "1", "lets anyone sign in"),
        ("EVENHAND_DEBUG", "1", "would show case content"),
        ("SECOND_STEP", "offered", "lets people sign in with a password alone"),
        ("SECRET_KEY", "short", "is too short to be safe"),
        ("SECRET_KEY", "ab" * 40, "is too short to be safe"),
        ("BASE_URL", "http://evenhand.example.gov.uk", "must begin with https://"),
        ("EVENHAND_ENV", "prod", "is neither development nor production"),
        ("EMAIL_URL", "mail.example.gov.uk", "is not a mail server's address"),
        ("EMAIL_URL", "smtp://u:hunter2@ss@mail.example", "that is not written as %40"),
        ("EMAIL_URL", "smtp://u:25/hunter2@mail.example", "that is not written as %40"),
        ("REDIS_URL", "foo", "is not the address of a Redis server"),
        ("REDIS_URL", "redis://", "is not the address of a Redis server"),
        ("REDIS_URL", "redis://:hunter2@host:lots/0", "is not the address of a Redis server"),
        ("PROTOCOL_FILE", "/nope.toml", "is not a file that can be read"),
        ("EVENHAND_VAR", "/proc/x", "cannot be used"),
        ("EVENHAND_VAR", "/dev/null", "cannot be used"),
        ("WEB_CONCURRENCY", "abc", "whole number, 1 or more"),
        ("WEB_THREADS", "0", "whole number, 1 or more"),
        ("DATABASE_URL", "sqlite:////proc/x/evenhand.sqlite3", "a folder that cannot be made"),
        ("DATABASE_URL", "mysql://u:hunter2@host/name", "is not the address of a PostgreSQL"),
        ("DATABASE_URL", "postgres://u:hunter2@host:port/name", "cannot be read"),
        ("SESSION_IDLE_MINUTES", "-1", "whole number, 5 or more"),
        ("BEHIND_PROXY", "maybe", "neither yes nor no"),
        ("OIDC_ISSUER", "http://login.example", "does not begin with https://"),
        ("OIDC_ISSUER", "http://127.0.0.1:3000", "does not begin with https://"),
        ("OIDC_ISSUER", "https://user:hunter2@login.example", "is not the address of a provider"),
        ("OIDC_ISSUER", "https://login.example/?p=1", "is not the address of a provider"),
        ("OIDC_ISSUER", "https://login.example:0", "is not the address of a provider"),
        ("OIDC_ISSUER", f"https://login.example/{'x' * 200}", "is longer than 200 characters"),
        ("OIDC_LINKS_BY_EMAIL", "perhaps", "neither yes nor no"),
        ("PROFILE", "../../etc/passwd", "is not a profile's key"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(name, value, said, settled):
    """Seen red with: the check that a production demonstration is refused taken out."""
    with pytest.raises(NotConfigured) as caught:
        settled(**{**PRODUCTION, name: value})
    assert f"- {name} " in str(caught.value)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_production_may_be_embedded_where_that_is_said_outright(settled, tmp_path):
    """Seen red with: a default for DATABASE_URL in production, so that a lost line of the settings
    shows an empty council.
    """
    s = settled(**{**PRODUCTION, "DATABASE_URL": f"sqlite:///{tmp_path}/council.sqlite3"})
    assert s.EMBEDDED_DATABASE
    assert s.DATABASES["default"]["NAME"] == f"{tmp_path}/council.sqlite3"


OIDC = {
    "OIDC_ISSUER": "https://login.example/tenant/v2.0",
    "OIDC_CLIENT_ID": "evenhand",
    "OIDC_CLIENT_SECRET": "hunter2",
}


@pytest.mark.parametrize("environment", [PRODUCTION, {}], ids=["production", "development"])
@pytest.mark.parametrize("name", [*OIDC, "OIDC_LINKS_BY_EMAIL"])
def test_single_sign_on_is_set_whole_or_not_at_all(name, environment, settled):
    """Seen red with: the three asked for only where OIDC_ISSUER is set."""
    assert OIDC["OIDC_ISSUER"] == settled(**environment, **OIDC).OIDC_ISSUER
    assert settled(**environment).OIDC_ISSUER == ""
    half = {key: value for key, value in OIDC.items() if key != name}
    if name not in OIDC:
        half = {name: "1"}
    with pytest.raises(NotConfigured) as caught:
        settled(**environment, **half)
    missing = {name} if name in OIDC else set(OIDC)
    assert {key for key in OIDC if f"- {key} is not set" in str(caught.value)} == missing
    assert "hunter2" not in str(caught.value)


def test_a_developers_own_provider_may_be_on_this_machine(settled):
    s = settled(**{**OIDC, "OIDC_ISSUER": "http://127.0.0.1:3000"})
    assert s.OIDC_ISSUER == "http://127.0.0.1:3000"
    with pytest.raises(NotConfigured, match="does not begin with https://"):
        settled(**{**OIDC, "OIDC_ISSUER": "http://login.example"})


def test_no_browser_is_asked_to_keep_the_name_on_its_preload_list(settled):
    s = settled(**PRODUCTION)
    assert s.SECURE_HSTS_SECONDS
    assert not s.SECURE_HSTS_PRELOAD


@pytest.mark.parametrize("name", ["WEB_CONCURRENCY", "WEB_THREADS"])
def test_the_web_server_by_itself_says_plainly_what_is_wrong(name, monkeypatch):
    """As a container starts it, without script/server. Seen red with: int() of what is set."""
    monkeypatch.setenv(name, "abc")
    with pytest.raises(SystemExit, match=f'{name} is "abc"'):
        runpy.run_path(str(ROOT / "protocol_site" / "gunicorn.py"))


def test_the_demo_command_says_that_it_needs_the_demonstration(tmp_path):
    done = manage("load_demo", var=tmp_path)
    assert done.returncode == 1
    assert "set EVENHAND_DEMO=1" in done.stderr
    assert "Unknown command" not in done.stderr


# Whose the files are ------------------------------------------------------------------------
def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in (folder, *folder.rglob("*"))
    }


def test_what_is_kept_is_its_owners_alone(settled, tmp_path):
    """Seen red with: `mkdir` without its mode; with `make_private` doing nothing."""
    before = os.umask(0)
    try:
        var = tmp_path / "var"
        settled(EVENHAND_VAR=str(var))
    finally:
        os.umask(before)
    assert set(modes(var).values()) <= {0o700, 0o600}


def test_what_was_open_to_others_is_closed_at_the_next_start(settled, tmp_path):
    """Seen red with: only the top folder looked at."""
    for folder in ("queue/evenhand/messages", "mail/new"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("evenhand.sqlite3", "queue/evenhand/messages/x", "mail/new/y", "evenhand-beat"):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(0o644)
    for path in (tmp_path, *tmp_path.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    settled()
    assert set(modes(tmp_path).values()) <= {0o700, 0o600}


def test_a_folder_that_others_use_too_is_left_open_to_them(settled, tmp_path):
    """EVENHAND_VAR=/tmp must not take /tmp from everybody. Seen red with: the folder always closed."""
    (tmp_path / "somebody's").mkdir(mode=0o755)
    (tmp_path / "evenhand.sqlite3").touch(mode=0o644)
    (tmp_path / "mail-link").symlink_to("/etc/hostname")
    tmp_path.chmod(0o755)
    outside = Path("/etc/hostname").stat().st_mode
    settled()
    found = modes(tmp_path)
    assert (found["."], found["somebody's"], found["evenhand.sqlite3"]) == (0o755, 0o755, 0o600)
    assert Path("/etc/hostname").stat().st_mode == outside


def test_production_keeps_cookies_to_the_encrypted_site(settled):
    s = settled(**PRODUCTION)
    assert s.SESSION_COOKIE_SECURE
    assert s.CSRF_COOKIE_SECURE
    assert s.SECURE_SSL_REDIRECT
    assert s.SESSION_COOKIE_NAME.startswith("__Host-")
    assert not s.DEMO


def test_a_proxys_word_is_taken_only_where_we_are_told_to(settled):
    """Seen red with: the header always believed."""
    assert not hasattr(settled(**PRODUCTION), "SECURE_PROXY_SSL_HEADER")
    assert hasattr(settled(BEHIND_PROXY="1", **PRODUCTION), "SECURE_PROXY_SSL_HEADER")


def test_there_is_no_demonstration_room_unless_asked_for(settled):
    """Seen red with: the room listed whatever EVENHAND_DEMO says."""
    assert "demo" not in settled().INSTALLED_APPS
    assert "demo" in settled(EVENHAND_DEMO="1").INSTALLED_APPS


def test_the_policy_allows_nothing_inline_and_no_other_site(settled):
    """Seen red with: 'unsafe-inline' allowed for styles."""
    directives = settled(**PRODUCTION).CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {word for value in directives.values() if value is not True for word in value}
    assert allowed == {"'self'", "'none'"}
    assert {"default-src", "form-action", "frame-ancestors", "base-uri"} <= set(directives)


# The parts ----------------------------------------------------------------------------------
def test_every_fault_is_remembered_until_insisted_on():
    env = Environment({"N": "many", "F": "perhaps"})
    assert env.number("N", 3) == 3
    assert env.flag("F") is False
    env.needed("GONE", "Set it")
    with pytest.raises(NotConfigured) as caught:
        env.insist()
    for name in ("N is", "F is", "GONE is not set. Set it."):
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtps://mail.example", 465, True, False),
        ("smtp+tls://mail.example", 587, False, True),
        ("smtp://mail.example:2525?tls=1", 2525, False, True),
    ],
)
def test_a_mail_servers_address_says_how_to_speak_to_it(url, port, ssl, tls):
    found = mail_settings(url)
    assert found["EMAIL_HOST"] == "mail.example"
    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (port, ssl, tls)


def test_a_mail_password_may_hold_any_character():
    assert mail_settings("smtp://u%40x:p%2Fw%3A@h")["EMAIL_HOST_PASSWORD"] == "p/w:"
    with pytest.raises(ValueError, match="port that is not a number"):
        mail_settings("smtp://host:lots")


def test_a_database_address_without_a_name_is_refused(tmp_path):
    with pytest.raises(ValueError, match="names no database"):
        database_settings("postgres://host/", tmp_path / "x")


@pytest.mark.parametrize(
    "command",
    [
        ["chase"],
        ["verify_ledger"],
        ["setup_council", "--profile", "bristol"],
        ["import_members", "x"],
    ],
)
def test_a_command_on_a_database_that_is_not_ready_says_so_without_a_traceback(tmp_path, command):
    """Seen red with: manage.py letting the error of the database through."""
    (tmp_path / "x").write_text("uprn,name\n")
    done = manage(*command[:1], *command[1:], var=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert "FAULT" not in done.stdout


def test_a_database_out_of_reach_is_said_without_a_traceback(tmp_path):
    url = "postgres://nobody:hush@127.0.0.1:1/none"
    done = manage("chase", var=tmp_path, DATABASE_URL=url)
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr
    # What the server said tells a wrong password from a server that is down.
    assert "It said: connection to server at" in done.stderr


def test_a_file_that_is_no_database_is_said_to_be_none_without_a_traceback(tmp_path):
    """Seen red with: manage.py catching only two of the errors of a database."""
    (tmp_path / "notes.txt").write_text("A list of things to do, and not a database at all. " * 50)
    done = manage("chase", var=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/notes.txt")
    assert done.returncode == 1
    assert "is not a database of Evenhand’s" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("attempt to write a readonly database", "may not be written"),
        ("database or disk is full", "no room left"),
        ("database is locked", "Wait a little"),
        ("database disk image is malformed", "restore your last backup"),
    ],
)
def test_what_sqlite_says_of_its_file_comes_with_what_to_do(words, said):
    error = OperationalError(words)
    error.__cause__ = sqlite3.OperationalError(words)
    assert said in said_of_database(error)
    assert said_of_database(OperationalError(words)) is None


def test_a_fault_of_ours_is_not_said_to_be_a_database_out_of_reach():
    """Seen red with: any error of psycopg2 without a code taken for one, and quoted."""
    error = ProgrammingError("can't adapt type 'dict'")
    error.__cause__ = psycopg2.ProgrammingError("can't adapt type 'dict'")
    assert said_of_database(error) is None
    error.__cause__ = psycopg2.OperationalError("connection refused")
    assert "cannot be reached" in said_of_database(error)


def test_ctrl_c_ends_a_command_in_plain_words(tmp_path):
    """Status 130, while it waits for its file. Seen red with: the interrupt let through."""
    fifo = tmp_path / "members.csv"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "import_members", str(fifo)],
        cwd=ROOT,
        env={**os.environ, "EVENHAND_VAR": str(tmp_path / "var"), "DATABASE_URL": ""},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # This waits until the command has opened it to read.
        with fifo.open("wb"):
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert said.strip().startswith("Stopped.")
    assert "Traceback" not in said


def test_a_reader_who_has_had_enough_ends_a_command_quietly(tmp_path):
    """As `| head` does. Its status is that of SIGPIPE: `verify_ledger | head` under pipefail, cut off amid
    its faults, must not pass for whole. Seen red with: the broken pipe let through; status 0."""
    command = ["working_days", "2022-05-25", "1000", "--explain"]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *command],
        cwd=ROOT,
        env={**os.environ, "EVENHAND_VAR": str(tmp_path), "DATABASE_URL": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), said) == (141, "")
