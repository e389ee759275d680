"""Cases (one customer to get back to), actions (about a pain point), promises."""

from moksori.act.models.actions import Action, Place
from moksori.act.models.cases import Case
from moksori.act.models.comments import Comment
from moksori.act.models.health import Health, HealthScore
from moksori.act.models.priorities import Appraisal
from moksori.act.models.promises import Promise

__all__ = [
    "Action",
    "Appraisal",
    "Case",
    "Comment",
    "Health",
    "HealthScore",
    "Place",
    "Promise",
]
