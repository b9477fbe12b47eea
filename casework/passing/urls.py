"""Addresses of passing on all that an officer has: whose it is, and the page of each."""

from django.urls import path

from casework.passing import views

urlpatterns = [
    path("work/pass-on/", views.work_pass_on_list, name="work-pass-on-list"),
    path("work/pass-on/<int:pk>/", views.work_pass_on, name="work-pass-on"),
]
