"""Every address, room by room. A room's own addresses are in its urls.py."""

from django.conf import settings
from django.urls import include, path

from accounts import navigation
from protocol_site.health import health
from protocol_site.operations import ledger_show, operations_show

ROOMS = [
    "accounts",
    "council",
    "records",
    "documents",
    "members",
    "officers",
    "casework",
    *(["demo"] if settings.DEMO else []),
]

# Their pages look at every room, so they stand here; this package is no app and has no ready().
navigation.register("operations", "Running", "operations-show", "operations.read", 95)
navigation.register("ledger", "Ledger", "ledger-show", "ledger.read", 96)

urlpatterns = [
    path("healthz", health, name="health-show"),
    path("running/", operations_show, name="operations-show"),
    path("ledger/", ledger_show, name="ledger-show"),
    *(path("", include(f"{room}.urls")) for room in ROOMS),
]
