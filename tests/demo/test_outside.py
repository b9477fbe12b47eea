"""Outside demo mode there is nothing: no address, no persona, no command, whatever the database holds."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from tests.demo.conftest import demonstration, loaded

pytestmark = pytest.mark.django_db
ADDRESSES = ("/demo/", "/demo/sign-in/", "/demo/mail/", "/demo/mail/anything/")
if settings.DEMO:
    pytest.skip("this run is itself a demonstration", allow_module_level=True)


@pytest.fixture(scope="module")
def was_a_demonstration(django_db_setup, django_db_blocker, at_the_time):
    """A demonstration's data, left in a database that is no demonstration's any more."""
    with django_db_blocker.unblock():
        context = loaded(profile="bracknell", cases=10)
        with demonstration():
            context.__enter__()
        yield
        with demonstration():
            context.__exit__(None, None, None)


def test_its_addresses_do_not_exist(was_a_demonstration, client):
    """Seen red with: `demo.urls` included in protocol_site.urls whatever is installed."""
    for address in ADDRESSES:
        for method in (client.get, client.post):
            answer = method(address, {"persona": "1"})
            # An address that is not there is 404 whoever asks.
            assert answer.status_code == 404, address
    for name in ("demo-sign-in", "demo-mail"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_the_sign_in_page_names_nobody_and_calls_nothing_a_demonstration(
    was_a_demonstration, client
):
    """Seen red with: the room's part of the sign-in page left registered."""
    from accounts.models import Person

    page = client.get(reverse("sign-in")).content.decode()
    assert "demonstration" not in page.lower()
    assert "persona" not in page
    for name in Person.objects.values_list("name", flat=True):
        assert name not in page


def product(*command: str, **environment: str) -> subprocess.CompletedProcess:
    """The product in a process of its own, with this environment and nothing of ours."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_there_is_no_command_to_load_one(tmp_path):
    ran = product("load_demo", EVENHAND_VAR=str(tmp_path))
    assert ran.returncode == 1
    assert "load_demo is there in the demonstration only" in ran.stderr


def test_a_demonstration_has_its_addresses_its_command_and_its_word_on_every_page(tmp_path):
    """Seen red with: `demo` taken out of ROOMS in protocol_site/urls.py."""
    look = (
        "from django.conf import settings; from django.urls import reverse;"
        "print(reverse('demo-mail'), settings.TEMPLATES[0]['OPTIONS']['context_processors'][-1])"
    )
    ran = product("shell", "-v0", "-c", look, EVENHAND_DEMO="1", EVENHAND_VAR=str(tmp_path))
    assert ran.stdout.split() == ["/demo/mail/", "demo.context.demo"], ran.stderr


def test_production_refuses_to_be_a_demonstration(tmp_path):
    """Seen red with: the fault for EVENHAND_DEMO taken out of protocol_site/settings.py."""
    ran = product("check", EVENHAND_ENV="production", EVENHAND_DEMO="1", EVENHAND_VAR=str(tmp_path))
    assert ran.returncode != 0
    assert "EVENHAND_DEMO is on in production and lets anyone sign in" in ran.stderr
