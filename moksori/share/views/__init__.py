"""The HTML door of the step share."""

from moksori.share.views.carriers import (
    carrier,
    carrier_deed,
    carrier_new,
    carriers,
)
from moksori.share.views.channels import (
    channel,
    channel_leave,
    channels,
    deliveries,
    delivery,
    edition_script,
    preview,
    preview_letter,
)
from moksori.share.views.editions import (
    compose,
    edition,
    editions,
    mark,
    my_edition,
)
from moksori.share.views.letters import mark_link, unsubscribe
from moksori.share.views.outbox import letter, mail, outbox, send_again
from moksori.share.views.outlets import (
    open_outlet,
    outlet,
    outlet_deed,
    outlet_new,
    outlets,
)
from moksori.share.views.reach import reach, start_editions
from moksori.share.views.remits import remit, schedule
from moksori.share.views.visits import visit_remits

__all__ = [
    "carrier",
    "carrier_deed",
    "carrier_new",
    "carriers",
    "channel",
    "channel_leave",
    "channels",
    "compose",
    "deliveries",
    "delivery",
    "edition",
    "edition_script",
    "editions",
    "letter",
    "mail",
    "mark",
    "mark_link",
    "my_edition",
    "open_outlet",
    "outbox",
    "outlet",
    "outlet_deed",
    "outlet_new",
    "outlets",
    "preview",
    "preview_letter",
    "reach",
    "remit",
    "schedule",
    "send_again",
    "start_editions",
    "unsubscribe",
    "visit_remits",
]
