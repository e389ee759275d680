"""Addresses of the log of changes."""

from django.urls import path

from moksori.base.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.log, name="log"),
    path("verification", views.verification, name="verification"),
]
