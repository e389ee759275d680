"""Addresses of the step collect."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from moksori.collect.views import (
    asking,
    building,
    contacts,
    feedback,
    figures,
    imports,
    looking,
    mailboxes,
    names,
    paper,
    paper_people,
    places,
    previews,
    results,
    review,
    sources,
    streams,
    surveys,
)

app_name = "collect"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="collect:feedback_list")),
    path("feedback/", feedback.feedback_list, name="feedback_list"),
    path("feedback/<int:feedback_id>/", feedback.feedback, name="feedback"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:batch_id>/", imports.import_, name="import"),
    path(
        "imports/<int:batch_id>/reading/", imports.import_reading, name="import_reading"
    ),
    path("imports/<int:batch_id>/try/", imports.import_try, name="import_try"),
    path("imports/<int:batch_id>/start/", imports.import_start, name="import_start"),
    path("imports/<int:batch_id>/resume/", imports.import_resume, name="import_resume"),
    path("imports/<int:batch_id>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:batch_id>/drop/", imports.import_drop, name="import_drop"),
    path(
        "imports/<int:batch_id>/progress/",
        imports.import_progress,
        name="import_progress",
    ),
    path(
        "imports/<int:batch_id>/rows.csv",
        imports.import_troubles,
        name="import_troubles",
    ),
    path("figures/", figures.figures, name="figures"),
    path("review/", review.review, name="review"),
    path("review/decided/", review.review_decided, name="review_decided"),
    path("review/<int:review_item_id>/", review.review_item, name="review_item"),
    path(
        "review/<int:review_item_id>/decision/",
        review.review_decide,
        name="review_decide",
    ),
    path("review/<int:review_item_id>/undo/", review.review_undo, name="review_undo"),
    path("asking/", asking.rules, name="asking"),
    path("asking/skips/", asking.skips, name="asking_skips"),
    path("asking/routes/<slug:way>/", asking.route, name="asking_route"),
    path("contacts/", contacts.contact_list, name="contacts"),
    path("contacts/new/", contacts.contacts_new, name="contacts_new"),
    path("contacts/<int:contact_id>/", contacts.contact, name="contact"),
    path(
        "contacts/<int:contact_id>/change/",
        contacts.contact_change,
        name="contact_change",
    ),
    path(
        "surveys/<int:survey_id>/invitations/", asking.invitations, name="invitations"
    ),
    path("surveys/<int:survey_id>/approach/", asking.approach, name="survey_approach"),
    path("surveys/<int:survey_id>/asker/", names.survey_asker, name="survey_asker"),
    path(
        "surveys/<int:survey_id>/invitations/look/",
        looking.invitations_look,
        name="invitations_look",
    ),
    path(
        "surveys/<int:survey_id>/invitations/letter/",
        looking.invitations_letter,
        name="invitations_letter",
    ),
    path(
        "surveys/<int:survey_id>/invitations/test/",
        looking.invitations_test,
        name="invitations_test",
    ),
    path(
        "surveys/<int:survey_id>/invitations/back/",
        asking.invitations_take_back,
        name="invitations_take_back",
    ),
    path(
        "invitations/<int:invitation_id>/again/",
        asking.invitation_again,
        name="invitation_again",
    ),
    path("surveys/", surveys.survey_list, name="surveys"),
    path("surveys/new/", surveys.survey_new, name="survey_new"),
    path("surveys/<int:survey_id>/", surveys.survey, name="survey"),
    path("surveys/<int:survey_id>/build/", building.survey_build, name="survey_build"),
    path("surveys/<int:survey_id>/words/", building.survey_words, name="survey_words"),
    path(
        "surveys/<int:survey_id>/settings/",
        building.survey_settings,
        name="survey_settings",
    ),
    path(
        "surveys/<int:survey_id>/preview/",
        previews.survey_preview,
        name="survey_preview",
    ),
    path("surveys/<int:survey_id>/try/", previews.survey_try, name="survey_try"),
    path(
        "surveys/<int:survey_id>/publish/",
        surveys.survey_publish,
        name="survey_publish",
    ),
    path("surveys/<int:survey_id>/turn/", surveys.survey_turn, name="survey_turn"),
    path(
        "surveys/<int:survey_id>/versions/",
        surveys.survey_versions,
        name="survey_versions",
    ),
    path("surveys/<int:survey_id>/file.json", surveys.survey_file, name="survey_file"),
    path("surveys/<int:survey_id>/share/", results.survey_share, name="survey_share"),
    path(
        "surveys/<int:survey_id>/results/",
        results.survey_results,
        name="survey_results",
    ),
    path("", include("moksori.collect.out.urls")),
    path("", include("moksori.collect.field.urls")),
    path("", include("moksori.collect.paper.urls")),
    path("mailboxes/", mailboxes.mailbox_list, name="mailboxes"),
    path("mailboxes/new/", mailboxes.mailbox_new, name="mailbox_new"),
    path("mailboxes/<int:mailbox_id>/", mailboxes.mailbox, name="mailbox"),
    path(
        "mailboxes/<int:mailbox_id>/settings/",
        mailboxes.mailbox_settings,
        name="mailbox_settings",
    ),
    path(
        "mailboxes/<int:mailbox_id>/fetch/",
        mailboxes.mailbox_fetch,
        name="mailbox_fetch",
    ),
    path("mailboxes/<int:mailbox_id>/try/", mailboxes.mailbox_try, name="mailbox_try"),
    path(
        "mailboxes/<int:mailbox_id>/pause/",
        mailboxes.mailbox_pause,
        name="mailbox_pause",
    ),
    path(
        "mailboxes/<int:mailbox_id>/resume/",
        mailboxes.mailbox_resume,
        name="mailbox_resume",
    ),
    path(
        "mailboxes/<int:mailbox_id>/remove/",
        mailboxes.mailbox_remove,
        name="mailbox_remove",
    ),
    path(
        "mails/<int:raw_mail_id>/original/",
        mailboxes.mail_original,
        name="mail_original",
    ),
    path("connections/", streams.stream_list, name="connections"),
    path(
        "connections/new/<slug:connector>/", streams.stream_new, name="connection_new"
    ),
    path("connections/<int:stream_id>/", streams.stream, name="connection"),
    path(
        "connections/<int:stream_id>/visit/",
        streams.stream_visit,
        name="connection_visit",
    ),
    path(
        "connections/<int:stream_id>/pause/",
        streams.stream_pause,
        name="connection_pause",
    ),
    path(
        "connections/<int:stream_id>/resume/",
        streams.stream_resume,
        name="connection_resume",
    ),
    path(
        "connections/<int:stream_id>/again/",
        streams.stream_again,
        name="connection_again",
    ),
    path(
        "connections/<int:stream_id>/secret/",
        streams.stream_secret,
        name="connection_secret",
    ),
    path("connections/<int:stream_id>/end/", streams.stream_end, name="connection_end"),
    path("sources/", sources.source_list, name="sources"),
    path("sources/<int:source_id>/", sources.source, name="source"),
    path("surveys/<int:survey_id>/paper/", paper.survey_paper, name="survey_paper"),
    path(
        "surveys/<int:survey_id>/paper/look/",
        paper.survey_paper_look,
        name="survey_paper_look",
    ),
    path(
        "surveys/<int:survey_id>/paper/page-<int:leaf>.png",
        paper.survey_paper_page,
        name="survey_paper_page",
    ),
    path(
        "printings/<int:printing_id>/sheets.pdf",
        paper.printing_sheets,
        name="printing_sheets",
    ),
    path(
        "printings/<int:printing_id>/people/",
        paper_people.printing_people,
        name="printing_people",
    ),
    path(
        "printings/<int:printing_id>/people/<int:sheet_id>/erase/",
        paper_people.printing_person_erase,
        name="printing_person_erase",
    ),
    path(
        "printings/<int:printing_id>/turn/", paper.printing_turn, name="printing_turn"
    ),
    path("surveys/<int:survey_id>/places/", places.places, name="survey_places"),
    path("surveys/<int:survey_id>/poster.pdf", places.poster, name="survey_poster"),
    path("surveys/<int:survey_id>/qr.<slug:image>", places.code, name="survey_code"),
    path("uploads/<int:upload_id>/", places.upload, name="upload"),
]
