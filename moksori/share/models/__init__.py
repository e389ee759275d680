"""State of the step share: remits, choices, editions, what carries them, and reach."""

from moksori.share.models.channels import Depth, Subscription, Weekday
from moksori.share.models.editions import Edition
from moksori.share.models.mails import Mail
from moksori.share.models.outlets import Nudge, Outlet
from moksori.share.models.reach import Reach
from moksori.share.models.remits import Remit
from moksori.share.models.ways import Carrier, Delivery, DeliveryTry, Way

__all__ = [
    "Carrier",
    "Delivery",
    "DeliveryTry",
    "Depth",
    "Edition",
    "Mail",
    "Nudge",
    "Outlet",
    "Reach",
    "Remit",
    "Subscription",
    "Way",
    "Weekday",
]
