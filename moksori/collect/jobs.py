"""What this step does in the background."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from moksori.base.jobs.job import SOMEBODY_WAITS, job
from moksori.base.jobs.rhythms import Daily, Every
from moksori.base.jobs.schedules import register_schedule
from moksori.collect import writes
from moksori.collect.writes import (
    asked_keeping,
    blobs,
    copies,
    deliveries,
    doubts,
    fetching,
    large_exports,
    mail_keeping,
    notes,
    rates,
    receipts,
    scan_again,
    scan_folder,
    scan_keeping,
    scan_reading,
    scans,
    sending,
    telling,
    uploads,
    visits,
    withdrawing,
)
from moksori.collect.writes.review import forget_evidence

_SOON = SOMEBODY_WAITS // 2  # after the one page that somebody holds in their hands


@job(title=_("Import a file"), priority=SOMEBODY_WAITS, gave_up=writes.stop_import)
def import_batch(batch_id: int) -> None:
    writes.run_import(batch_id)


@job(title=_("Undo an import"), priority=SOMEBODY_WAITS, gave_up=writes.stop_import)
def undo_batch(batch_id: int) -> None:
    writes.run_undo(batch_id)


@job(title=_("Delete uploads nobody imported"))
def forget_uploads() -> None:
    writes.forget_uploads()
    writes.forget_strays()
    writes.forget_troubles()


@job(title=_("Stop imports that nobody goes on with"))
def stop_lost_imports() -> None:
    writes.stop_lost_imports()


@job(title=_("Forget old Idempotency-Keys"))
def forget_receipts() -> None:
    receipts.forget_receipts()


@job(title=_("Find what was perhaps said twice"))
def look_for_copies() -> None:
    copies.look_for_copies()


@job(title=_("Compare responses with each other"))
def look_for_doubts() -> None:
    doubts.look_for_doubts()


@job(title=_("Forget the evidence of old decisions"))
def forget_decided() -> None:
    forget_evidence()
    deliveries.forget_dropped()
    telling.forget_messages()


@job(
    title=_("Read deliveries that waited"),
    priority=SOMEBODY_WAITS,
    gave_up=deliveries.ask_about_rest,
)
def read_deliveries(inlet_id: int, after: int, newest: int) -> None:
    if last := deliveries.read_more(inlet_id, after, newest):
        read_deliveries.enqueue(inlet_id, last, newest)


@job(title=_("Tell webhooks what came in"))
def tell_hooks() -> None:
    telling.spread()
    for hook_id in telling.due_hooks():
        deliver_hook.enqueue(hook_id)


@job(title=_("Deliver what a webhook tells"), attempts=2)
def deliver_hook(hook_id: int) -> None:
    if telling.deliver(hook_id):
        deliver_hook.enqueue(hook_id)


@job(title=_("Read a connection"), attempts=2)
def visit_stream(stream_id: int, turn: str) -> None:
    visits.visit(stream_id, turn)


@job(title=_("Look which connections are due"))
def visit_due() -> None:
    visits.ask_for_visits()


@job(title=_("Forget old visits to connections"))
def forget_visits() -> None:
    visits.forget_visits()


@job(title=_("Fetch the mails of one mailbox"))
def fetch_mailbox(mailbox_id: int) -> None:
    if fetching.fetch_mails(mailbox_id).has_more:
        fetch_mailbox.enqueue(mailbox_id)


@job(title=_("Look for new mails"))
def ask_mailboxes() -> None:
    for mailbox_id in fetching.due_mailboxes():
        fetch_mailbox.enqueue(mailbox_id)


@job(title=_("Forget old mails"))
def forget_mails() -> None:
    mail_keeping.forget_mails()
    mail_keeping.forget_strays()


@job(
    title=_("Make a file of feedback"),
    priority=SOMEBODY_WAITS,
    attempts=3,
    gave_up=large_exports.stop_export,
)
def make_file(export_id: int) -> None:
    large_exports.run_export(export_id)


@job(title=_("Delete files that were taken out"))
def forget_exports() -> None:
    large_exports.forget_exports()


@job(title=_("Send invitations"))
def send_invitations() -> None:
    sending.send_due()
    if sending.is_any_due():
        send_invitations.enqueue()


@job(title=_("Queue reminders"))
def remind() -> None:
    sending.remind()


@job(title=_("Tidy up after a sender that stopped"))
def settle_invitations() -> None:
    sending.settle_stale()


@job(title=_("Forget whom nobody asked more than a year ago"))
def forget_asked() -> None:
    asked_keeping.forget_asked()


@job(
    title=_("Take the pages out of scans"),
    priority=_SOON,
    gave_up=scans.give_up_file,
)
def open_scans(file_id: int) -> None:
    scans.open_file(file_id)


@job(
    title=_("Read scanned pages"),
    priority=_SOON,
    gave_up=scan_reading.give_up_pages,
)
def read_scans(file_id: int, first: int, last: int) -> None:
    scan_reading.read_pages(file_id, first, last)


@job(
    title=_("Take a photographed page in"),
    priority=SOMEBODY_WAITS,
    gave_up=scans.give_up_file,
)
def open_photo(file_id: int) -> None:
    scans.open_file(file_id)


@job(
    title=_("Read a photographed page"),
    priority=SOMEBODY_WAITS,
    gave_up=scan_reading.give_up_pages,
)
def read_photo(file_id: int, first: int, last: int) -> None:
    scan_reading.read_pages(file_id, first, last)


@job(title=_("Read scanned pages again"))
def read_scans_again(scan_ids: list[int]) -> None:
    scan_again.read_again(scan_ids)


@job(title=_("Look into the folder of scans"))
def look_for_scans() -> None:
    scan_folder.take_folder()


@job(title=_("Forget files of scans that are not needed"))
def forget_scans() -> None:
    scan_keeping.forget_files()


@job(title=_("Forget what answers no longer need"))
def forget_answering() -> None:
    rates.forget_rates()
    uploads.forget_stray_files()
    withdrawing.forget_origins()


@job(title=_("Put in notes without a name"))
def put_in_nameless() -> None:
    notes.put_in_nameless()


@job(title=_("Forget photos that no record refers to"))
def forget_blobs() -> None:
    blobs.forget_blobs()


register_schedule("collect.put_in_nameless", put_in_nameless, Daily(3, 30))
register_schedule("collect.forget_blobs", forget_blobs, Daily(4, 15))
register_schedule("collect.forget_uploads", forget_uploads, Daily(4, 10))
register_schedule(
    "collect.stop_lost_imports", stop_lost_imports, Every(timedelta(hours=1))
)
register_schedule("collect.forget_receipts", forget_receipts, Daily(4, 20))
register_schedule(
    "collect.look_for_copies",
    look_for_copies,
    Every(timedelta(minutes=5)),
    needed=copies.is_waiting,
)
register_schedule(
    "collect.look_for_doubts",
    look_for_doubts,
    Every(timedelta(minutes=1)),
    needed=doubts.is_waiting,
)
register_schedule("collect.forget_decided", forget_decided, Daily(4, 30))
register_schedule(
    "collect.visit_due",
    visit_due,
    Every(timedelta(minutes=1)),
    needed=lambda: visits.due().exists(),
)
register_schedule("collect.forget_visits", forget_visits, Daily(4, 30))
register_schedule(
    "collect.ask_mailboxes",
    ask_mailboxes,
    Every(timedelta(minutes=1)),
    needed=fetching.is_due,
)
register_schedule("collect.forget_mails", forget_mails, Daily(4, 40))
register_schedule(
    "collect.send_invitations",
    send_invitations,
    Every(timedelta(minutes=1)),
    needed=sending.is_any_due,
)
register_schedule("collect.remind", remind, Every(timedelta(minutes=30)))
register_schedule("collect.settle_invitations", settle_invitations,
                  Every(timedelta(minutes=5)))  # fmt: skip
register_schedule(
    "collect.tell_hooks",
    tell_hooks,
    Every(timedelta(seconds=10)),
    needed=telling.is_waiting,
)
register_schedule(
    "collect.look_for_scans",
    look_for_scans,
    Every(timedelta(seconds=20)),
    needed=scan_folder.is_anything_there,
)
register_schedule("collect.forget_scans", forget_scans, Daily(5, 10))
register_schedule("collect.forget_answering", forget_answering, Daily(4, 50))
register_schedule("collect.forget_asked", forget_asked, Daily(4, 50))
register_schedule("collect.forget_exports", forget_exports, Daily(5, 0))
