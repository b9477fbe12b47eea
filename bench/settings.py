"""The product's settings, for a process that measures it: nothing goes to a broker or leaves files.

What the product runs with in production and not here: hashed names of static files, a broker that
hears of each wake-up, and a question to the database whether it is there, once a request.
"""

from protocol_site.settings import *  # noqa: F403
from protocol_site.settings import STORAGES, VAR

ROOT_URLCONF = "bench.urls"
CELERY_BROKER_URL = "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = VAR / "collected"
STATIC_ROOT.mkdir(exist_ok=True)
