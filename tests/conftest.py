"""What every test may ask for, and what no test should have to think of."""

import contextlib
import os
import shutil
import time
from pathlib import Path

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client, TransactionTestCase, override_settings

from tests.figures import Keeper, figure  # noqa: F401

# Playwright keeps an event loop running in the tests' own thread, where Django would refuse to
# touch the database. No test of ours runs asynchronous code of its own.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("EVENHAND_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
NO_BROWSER = "Chromium is not installed (apt-get install chromium), so this was not run"

hypothesis.settings.register_profile("default", deadline=None)
# The landing run must say the same thing twice; `HYPOTHESIS_PROFILE=long` is for looking further.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, max_examples=200)
hypothesis.settings.register_profile("long", deadline=None, max_examples=5000)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default")
)


# The figures of the reliability rows ----------------------------------------------------------
def pytest_configure(config: pytest.Config) -> None:
    """Kept by the run itself, and not by each of xdist's processes."""
    from django.conf import settings

    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Keeper(Path(settings.VAR) / "figures"), "figures-keeper")


# Several at once (xdist) ---------------------------------------------------------------------
# Each of these has one costly thing that its tests share.
ONE_PIECE = ("tests/speed/",)
# What takes minutes begins first, so that nobody waits for it at the end.
LONGEST = (
    "tests/matrix/",
    "tests/accessibility/",
    "tests/speed/",
    "tests/attack/",
    "tests/casework/test_random_lives.py",
    "tests/journeys/",
    "tests/demo/",
    "tests/site/test_access.py",
    "tests/site/test_council_words.py",
)


def _rank(nodeid: str) -> int:
    """Where the longest come first; the others stay in their order."""
    return next((n for n, name in enumerate(LONGEST) if nodeid.startswith(name)), len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """A file goes to one process, so that what its tests share is made once."""
    from xdist.scheduler import LoadFileScheduling

    # In the order of `LONGEST`, and not by how many tests a file has.
    config.option.loadscopereorder = False

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            whole = (piece for piece in ONE_PIECE if nodeid.startswith(piece))
            return next(whole, super()._split_scope(nodeid))

    return ByFile(config, log)


# The browser --------------------------------------------------------------------------------
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what asks for a page as a browser test; leave out what is about the other database."""
    other = "sqlite" if connections["default"].vendor == "postgresql" else "postgresql"
    left_out = [item for item in items if item.get_closest_marker(other)]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _rank(item.nodeid))
    for item in items:
        if {"page", "browser", "context", "new_context"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without Chromium a browser test is skipped with the reason; where required, it fails."""
    if item.get_closest_marker("browser") and not CHROMIUM:
        if os.environ.get("EVENHAND_REQUIRE_BROWSER") == "1":
            pytest.fail(NO_BROWSER, pytrace=False)
        pytest.skip(NO_BROWSER)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be skipped, a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    forbidden = os.environ.get("EVENHAND_SKIP_NOTHING") == "1"
    if forbidden and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def _nothing_open() -> None:
    connections.close_all()


@pytest.fixture(scope="session")
def playwright(_nothing_open, playwright):
    """Django's connections are other ones while Playwright's event loop runs. Left open on either side of
    it, one is out of reach, and keeps PostgreSQL from dropping the database of the tests.
    """
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The machine's own Chromium, quiet and offline."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """A reader in Britain."""
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/London"}


# The database -------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory) -> None:
    """Each run has a database file of its own: threads and processes can share it, runs cannot."""
    database = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        # Nothing here outlives the run, so nothing waits for the disk.
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_the_ledger() -> None:
    """Let the end of a test that commits empty the tables whose triggers refuse it.

    Only that moment: in the test itself the triggers stand, as they do in the product.
    """
    from ledger import triggers

    teardown = TransactionTestCase._fixture_teardown

    def with_triggers_lifted(self: TransactionTestCase) -> None:
        with contextlib.ExitStack() as stack:
            for name in self._databases_names(include_mirrors=False):
                stack.enter_context(triggers.lifted(connections[name]))
            teardown(self)

    TransactionTestCase._fixture_teardown = with_triggers_lifted


# What surrounds it --------------------------------------------------------------------------
@pytest.fixture(scope="session", autouse=True)
def _test_settings(tmp_path_factory):
    """Plain static files (only a collected build has the manifest), quick passwords, no real mail.

    pytest-django has already put mail in `mail.outbox`.
    """
    from django.conf import settings

    with override_settings(
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
            "documents": {
                **settings.STORAGES["documents"],
                "OPTIONS": {
                    **settings.STORAGES["documents"]["OPTIONS"],
                    "location": tmp_path_factory.mktemp("documents"),
                },
            },
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        EMAIL_FILE_PATH=tmp_path_factory.mktemp("mail"),
        # A fresh clone has collected nothing, and WhiteNoise would warn of it.
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _signed_in_just_now() -> None:
    """Whoever a test signs in by force has just shown who they are, as at every real sign-in."""
    theirs = Client.force_login

    def force_login(self: Client, user, backend=None) -> None:
        theirs(self, user, backend)
        session = self.session
        # By the names of django-allauth.
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()

    Client.force_login = force_login


@pytest.fixture(scope="session", autouse=True)
def _broker_of_our_own() -> None:
    """A task that is woken in a test goes nowhere: tests call tasks themselves.

    It is neither run on the spot (that would hide a missing commit) nor left in the queue of the
    product that runs beside the tests.
    """
    from protocol_site.celery import app

    app.conf.task_always_eager = False
    app.conf.broker_url = "memory://"
    app.conf.broker_transport_options = {}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """No test finds what another left in the cache."""
    from council import terms

    cache.clear()
    terms.forget()
