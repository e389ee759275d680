"""Forms of the step share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Member, Unit
from moksori.share.channels.channel import Field
from moksori.share.models import Depth, Subscription, Weekday
from moksori.share.reads.remits import Named, RemitCard, choices
from moksori.share.writes.remits import LONGEST, Answers
from moksori.share.writes.subscriptions import Wishes

NARROWING = ("units", "products", "regions", "themes")


if TYPE_CHECKING:
    _Several = forms.ModelMultipleChoiceField[Any]
else:
    _Several = forms.ModelMultipleChoiceField


class _Things(_Several):
    """Some of the things that a member may read; units are indented by depth."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            # An id too large for the database is an id that does not exist.
            raise ValidationError(
                _("One of these does not exist, or is not yours to see. Choose again.")
            ) from None

    def label_from_instance(self, obj: Model) -> str:
        if isinstance(obj, Unit):
            return f"{'– ' * max(obj.depth, 0)}{obj.name}"
        return str(obj)


class RemitForm(forms.Form):
    """Two sentences first; what narrows the choice after."""

    for_whom = forms.CharField(
        label=_("Whose life do you change?"),
        help_text=_("For instance: people in and around Seoul who order before dawn."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    value = forms.CharField(
        label=_("What value do you give them?"),
        help_text=_("For instance: they open the box, and everything is as ordered."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    units = _Things(label=_("Units"), queryset=Unit.objects.none(), required=False)
    products = _Things(
        label=_("Products"), queryset=Unit.objects.none(), required=False
    )
    regions = _Things(label=_("Regions"), queryset=Unit.objects.none(), required=False)
    themes = _Things(label=_("Themes"), queryset=Unit.objects.none(), required=False)

    def __init__(
        self,
        posted: QueryDict | None = None,
        *,
        member: Member,
        card: RemitCard | None = None,
    ) -> None:
        super().__init__(posted, initial=_initial(card) if card else None)
        allowed = choices(member)
        for name in NARROWING:
            field = self.fields[name]
            if not isinstance(field, forms.ModelMultipleChoiceField):
                continue
            rows: QuerySet[Any] = getattr(allowed, name)
            field.queryset = rows
        for name in NARROWING:
            if not self.fields[name].queryset.exists():  # type: ignore[attr-defined]
                del self.fields[name]

    def narrowing(self) -> list[tuple[forms.BoundField, int]]:
        """The fields that narrow, and how many things are chosen in each."""
        return [
            (self[name], len(self[name].value() or ()))
            for name in NARROWING
            if name in self.fields
        ]

    def answers(self) -> Answers:
        chosen = {
            name: [row.pk for row in self.cleaned_data.get(name) or ()]
            for name in NARROWING
        }
        return Answers(
            for_whom=self.cleaned_data["for_whom"],
            value=self.cleaned_data["value"],
            **chosen,
        )


def _initial(card: RemitCard) -> dict[str, Any]:
    things: dict[str, tuple[Named, ...]] = {n: getattr(card, n) for n in NARROWING}
    return {
        "for_whom": card.for_whom,
        "value": card.value,
        **{name: [thing.id for thing in some] for name, some in things.items()},
    }


class ScheduleForm(forms.Form):
    """When the edition comes, and where."""

    NAMES: ClassVar[tuple[str, ...]] = (
        *("weekday", "hour", "channel", "language", "paused"),
    )

    weekday = forms.TypedChoiceField(
        label=_("Day"), choices=Weekday.choices, coerce=int
    )
    hour = forms.TypedChoiceField(
        label=_("Hour"), choices=[(h, f"{h}:00") for h in range(24)], coerce=int
    )
    channel = forms.ChoiceField(label=_("Where"), choices=Subscription.Channel.choices)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("ko", "한국어"), ("en", "English")]
    )
    paused = forms.BooleanField(
        label=_("Pause: no editions until I switch this off"), required=False
    )

    @classmethod
    def of(cls, member: Member) -> ScheduleForm:
        found = Subscription.objects.filter(member=member).first()
        known = found or Subscription(member=member, language=member.language)
        return cls(initial={name: getattr(known, name) for name in cls.NAMES})

    def wishes(self) -> Wishes:
        return Wishes(**self.cleaned_data)


HOURS = [(h, f"{h}:00") for h in range(24)]


class ManyChoicesForm(ScheduleForm):
    """Everything about how editions come: also how much, and when it is quiet."""

    depth = forms.ChoiceField(label=_("How much"), choices=Depth.choices)
    quiet_from = forms.TypedChoiceField(
        label=_("Quiet from"), choices=HOURS, coerce=int
    )
    quiet_until = forms.TypedChoiceField(
        label=_("Quiet until"),
        choices=HOURS,
        coerce=int,
        help_text=_("Nothing is sent in between. The same hour twice: never quiet."),
    )
    may_nudge = forms.BooleanField(
        label=_("Remind me, at most once a week, when something waits"),
        required=False,
        help_text=_("Reminders end by themselves when you pass over three of them."),
    )
    field_order = (
        *("weekday", "hour", "depth", "language", "channel"),
        *("quiet_from", "quiet_until", "may_nudge", "paused"),
    )
    NAMES: ClassVar[tuple[str, ...]] = (
        *ScheduleForm.NAMES,
        "depth",
        "quiet_from",
        "quiet_until",
        "may_nudge",
    )


class FieldsForm(forms.Form):
    """A form of the fields that a channel or an outlet asks for.

    Secret ones are never shown again: `has_kept` says that leaving them empty keeps
    what there is.
    """

    def __init__(
        self,
        posted: QueryDict | None = None,
        *,
        fields: Sequence[Field],
        initial: Mapping[str, Any] | None = None,
        has_kept: bool = False,
    ) -> None:
        super().__init__(posted, initial=dict(initial or {}))
        for one in fields:
            self.fields[one.name] = _form_field(one, has_kept=has_kept)

    def given(self) -> dict[str, str]:
        return {name: str(value or "") for name, value in self.cleaned_data.items()}


def _form_field(one: Field, *, has_kept: bool) -> forms.CharField:
    widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off"})
    if one.is_long:
        attrs = {"rows": 4, "spellcheck": "false", "autocomplete": "off"}
        widget = forms.Textarea(attrs=attrs)
    elif one.is_secret:
        widget = forms.PasswordInput(attrs={"autocomplete": "off"})
    keeps = one.is_secret and has_kept
    return forms.CharField(
        label=one.label,
        required=one.is_needed and not keeps,
        max_length=10_000,
        widget=widget,
        help_text=_("Kept sealed. Empty: the one there is stays.")
        if keeps
        else one.help,
    )


class CarrierForm(FieldsForm):
    """The account of the house at a messenger."""

    name = forms.CharField(label=_("Name"), max_length=80)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Unit"),
        empty_label=_("Choose a unit"),
        help_text=_("Members of this unit and those below may use it."),
    )

    def __init__(self, *args: Any, units: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, units)


class OutletForm(CarrierForm):
    """A secret link."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("ko", "한국어"), ("en", "English")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].help_text = _("It tells of this unit and those below.")


def _offer(form: forms.Form, units: Iterable[int]) -> None:
    field = form.fields["unit"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = Unit.objects.filter(pk__in=list(units)).order_by("path")
