"""The understand app."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy as _p


class UnderstandConfig(AppConfig):
    name = "moksori.understand"
    label = "moksori_understand"
    verbose_name = _p("step", "Understand")

    def ready(self) -> None:
        from moksori.collect.field.promises import register_choice
        from moksori.understand.writes.chosen import choose

        register_choice("understand.themes", choose)
