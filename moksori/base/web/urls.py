"""Addresses of the pages that belong to no step."""

from django.urls import path

from moksori.base.web import views

app_name = "web"
urlpatterns = [
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("healthz", views.healthz, name="healthz"),
    path("styleguide", views.styleguide, name="styleguide"),
]
