"""Every address of the installation."""

from django.urls import include, path
from django.views.generic import RedirectView

from moksori.collect.field import urls as field
from moksori.collect.out import urls as out
from moksori.server.api import api

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="understand:pain_points"), name="home"),
    path("", include("moksori.base.web.urls")),
    path("accounts/", include("allauth.urls")),
    path("people/", include("moksori.base.people.urls")),
    path("log/", include("moksori.base.audit.urls")),
    path("jobs/", include("moksori.base.jobs.urls")),
    path("collect/", include("moksori.collect.urls")),
    path("", include("moksori.collect.answering.urls")),
    path("", include((out.doors, "doors"))),
    path("i/", include("moksori.collect.asking.urls")),
    path("field/", include((field.doors, "field"))),
    path("understand/", include("moksori.understand.urls")),
    path("share/", include("moksori.share.urls")),
    path("act/", include("moksori.act.urls")),
    path("account/", include("moksori.account.urls")),
    path("api/v1/", api.urls),
]

handler400 = "moksori.base.web.views.bad_request"
handler403 = "moksori.base.web.views.forbidden"
handler404 = "moksori.base.web.views.not_found"
handler500 = "moksori.base.web.views.server_error"
