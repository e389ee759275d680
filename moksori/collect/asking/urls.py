"""Addresses in letters: short, for they stand in text messages, too."""

from django.urls import path

from moksori.collect.views import preferences

app_name = "asked"
urlpatterns = [
    path("stop/<str:token>/", preferences.stop, name="stop"),
    path("try/<str:token>/", preferences.trial, name="trial"),
    path("<str:token>/", preferences.invitation, name="invitation"),
]
