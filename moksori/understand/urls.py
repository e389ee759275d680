"""Addresses of the step understand."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from moksori.understand.views import (
    defined,
    emerging,
    explore,
    exports,
    mentions,
    pains,
    safety,
    saved,
    search,
    taught,
    taxonomy,
    teaching,
    themes,
)

app_name = "understand"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="understand:pain_points")),
    path("pain-points/", pains.pain_points, name="pain_points"),
    path("pain-points/<int:pain_point_id>/", pains.pain_point, name="pain_point"),
    path("pain-points/<int:pain_point_id>/triage/", pains.triage, name="triage"),
    path("themes/", themes.themes, name="themes"),
    path("themes/<int:theme_id>/", themes.theme, name="theme"),
    path("themes/new/", defined.define, name="theme_new"),
    path("themes/<int:theme_id>/rename/", teaching.rename, name="theme_rename"),
    path("themes/<int:theme_id>/merge/", teaching.merge, name="theme_merge"),
    path("themes/<int:theme_id>/split/", defined.split, name="theme_split"),
    path("themes/<int:theme_id>/move/", teaching.move, name="theme_move"),
    path("themes/<int:theme_id>/archive/", teaching.archive, name="theme_archive"),
    path("mentions/<int:mention_id>/why/", mentions.why, name="mention_why"),
    path("mentions/<int:mention_id>/pin/", mentions.pin, name="mention_pin"),
    path("teach/", mentions.queue, name="teach"),
    path("teach/corrections/", taught.corrections, name="corrections"),
    path(
        "teach/corrections/<int:correction_id>/undo/",
        taught.undo,
        name="correction_undo",
    ),
    path("teach/learned/", taught.last_learning, name="learned"),
    path("teach/taxonomy/", taxonomy.files, name="taxonomy"),
    path("teach/taxonomy/<slug:form>/", taxonomy.export, name="taxonomy_export"),
    path("safety/", safety.safety, name="safety"),
    path("safety/line/", safety.safety_line, name="safety_line"),
    path("themes/map/", explore.the_map, name="theme_map"),
    path("themes/crossed/", explore.by_segment, name="crossed"),
    path("compare/", explore.compare, name="compare"),
    path("export/<slug:page>/", exports.export, name="export"),
    path("emerging/", emerging.emerging, name="emerging"),
    path("emerging/line/", emerging.emerging_line, name="emerging_line"),
    path("emerging/<int:emerging_id>/adopt/", emerging.adopt, name="emerging_adopt"),
    path(
        "emerging/<int:emerging_id>/set-aside/",
        emerging.dismiss,
        name="emerging_dismiss",
    ),
    path(
        "emerging/<int:emerging_id>/bring-back/",
        emerging.restore,
        name="emerging_restore",
    ),
    path("search/", search.search, name="search"),
    path("views/<slug:page>/new/", saved.view_new, name="view_new"),
    path("views/<int:saved_view_id>/remove/", saved.view_remove, name="view_remove"),
]
