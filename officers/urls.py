"""Addresses of this room. Every view declares its access (accounts/permissions.py)."""

from django.urls import path

from council.imports.views import addresses
from officers.imports import ABSENCES, OFFICERS, SERVICES
from officers.views import absences, officers, reorganising, services

urlpatterns = [
    path("officers/", officers.officer_list, name="officer-list"),
    path("officers/add/", officers.officer_add, name="officer-add"),
    path("officers/<int:pk>/", officers.officer_show, name="officer-show"),
    path("officers/<int:pk>/edit/", officers.officer_edit, name="officer-edit"),
    path("officers/<int:pk>/end/", officers.officer_end, name="officer-end"),
    path("officers/services/", services.service_list, name="service-list"),
    path("officers/services/add/", services.service_add, name="service-add"),
    path("officers/services/<int:pk>/", services.service_show, name="service-show"),
    path("officers/services/<int:pk>/edit/", services.service_edit, name="service-edit"),
    path("officers/services/<int:pk>/merge/", reorganising.service_merge, name="service-merge"),
    path("officers/services/<int:pk>/end/", reorganising.service_end, name="service-end"),
    path("officers/absence/", absences.absence_list, name="absence-list"),
    path("officers/absence/add/", absences.absence_add, name="absence-add"),
    *addresses(OFFICERS, "officers/import/"),
    *addresses(SERVICES, "officers/services/import/"),
    *addresses(ABSENCES, "officers/absence/import/"),
    path("absence/", absences.absence_mine, name="absence-mine"),
    path("absence/add/", absences.absence_mine_add, name="absence-mine-add"),
    path("absence/<int:pk>/edit/", absences.absence_edit, name="absence-edit"),
    path("absence/<int:pk>/remove/", absences.absence_remove, name="absence-remove"),
]
