"""The one address of a file."""

from django.urls import path

from documents import views

urlpatterns = [
    path("documents/<uuid:key>/", views.document_open, name="document-open"),
]
