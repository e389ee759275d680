"""What people can fill in about members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moksori.base.customers.models import Region
from moksori.base.customers.reads import regions_within
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability, Role


class KnownChoicesField(forms.ModelMultipleChoiceField[Any]):
    """Several rows; a number too large for the database is simply not one of them."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            raise forms.ValidationError(_("Choose from the list.")) from error


class _Within(forms.Form):
    """A form whose units are those that the member administers."""

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = by.scope(Ability.ADMINISTER).units
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 – narrows the type
        field.queryset = Unit.objects.filter(id__in=units)


class MemberForm(_Within):
    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=80)
    title = forms.CharField(label=_("Job title"), max_length=80, required=False)
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), empty_label=None
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("ko", "한국어"), ("en", "English")]
    )
    password = forms.CharField(
        label=_("First password"),
        min_length=12,
        widget=forms.PasswordInput,
        required=False,
        help_text=_("Leave it empty when the company signs in elsewhere (SSO)."),
    )


class RoleForm(_Within):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=Unit.objects.none(),
        empty_label=None,
        help_text=_("The role reaches this unit and everything below it."),
    )
    regions = KnownChoicesField(
        label=_("Only these regions"),
        queryset=Region.objects.none(),
        required=False,
        help_text=_("None chosen: every region."),
    )

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        field = self.fields["regions"]
        assert isinstance(field, KnownChoicesField)  # noqa: S101 – narrows the type
        field.queryset = regions_within(by.scope(Ability.ADMINISTER))


class MeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("ko", "한국어"), ("en", "English")]
    )


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("What is the key for?"),
        max_length=80,
        help_text=_("For example: import from the contact centre."),
    )
