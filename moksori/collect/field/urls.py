"""Addresses of visits and notes, and of the field app under /field/."""

from django.urls import URLPattern, URLResolver, path

from moksori.collect.views import field, staff_notes, visit_plans, visits

urlpatterns: list[URLPattern | URLResolver] = [
    path("visits/", visits.visit_list, name="visits"),
    path("visits/new/", visits.visit_new, name="visit_new"),
    path("visits/listening/", visits.listening, name="listening"),
    path("visits/rescue/", visits.rescue_file, name="rescue"),
    path("visits/plans/", visit_plans.plan_list, name="visit_plans"),
    path("visits/plans/new/", visit_plans.plan_new, name="visit_plan_new"),
    path(
        "visits/plans/<int:plan_id>/drop/",
        visit_plans.plan_drop,
        name="visit_plan_drop",
    ),
    path("visits/guides/", visit_plans.guide_list, name="guides"),
    path("visits/guides/new/", visit_plans.guide_new, name="guide_new"),
    path("visits/guides/<int:guide_id>/", visit_plans.guide, name="guide"),
    path("visits/guides/<int:guide_id>/use/", visit_plans.guide_use, name="guide_use"),
    path("visits/<int:visit_id>/", visits.visit, name="visit"),
    path("visits/<int:visit_id>/edit/", visits.visit_edit, name="visit_edit"),
    path("visits/<int:visit_id>/remove/", visits.visit_remove, name="visit_remove"),
    path(
        "visits/handovers/<int:handover_id>/done/",
        visits.handover_done,
        name="handover_done",
    ),
    path(
        "visits/attachments/<int:attachment_id>/",
        visits.attachment,
        name="visit_attachment",
    ),
    path("notes/new/", staff_notes.note_new, name="note_new"),
    path("phones/", visit_plans.device_list, name="devices"),
    path("phones/<int:device_id>/end/", visit_plans.device_end, name="device_end"),
]

# A place of its own: the service worker of the app rules over nothing else.
doors: list[URLPattern | URLResolver] = [
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
