"""Cases (one customer to get back to), actions (about a pain point), promises."""

from moksori.act.models.actions import Action, Place
from moksori.act.models.cases import Case
from moksori.act.models.comments import Comment
from moksori.act.models.health import Health, HealthScore
from moksori.act.models.priorities import Appraisal
from moksori.act.models.promises import Promise
from moksori.act.models.replies import (
    CaseLetter,
    CaseRating,
    CaseReturn,
    Macro,
    Presence,
    ReplyTemplate,
)
from moksori.act.models.rules import (
    Absence,
    CaseNotice,
    CaseRule,
    OfficeHours,
    RuleHit,
)

__all__ = [
    "Absence",
    "Action",
    "Appraisal",
    "Case",
    "CaseLetter",
    "CaseNotice",
    "CaseRating",
    "CaseReturn",
    "CaseRule",
    "Comment",
    "Health",
    "HealthScore",
    "Macro",
    "OfficeHours",
    "Place",
    "Presence",
    "Promise",
    "ReplyTemplate",
    "RuleHit",
]
