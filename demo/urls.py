"""Addresses of the demonstration. They exist only where it is installed."""

from django.urls import path

from demo import views

urlpatterns = [
    path("demo/sign-in/", views.sign_in, name="demo-sign-in"),
    path("demo/mail/", views.mail_list, name="demo-mail"),
    path("demo/mail/<str:key>/", views.mail_page, name="demo-mail-page"),
]
