"""Whether the product can answer: what a load balancer or a container asks."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import public
from ledger.models import Notice

PLAIN = "text/plain; charset=utf-8"


@public
@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 "ok" where the database answers. It says nothing about anybody.

    With `?deep`, 503 where notices wait for more than an hour: for whoever watches the product, not
    for what sends requests to it, because the web itself is well.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if "deep" in request.GET and Notice.objects.is_stuck(timezone.now()):
        return HttpResponse("notices wait\n", status=503, content_type=PLAIN)
    return HttpResponse("ok\n", content_type=PLAIN)
