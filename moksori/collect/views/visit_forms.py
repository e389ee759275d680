"""What people fill in about visits, guides and plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moksori.base.customers.models import Account, Product
from moksori.base.errors import UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.field.told import (
    LONGEST_TEXT,
    Person,
    Said,
    VisitTold,
    hash_of,
    must_have_begun,
)
from moksori.collect.models import Guide, Visit
from moksori.collect.models.visits import LONGEST_MEETING
from moksori.collect.reads.guides import guides_for
from moksori.collect.writes.guides import Planned

MORE = 2  # empty places for further words
MOST_CHOICES = 1_000


def _words(rows: int, label: Any, **given: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        widget=area, label=label, max_length=LONGEST_TEXT, required=False, **given
    )


class VisitForm(forms.Form):
    """A visit as it is written or corrected at a desk."""

    whom = forms.CharField(
        label=_("Which customer"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "known-accounts", "autocomplete": "off"}),
        help_text=_("A known client company is found by its name."),
    )
    started_at = forms.DateTimeField(
        label=_("Began"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=1, max_value=LONGEST_MEETING, initial=30
    )
    way = forms.ChoiceField(label=_("How you met"), choices=Visit.Way.choices)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    purpose = forms.CharField(label=_("What for"), max_length=300, required=False)
    met = _words(
        2,
        _("Who was there from the customer"),
        help_text=_("One person a line: name, role"),
    )
    summary = _words(
        3,
        _("Your own notes"),
        help_text=_("These stay with the visit and do not count as the customer’s "
                    "words."),
    )  # fmt: skip
    score = forms.IntegerField(
        label=_("Would they recommend us? (0–10, if they said so)"),
        min_value=0,
        max_value=10,
        required=False,
    )
    products = forms.MultipleChoiceField(
        label=_("Which products it was about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    companions = forms.MultipleChoiceField(
        label=_("Who came along from us"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *given: Any, by: Member, visit: Visit | None = None, **more: Any
    ) -> None:
        more.setdefault("initial", initial_of(visit) if visit else _at_first())
        super().__init__(*given, **more)
        self.by, self.visit = by, visit
        units = by.scope(Ability.READ).units
        products = Product.objects.filter(unit__in=units)[:MOST_CHOICES]
        people = Member.objects.filter(unit__in=units, is_active=True)
        author = (visit.author_id or 0) if visit else by.pk
        self._choose("products", list(products.values_list("pk", "name")))
        others = people.exclude(pk=author).order_by("name")[:MOST_CHOICES]
        self._choose("companions", list(others.values_list("pk", "name")))
        self.kept = list(visit.verbatims) if visit else []
        for number in range(len(self.kept) + MORE):
            self._add_words(number)
        self.order_fields(self._ordered())

    def clean_started_at(self) -> datetime:
        begun: datetime = self.cleaned_data["started_at"]
        try:
            must_have_begun(begun)
        except UserError as error:
            raise forms.ValidationError(str(error)) from None
        return begun

    @property
    def accounts(self) -> list[str]:
        rows = Account.objects.visible_to(self.by).order_by("name")[:MOST_CHOICES]
        return list(rows.values_list("name", flat=True))

    def told(self) -> VisitTold:
        given = self.cleaned_data
        whom = " ".join(given["whom"].split())
        known = Account.objects.visible_to(self.by).filter(name=whom).first()
        visit, account = self.visit, known.pk if known else None
        if visit and visit.account and visit.account.name == whom:
            account = visit.account_id
        return VisitTold(
            started_at=given["started_at"].astimezone(UTC),
            minutes=given["minutes"],
            way=given["way"],
            account=account,
            whom=whom,
            place=given["place"],
            purpose=given["purpose"],
            summary=given["summary"],
            score=given["score"],
            products=tuple(int(one) for one in given.get("products", ())),
            companions=tuple(int(one) for one in given.get("companions", ())),
            met=tuple(_people(given["met"])),
            verbatims=tuple(self._said()),
            answers=tuple(visit.answers.items()) if visit else (),
        )

    def _said(self) -> list[Said]:
        found = []
        for number in range(len(self.kept) + MORE):
            text = self.cleaned_data[f"said_{number}"].strip()
            if not text:
                continue
            is_kept = number < len(self.kept)
            key = self.kept[number]["id"] if is_kept else self._new_key(number, text)
            found.append(Said(key, text, self.cleaned_data[f"who_{number}"]))
        return found

    def _new_key(self, number: int, text: str) -> str:
        return hash_of(f"{timezone.now().isoformat()} {number} {text}")[:32]

    def _add_words(self, number: int) -> None:
        kept = self.kept[number] if number < len(self.kept) else {}
        self.fields[f"said_{number}"] = _words(3, _("What the customer said"))
        self.fields[f"who_{number}"] = forms.CharField(
            label=_("Who said it"), max_length=120, required=False
        )
        self.initial[f"said_{number}"] = kept.get("text", "")
        self.initial[f"who_{number}"] = kept.get("who", "")

    def _choose(self, name: str, choices: list[tuple[int, str]]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def _ordered(self) -> list[str]:
        words = [
            name
            for number in range(len(self.kept) + MORE)
            for name in (f"said_{number}", f"who_{number}")
        ]
        first = ["whom", "started_at", "minutes", "way", "place", "purpose"]
        return [*first, *words, "score", "met", "companions", "products", "summary"]


def initial_of(visit: Visit) -> dict[str, Any]:
    """What the form shows for a visit that is there."""
    names = ("whom", "minutes", "way", "place", "purpose", "summary", "score")
    lines = [", ".join(filter(None, (m["name"], m["role"]))) for m in visit.met]
    return {name: getattr(visit, name) for name in names} | {
        "whom": visit.account.name if visit.account else visit.whom,
        "started_at": timezone.localtime(visit.started_at),
        "met": "\n".join(lines),
        "products": [one.pk for one in visit.products.all()],
        "companions": [one.pk for one in visit.companions.all()],
    }


def _at_first() -> dict[str, Any]:
    return {"started_at": timezone.localtime(), "minutes": 30}


def _people(lines: str) -> list[Person]:
    found = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        name, _comma, role = line.partition(",")
        found.append(Person(name.strip()[:120], role.strip()[:120]))
    return found[:40]


class GuideForm(forms.Form):
    """`units` are those for which one may write; without them the unit stays."""

    name = forms.CharField(label=_("Name of the guide"), max_length=120)
    questions = forms.CharField(
        label=_("Questions"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
        help_text=_("One question a line. At its end [0-10] asks for a score, and "
                    "[yes / no] for one of several answers."),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=_("On whose phones?"),
        help_text=_("Everybody of this unit and of those below it."),
    )

    def __init__(self, *given: Any, units: Sequence[Unit] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        self.units = {str(one.pk): one for one in units}
        if not units:
            del self.fields["unit"]
            return
        names = [
            (key, "\u2003" * one.depth + one.name) for key, one in self.units.items()
        ]
        self.fields["unit"].choices = names  # type: ignore[attr-defined]
        self.initial["unit"] = str(min(units, key=lambda one: one.depth).pk)


class PlanForm(forms.Form):
    whom = forms.CharField(
        label=_("Which customer"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "known-accounts", "autocomplete": "off"}),
        help_text=_("A known client company is found by its name."),
    )
    on = forms.DateField(
        label=_("Day of the visit"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    purpose = forms.CharField(label=_("What for"), max_length=300, required=False)
    guide = forms.ChoiceField(label=_("Questions to take along"), required=False)
    member = forms.ChoiceField(label=_("Who goes"))

    def __init__(self, *given: Any, by: Member, **more: Any) -> None:
        more.setdefault("initial", {"member": str(by.pk), "on": timezone.localdate()})
        super().__init__(*given, **more)
        self.by = by
        self.fields["on"].widget.attrs["min"] = timezone.localdate().isoformat()
        self.guides = {str(one.pk): one for one in guides_for(by=by)}
        names = [(key, one.name) for key, one in self.guides.items()]
        self.fields["guide"].choices = [("", _("none")), *names]  # type: ignore[attr-defined]
        units = by.scope(Ability.ASSIGN).units
        others = Member.objects.filter(unit__in=units, is_active=True).exclude(pk=by.pk)
        self.people = {str(by.pk): by} | {
            str(one.pk): one for one in others.order_by("name")[:MOST_CHOICES]
        }
        people = [(key, one.name) for key, one in self.people.items()]
        self.fields["member"].choices = people  # type: ignore[attr-defined]

    @property
    def accounts(self) -> list[str]:
        rows = Account.objects.visible_to(self.by).order_by("name")[:MOST_CHOICES]
        return list(rows.values_list("name", flat=True))

    def planned(self) -> Planned:
        given = self.cleaned_data
        whom = " ".join(given["whom"].split())
        guide: Guide | None = self.guides.get(given["guide"])
        return Planned(
            on=given["on"],
            whom=whom,
            purpose=given["purpose"],
            account=Account.objects.visible_to(self.by).filter(name=whom).first(),
            guide=guide,
            member=self.people[given["member"]],
        )


class RescueForm(forms.Form):
    file = forms.FileField(
        label=_("File that the phone saved"),
        widget=forms.FileInput(attrs={"accept": ".jsonl,application/x-ndjson"}),
    )
