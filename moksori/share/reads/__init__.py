"""Questions to the step share."""

from moksori.share.reads.editions import (
    EditionLine,
    EditionPage,
    edition_lines,
    edition_page,
    edition_row,
    latest_edition,
)
from moksori.share.reads.outbox import (
    MailLine,
    MailPage,
    letter_html,
    mail_lines,
    mail_page,
    mail_row,
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

__all__ = [
    "Blind",
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
    "choices",
    "due_slot",
    "due_subscriptions",
    "edition_lines",
    "edition_page",
    "edition_row",
    "latest_edition",
    "letter_html",
    "mail_lines",
    "mail_page",
    "mail_row",
    "may_hear",
    "reach_page",
    "remit_card",
    "suggestion",
    "unit_of_reach",
]
