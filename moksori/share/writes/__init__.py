"""What changes in the step share."""

from moksori.share.writes.deliveries import (
    deliver_again,
    due_deliveries,
    forget_deliveries,
    send_delivery,
    settle_stale_deliveries,
)
from moksori.share.writes.editions import compose_edition, compose_for_slot
from moksori.share.writes.mails import post, resend, send_mail, settle_stale_mails
from moksori.share.writes.marks import note_opened, record_mark, take_back
from moksori.share.writes.nudges import nudge, nudge_members
from moksori.share.writes.outlets import (
    change_outlet,
    open_outlet,
    renew_outlet,
    revoke_outlet,
)
from moksori.share.writes.previews import preview
from moksori.share.writes.remits import save_remit, start_editions, suggest_remit
from moksori.share.writes.subscriptions import pause, save_subscription
from moksori.share.writes.ways import (
    add_carrier,
    change_carrier,
    choose_way,
    leave_way,
    remove_carrier,
    turn_carrier,
)

__all__ = [
    "add_carrier",
    "change_carrier",
    "change_outlet",
    "choose_way",
    "compose_edition",
    "compose_for_slot",
    "deliver_again",
    "due_deliveries",
    "forget_deliveries",
    "leave_way",
    "note_opened",
    "nudge",
    "nudge_members",
    "open_outlet",
    "pause",
    "post",
    "preview",
    "record_mark",
    "remove_carrier",
    "renew_outlet",
    "resend",
    "revoke_outlet",
    "save_remit",
    "save_subscription",
    "send_delivery",
    "send_mail",
    "settle_stale_deliveries",
    "settle_stale_mails",
    "start_editions",
    "suggest_remit",
    "take_back",
    "turn_carrier",
]
