"""Addresses of what leaves, and of what programs leave here."""

from django.urls import URLPattern, URLResolver, path

from moksori.collect.views import exports, hooks, inlet_door, inlets, searches

urlpatterns: list[URLPattern | URLResolver] = [
    path("hooks/", hooks.hook_list, name="hooks"),
    path("hooks/new/", hooks.hook_new, name="hook_new"),
    path("hooks/<int:hook_id>/", hooks.hook, name="hook"),
    path("hooks/<int:hook_id>/edit/", hooks.hook_edit, name="hook_edit"),
    path("hooks/<int:hook_id>/<slug:name>/", hooks.hook_deed, name="hook_deed"),
    path(
        "hook-messages/<int:hook_message_id>/", hooks.hook_message, name="hook_message"
    ),
    path("inlets/new/", inlets.inlet_new, name="inlet_new"),
    path("inlets/<int:inlet_id>/", inlets.inlet, name="inlet"),
    path("inlets/<int:inlet_id>/example/", inlets.inlet_example, name="inlet_example"),
    path("inlets/<int:inlet_id>/list/", inlets.inlet_list, name="inlet_list"),
    path("inlets/<int:inlet_id>/mapping/", inlets.inlet_mapping, name="inlet_mapping"),
    path(
        "inlets/<int:inlet_id>/signature/",
        inlets.inlet_signature,
        name="inlet_signature",
    ),
    path("inlets/<int:inlet_id>/<slug:name>/", inlets.inlet_deed, name="inlet_deed"),
    path("feedback/export/", exports.export_new, name="export_new"),
    path("exports/", exports.export_list, name="exports"),
    path("exports/<int:export_id>/", exports.export, name="export"),
    path(
        "exports/<int:export_id>/progress/",
        exports.export_progress,
        name="export_progress",
    ),
    path("exports/<int:export_id>/file/", exports.export_file, name="export_file"),
    path("searches/", searches.search_list, name="searches"),
    path("searches/new/", searches.search_new, name="search_new"),
    path(
        "searches/<int:saved_search_id>/<slug:name>/",
        searches.search_deed,
        name="search_deed",
    ),
]

# Open to programs that know a token: in their own place, apart from the pages.
doors: list[URLPattern | URLResolver] = [
    path("in/<str:token>/", inlet_door.inlet_door, name="inlet"),
    path("feeds/<str:token>.<slug:form>", searches.feed, name="feed"),
]
