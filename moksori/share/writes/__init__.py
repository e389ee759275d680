"""What changes in the step share."""

from moksori.share.writes.editions import compose_edition, compose_for_slot
from moksori.share.writes.mails import post, resend, send_mail, settle_stale_mails
from moksori.share.writes.marks import note_opened, record_mark, take_back
from moksori.share.writes.remits import save_remit, start_editions, suggest_remit
from moksori.share.writes.subscriptions import pause, save_subscription

__all__ = [
    "compose_edition",
    "compose_for_slot",
    "note_opened",
    "pause",
    "post",
    "record_mark",
    "resend",
    "save_remit",
    "save_subscription",
    "send_mail",
    "settle_stale_mails",
    "start_editions",
    "suggest_remit",
    "take_back",
]
