"""The understand app."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy as _p


class UnderstandConfig(AppConfig):
    name = "moksori.understand"
    label = "moksori_understand"
    verbose_name = _p("step", "Understand")

    def ready(self) -> None:
        from moksori.collect.field.known import register_known
        from moksori.collect.field.promises import register_choice
        from moksori.understand.reads.known import home_of_theme, known_pains
        from moksori.understand.writes.chosen import choose

        register_choice("understand.themes", choose)
        register_known("understand.pains", known_pains, home_of_theme)
