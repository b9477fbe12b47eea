"""Every address, room by room. A room's own addresses are in its urls.py."""

from django.conf import settings
from django.urls import include, path

from accounts import navigation
from protocol_site.auditing import views as auditing
from protocol_site.auditing.files import FORMS
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
    path("ledger/verify/", auditing.ledger_verify, name="ledger-verify"),
    path("ledger/verify/offline.py", auditing.ledger_script, name="ledger-script"),
    path("ledger/events/", auditing.event_list, name="event-list"),
    path("ledger/events/<int:pk>/", auditing.event_page, name="event-page"),
    *(
        path(
            f"ledger/events/export/{form}/",
            auditing.event_export,
            {"form": form},
            name=f"event-export-{form}",
        )
        for form in FORMS
    ),
    *(path("", include(f"{room}.urls")) for room in ROOMS),
]
