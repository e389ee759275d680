"""The form of a mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Unit
from moksori.collect.models import Mailbox
from moksori.collect.writes.mailboxes import Given


class MailboxForm(forms.Form):
    """A mailbox: whose it is, and how its mails reach us."""

    address = forms.EmailField(
        label=_("Address to which customers write"),
        max_length=254,
        widget=forms.EmailInput(attrs={"placeholder": "voice@example.com"}),
    )
    name = forms.CharField(
        label=_("Name of the source"),
        max_length=120,
        required=False,
        help_text=_("As the address, if you leave it empty."),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), empty_label=_("Choose a unit")
    )
    way = forms.ChoiceField(
        label=_("How do the mails reach us?"), choices=Mailbox.Way.choices
    )
    host = forms.CharField(
        label=_("IMAP server"),
        max_length=253,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "imap.example.com"}),
    )
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, required=False
    )
    security = forms.ChoiceField(
        label=_("Encryption"), choices=Mailbox.Security.choices, required=False
    )
    login = forms.CharField(label=_("User name"), max_length=254, required=False)
    secret = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept sealed. Many providers want a password only for programs."),
    )
    folder = forms.CharField(
        label=_p("mailbox", "Folder"), max_length=200, required=False, initial="INBOX"
    )
    afterwards = forms.ChoiceField(
        label=_("What happens there to a mail that we have taken?"),
        choices=Mailbox.Afterwards.choices,
        required=False,
    )
    done_folder = forms.CharField(
        label=_("Folder for mails that were taken"), max_length=200, required=False
    )
    keep_days = forms.IntegerField(
        label=_("Keep the mails themselves for (days)"),
        min_value=1,
        max_value=3650,
        initial=365,
        help_text=_("As evidence, sealed. The feedback stays."),
    )
    takes_scans = forms.BooleanField(
        label=_("Its attachments are scans of our questionnaires"),
        required=False,
        help_text=_("For the address to which a copier or a fax sends what it scans."),
    )

    # Which fields are needed depends on the way: the server looks.
    use_required_attribute = False

    def __init__(
        self,
        data: QueryDict | None,
        *,
        units: Sequence[Unit] = (),
        mailbox: Mailbox | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, initial=_known(mailbox), **kwargs)
        if mailbox is not None:
            del self.fields["unit"], self.fields["name"]
            if mailbox.secret:
                self.fields["secret"].help_text = _(
                    "Leave it empty to keep the one that is stored."
                )
            return
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - narrows
        field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        field.initial = next(iter(units), None)

    def given(self) -> Given:
        found = self.cleaned_data
        return Given(
            address=found["address"],
            name=found.get("name", ""),
            way=found["way"],
            host=found["host"],
            port=found["port"] or 993,
            security=found["security"] or Mailbox.Security.TLS,
            login=found["login"],
            secret=found["secret"],
            folder=found["folder"],
            afterwards=found["afterwards"] or Mailbox.Afterwards.LEAVE,
            done_folder=found["done_folder"],
            keep_days=found["keep_days"],
            takes_scans=found["takes_scans"],
        )


def _known(mailbox: Mailbox | None) -> dict[str, Any]:
    if mailbox is None:
        return {"port": 993}
    names = MailboxForm.base_fields.keys() - {"unit", "name", "secret"}
    return {name: getattr(mailbox, name) for name in names}
