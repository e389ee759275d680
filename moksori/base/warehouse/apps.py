"""The warehouse's Django app, which exists for its outbox."""

from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "moksori.base.warehouse"
    label = "moksori_warehouse"
    default_auto_field = "django.db.models.BigAutoField"
