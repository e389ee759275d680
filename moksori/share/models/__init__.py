"""State of the step share: remits, choices, editions, what carries them, and reach."""

from moksori.share.models.channels import Subscription, Weekday
from moksori.share.models.editions import Edition
from moksori.share.models.mails import Mail
from moksori.share.models.reach import Reach
from moksori.share.models.remits import Remit

__all__ = [
    "Edition",
    "Mail",
    "Reach",
    "Remit",
    "Subscription",
    "Weekday",
]
