"""How forms look: one column, label above, help under, error beside and on top."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    form_template_name = "web/form.html"
    field_template_name = "web/field.html"
