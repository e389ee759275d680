"""How forms look."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Django's own, until the field template is ours."""
