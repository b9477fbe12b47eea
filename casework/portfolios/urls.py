"""Addresses of the portfolios of services, and of the copies that a rule asks for."""

from django.urls import path

from casework.portfolios import views

urlpatterns = [
    path("services/portfolios/", views.service_portfolio_list, name="service-portfolio-list"),
    path("services/<int:pk>/portfolio/", views.service_portfolio, name="service-portfolio"),
    path("cases/<str:reference>/copy-agreed/", views.copy_agreed, name="copy-agreed"),
    path("cases/<str:reference>/member-of-parliament/", views.mp_name, name="mp-name"),
]
