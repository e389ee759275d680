"""Units, members and the roles they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from moksori.base.errors import NotAllowed
from moksori.base.people.roles import ABILITIES, Ability, Role
from moksori.base.people.scope import NOTHING, Reach, Scope

if TYPE_CHECKING:
    from moksori.base.customers.models import Region


class Unit(models.Model):
    """A node of the organisation tree: affiliate, division, team.

    `path` holds the ids from the root to this unit ("1/4/9/"), so that a subtree is
    one prefix.
    """

    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=200, db_index=True, editable=False, default="")

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        if get_language() == "en" and self.name_en:
            return self.name_en
        return self.name_ko

    @property
    def depth(self) -> int:
        return self.path.count("/") - 1

    def ancestor_ids(self) -> list[int]:
        """Ids from the root to this unit, itself included."""
        return [int(part) for part in self.path.split("/") if part]


class Member(AbstractUser):
    """An employee with an account. Signs in by e-mail address."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=80, blank=True)
    language = models.CharField(
        max_length=2, choices=[("ko", "한국어"), ("en", "English")], default="ko"
    )
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )

    objects: ClassVar[UserManager[Member]] = UserManager()  # type: ignore[assignment]

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def scopes(self) -> dict[Ability, Scope]:
        """What this member may do, and where. Read anew with each request."""
        if not self.is_active:
            return {}
        reaches: dict[Ability, list[Reach]] = {}
        units = list(Unit.objects.values_list("id", "path"))
        held = self.assignments.select_related("unit").prefetch_related("regions")
        for assignment in held:
            reach = Reach(
                units=frozenset(
                    id for id, path in units if path.startswith(assignment.unit.path)
                ),
                regions=frozenset(region.id for region in assignment.regions.all()),
            )
            for ability in ABILITIES[Role(assignment.role)]:
                reaches.setdefault(ability, []).append(reach)
        return {ability: Scope(tuple(found)) for ability, found in reaches.items()}

    def scope(self, ability: Ability = Ability.READ) -> Scope:
        return self.scopes.get(ability, NOTHING)

    def may(self, ability: Ability, thing: object = None) -> bool:
        """Whether the member may do this at all, or to this thing in particular."""
        scope = self.scope(ability)
        return bool(scope) if thing is None else scope.covers(thing)

    def must(self, ability: Ability, thing: object = None) -> None:
        """Raise NotAllowed, saying whom to ask, unless `may`."""
        if not self.may(ability, thing):
            raise NotAllowed(
                _("Your role does not include this. Ask an administrator for it."),
                ability=ability.value,
            )


class Assignment(models.Model):
    """A role held by a member for a unit and everything below it.

    With `regions`, it reaches only what happened in those regions.
    """

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="assignments"
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role.choices)
    regions: models.ManyToManyField[Region, models.Model] = models.ManyToManyField(
        "moksori_customers.Region", blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "unit", "role"], name="one_role_per_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.get_role_display()} · {self.unit}"


class ApiKey(models.Model):
    """A key with which a program acts as its member. Only a hash is kept."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=80)
    start = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"
