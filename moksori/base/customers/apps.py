"""The customers app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "moksori.base.customers"
    label = "moksori_customers"
    verbose_name = _("Customers")
