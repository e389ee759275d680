"""Questions to the step share."""

from moksori.share.channels import channel_of, outlet_of
from moksori.share.channels.channel import Channel
from moksori.share.reads.editions import (
    EditionLine,
    EditionPage,
    edition_lines,
    edition_page,
    edition_row,
    latest_edition,
)
from moksori.share.reads.manners import mail_bounces
from moksori.share.reads.outbox import (
    MailLine,
    MailPage,
    letter_html,
    mail_lines,
    mail_page,
    mail_row,
)
from moksori.share.reads.outlets import (
    behind,
    opening_kinds,
    opening_units,
    outlet_lines,
    outlet_row,
)
from moksori.share.reads.reach import (
    Blind,
    ReachLine,
    ReachPage,
    reach_page,
    unit_of_reach,
)
from moksori.share.reads.remits import (
    Named,
    RemitCard,
    RemitFilters,
    choices,
    may_hear,
    remit_card,
    suggestion,
)
from moksori.share.reads.subscriptions import Due, due_slot, due_subscriptions
from moksori.share.reads.ways import (
    Choice,
    DeliveryLine,
    DeliveryPage,
    carried_kinds,
    carrier_lines,
    carrier_row,
    choices_of,
    delivery_lines,
    delivery_page,
    delivery_row,
    way_row,
)

__all__ = [
    "Blind",
    "Channel",
    "Choice",
    "DeliveryLine",
    "DeliveryPage",
    "Due",
    "EditionLine",
    "EditionPage",
    "MailLine",
    "MailPage",
    "Named",
    "ReachLine",
    "ReachPage",
    "RemitCard",
    "RemitFilters",
    "behind",
    "carried_kinds",
    "carrier_lines",
    "carrier_row",
    "channel_of",
    "choices",
    "choices_of",
    "delivery_lines",
    "delivery_page",
    "delivery_row",
    "due_slot",
    "due_subscriptions",
    "edition_lines",
    "edition_page",
    "edition_row",
    "latest_edition",
    "letter_html",
    "mail_bounces",
    "mail_lines",
    "mail_page",
    "mail_row",
    "may_hear",
    "opening_kinds",
    "opening_units",
    "outlet_lines",
    "outlet_of",
    "outlet_row",
    "reach_page",
    "remit_card",
    "suggestion",
    "unit_of_reach",
    "way_row",
]
