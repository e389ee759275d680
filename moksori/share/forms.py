"""Forms of the step share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Member, Unit
from moksori.share.models import Subscription, Weekday
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
        names = ("weekday", "hour", "channel", "language", "paused")
        return cls(initial={name: getattr(known, name) for name in names})

    def wishes(self) -> Wishes:
        return Wishes(**self.cleaned_data)
