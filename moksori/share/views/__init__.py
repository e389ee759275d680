"""The HTML door of the step share."""

from moksori.share.views.editions import (
    compose,
    edition,
    editions,
    mark,
    my_edition,
)
from moksori.share.views.letters import mark_link, unsubscribe
from moksori.share.views.outbox import letter, mail, outbox, send_again
from moksori.share.views.reach import reach, start_editions
from moksori.share.views.remits import remit, schedule
from moksori.share.views.visits import visit_remits

__all__ = [
    "compose",
    "edition",
    "editions",
    "letter",
    "mail",
    "mark",
    "mark_link",
    "my_edition",
    "outbox",
    "reach",
    "remit",
    "schedule",
    "send_again",
    "start_editions",
    "unsubscribe",
    "visit_remits",
]
