"""Addresses of contributions: each one's page, and one for each verb."""

from django.urls import path

from casework.contributions import views
from casework.contributions.steps import STEPS

urlpatterns = [
    path("contributions/<uuid:key>/", views.contribution_show, name="contribution-page"),
    *(
        path(
            f"contributions/<uuid:key>/{verb.replace('_', '-')}/",
            views.contribution_act,
            {"verb": verb},
            name=f"contribution-{verb.replace('_', '-')}",
        )
        for verb in STEPS
    ),
]
