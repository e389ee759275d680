"""What this step does in the background."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from moksori.base.jobs.job import job
from moksori.base.jobs.rhythms import Daily, Every
from moksori.base.jobs.schedules import register_schedule
from moksori.collect import writes
from moksori.collect.writes import copies, receipts
from moksori.collect.writes.review import forget_evidence


@job(title=_("Import a file"), gave_up=writes.stop_import)
def import_batch(batch_id: int) -> None:
    writes.run_import(batch_id)


@job(title=_("Undo an import"), gave_up=writes.stop_import)
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


@job(title=_("Forget the evidence of old decisions"))
def forget_decided() -> None:
    forget_evidence()


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
register_schedule("collect.forget_decided", forget_decided, Daily(4, 30))
