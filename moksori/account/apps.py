"""The account app."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy as _p


class AccountConfig(AppConfig):
    name = "moksori.account"
    label = "moksori_account"
    verbose_name = _p("step", "Account")

    def ready(self) -> None:
        from moksori.account.reads import proven, returned
        from moksori.share.sections import register

        register(proven.KEY, order=15, compose=proven.compose)
        register(returned.KEY, order=5, compose=returned.compose)
