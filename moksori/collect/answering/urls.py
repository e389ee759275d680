"""What customers open, at short addresses: they are read out, printed and typed."""

from django.urls import URLPattern, URLResolver, path

from moksori.collect.views import answering, places, receipts

app_name = "answer"
urlpatterns: list[URLPattern | URLResolver] = [
    path("s/<slug:slug>/", answering.start, name="start"),
    path("s/<slug:slug>/<str:token>/", answering.page, name="page"),
    path("r/", receipts.receipts, name="receipts"),
    path("r/<str:code>/", receipts.receipt, name="receipt"),
    path("w/<slug:slug>/", places.widget, name="widget"),
    path("w/<slug:slug>/widget.js", places.widget_script, name="widget_loader"),
    path("k/<slug:slug>/", places.kiosk, name="kiosk"),
]
