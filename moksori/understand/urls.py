"""Addresses of the step understand."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from moksori.understand.views import pains, saved, search, themes

app_name = "understand"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="understand:pain_points")),
    path("pain-points/", pains.pain_points, name="pain_points"),
    path("pain-points/<int:pain_point_id>/", pains.pain_point, name="pain_point"),
    path("pain-points/<int:pain_point_id>/triage/", pains.triage, name="triage"),
    path("themes/", themes.themes, name="themes"),
    path("themes/<int:theme_id>/", themes.theme, name="theme"),
    path("themes/<int:theme_id>/rename/", themes.rename, name="rename"),
    path("search/", search.search, name="search"),
    path("views/<slug:page>/new/", saved.view_new, name="view_new"),
    path("views/<int:saved_view_id>/remove/", saved.view_remove, name="view_remove"),
]
