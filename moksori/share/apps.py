"""The share app."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy as _p


class ShareConfig(AppConfig):
    name = "moksori.share"
    label = "moksori_share"
    verbose_name = _p("step", "Share")

    def ready(self) -> None:
        from moksori.share.sections import changes, register, todo, words

        register(changes.KEY, order=10, compose=changes.compose)
        register(words.KEY, order=20, compose=words.compose)
        register(todo.KEY, order=30, compose=todo.compose)
