"""Addresses of the room that keeps and forgets."""

from django.urls import path

from records.views import processing

urlpatterns = [
    path("records/processing/", processing.processing_show, name="processing-show"),
    path("records/processing.csv", processing.processing_csv, name="processing-csv"),
]
