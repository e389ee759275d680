"""Addresses of the field app, under /field/: the service worker rules over no more."""

from django.urls import URLPattern, URLResolver, path

from moksori.collect.views import field

app_name = "field"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", field.shell, name="app"),
    path("sw.js", field.worker, name="worker"),
    path("manifest.webmanifest", field.manifest, name="manifest"),
    path("words.json", field.words, name="words"),
    path("ping/", field.ping, name="ping"),
    path("pack/", field.take_along, name="pack"),
    path("devices/", field.register, name="register"),
    path("blobs/<slug:sha256>/", field.blob, name="blob"),
    path("records/", field.record, name="record"),
]
