"""Addresses of demands: flagging one, each one's page and verbs, and the list for whoever oversees."""

from django.urls import path

from casework.demands import views

urlpatterns = [
    path("demands/", views.demand_list, name="demand-list"),
    path("cases/<str:reference>/demand/", views.demand_flag, name="demand-flag"),
    path(
        "contributions/<uuid:key>/demand/",
        views.demand_flag_contribution,
        name="contribution-demand",
    ),
    path("demands/<uuid:key>/", views.demand_show, name="demand-page"),
    path("demands/<uuid:key>/consider/", views.demand_consider, name="demand-consider"),
    path("demands/<uuid:key>/take-back/", views.demand_take_back, name="demand-take-back"),
]
