"""The product's addresses as they are in a demonstration, whatever this run's environment says."""

from django.conf import settings
from django.urls import include, path

from protocol_site.urls import urlpatterns as product

urlpatterns = [*product]
if not settings.DEMO_FROM_ENVIRONMENT:
    urlpatterns.append(path("", include("demo.urls")))
