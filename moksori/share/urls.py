"""Addresses of the step share."""

from django.urls import path

from moksori.share import views

app_name = "share"
urlpatterns = [
    path("", views.my_edition, name="my_edition"),
    path("compose", views.compose, name="compose"),
    path("editions/", views.editions, name="editions"),
    path("editions/<int:edition_id>/", views.edition, name="edition"),
    path("editions/<int:edition_id>/mark", views.mark, name="mark"),
    path("remit", views.remit, name="remit"),
    path("remit/schedule", views.schedule, name="schedule"),
    path("reach", views.reach, name="reach"),
    path("reach/<int:unit_id>/start", views.start_editions, name="start_editions"),
    path("visits/<int:visit_id>/remits/", views.visit_remits, name="visit_remits"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:mail_id>/", views.mail, name="mail"),
    path("outbox/<int:mail_id>/letter", views.letter, name="letter"),
    path("outbox/<int:mail_id>/again", views.send_again, name="send_again"),
    # Signed links of letters; they work without signing in.
    path("m/<str:token>/", views.mark_link, name="mark_link"),
    path("u/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
