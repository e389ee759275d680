"""The share app."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy as _p


class ShareConfig(AppConfig):
    name = "moksori.share"
    label = "moksori_share"
    verbose_name = _p("step", "Share")
