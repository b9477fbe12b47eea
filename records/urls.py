"""Addresses of the room that keeps and forgets."""

from django.urls import path

from records.views import erasures, holds, processing, reviews

urlpatterns = [
    path("records/processing/", processing.processing_show, name="processing-show"),
    path("records/processing.csv", processing.processing_csv, name="processing-csv"),
    path("records/holds/", holds.hold_list, name="hold-list"),
    path("records/holds/place/", holds.hold_place, name="hold-place"),
    path("records/holds/<int:pk>/lift/", holds.hold_lift, name="hold-lift"),
    path("records/erasures/", erasures.erasure_list, name="erasure-list"),
    path("records/erasures/add/", erasures.erasure_add, name="erasure-add"),
    path("records/erasures/<int:pk>/", erasures.erasure_show, name="erasure-show"),
    path("records/erasures/<int:pk>/confirm/", erasures.erasure_confirm, name="erasure-confirm"),
    path("records/erasures/<int:pk>/close/", erasures.erasure_close, name="erasure-close"),
    path("records/review/", reviews.review_list, name="review-list"),
    path("records/review/keep/", reviews.review_keep, name="review-keep"),
    path("records/review/anonymise/", reviews.review_anonymise, name="review-anonymise"),
    path("records/retention/", reviews.retention_edit, name="retention-edit"),
]
