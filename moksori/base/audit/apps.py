"""The audit app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "moksori.base.audit"
    label = "moksori_audit"
    verbose_name = _("Log of changes")
