"""Addresses of what leaves, and of what programs leave here."""

from django.urls import URLPattern, URLResolver, path

from moksori.collect.views import inlet_door

urlpatterns: list[URLPattern | URLResolver] = []

# Open to programs that know a token: in their own place, apart from the pages.
doors: list[URLPattern | URLResolver] = [
    path("in/<str:token>/", inlet_door.inlet_door, name="inlet"),
]
