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
    path(
        "editions/<int:edition_id>/script", views.edition_script, name="edition_script"
    ),
    path("remit", views.remit, name="remit"),
    path("remit/schedule", views.schedule, name="schedule"),
    path("reach", views.reach, name="reach"),
    path("reach/<int:unit_id>/start", views.start_editions, name="start_editions"),
    path("visits/<int:visit_id>/remits/", views.visit_remits, name="visit_remits"),
    path("channels/", views.channels, name="channels"),
    path("channels/<slug:kind>/", views.channel, name="channel"),
    path("channels/<slug:kind>/leave", views.channel_leave, name="channel_leave"),
    path("channels/<slug:kind>/preview", views.preview, name="preview"),
    path("preview/letter", views.preview_letter, name="preview_letter"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/", views.delivery, name="delivery"),
    path("carriers/", views.carriers, name="carriers"),
    path("carriers/new/<slug:kind>/", views.carrier_new, name="carrier_new"),
    path("carriers/<int:carrier_id>/", views.carrier, name="carrier"),
    path(
        "carriers/<int:carrier_id>/<slug:name>", views.carrier_deed, name="carrier_deed"
    ),
    path("links/", views.outlets, name="outlets"),
    path("links/new/<slug:kind>/", views.outlet_new, name="outlet_new"),
    path("links/<int:outlet_id>/", views.outlet, name="outlet"),
    path("links/<int:outlet_id>/<slug:name>", views.outlet_deed, name="outlet_deed"),
    path("o/<str:token>.<slug:form>", views.open_outlet, name="open_outlet"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:mail_id>/", views.mail, name="mail"),
    path("outbox/<int:mail_id>/letter", views.letter, name="letter"),
    path("outbox/<int:mail_id>/again", views.send_again, name="send_again"),
    # Signed links of letters; they work without signing in.
    path("m/<str:token>/", views.mark_link, name="mark_link"),
    path("u/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
