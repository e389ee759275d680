"""The server app: commands, nothing stored."""

from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "moksori.server"
    label = "moksori_server"
