"""Addresses of the step act."""

from django.urls import URLPattern, URLResolver

app_name = "act"
urlpatterns: list[URLPattern | URLResolver] = []
