"""The web app: page shell, components, static files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "moksori.base.web"
    label = "moksori_web"
    verbose_name = _("Pages")
