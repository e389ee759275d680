"""The act app."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy as _p


class ActConfig(AppConfig):
    name = "moksori.act"
    label = "moksori_act"
    verbose_name = _p("step", "Act")
