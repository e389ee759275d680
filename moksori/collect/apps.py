"""The collect app."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy as _p


class CollectConfig(AppConfig):
    name = "moksori.collect"
    label = "moksori_collect"
    verbose_name = _p("step", "Collect")

    def ready(self) -> None:
        from moksori.collect.replies import register_letters
        from moksori.collect.writes.mail_letters import invitation_letter

        register_letters(invitation_letter)
