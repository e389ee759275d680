"""The worker: does jobs one by one, keeps its leases, fires schedules, reaps others."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection, connections
from django.utils.crypto import get_random_string

from moksori.base.jobs import leases
from moksori.base.jobs.courtesy import Manners
from moksori.base.jobs.leases import Claimed
from moksori.base.jobs.schedules import fire_due, sync_schedules

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
TICK_SECONDS = 1.0


class StopNowError(BaseException):
    """Asked twice to stop: hand back what is being done and go."""


class Worker:
    """One process, one job at a time. Start more processes for more at once."""

    def __init__(self, *, lease: timedelta = leases.LEASE) -> None:
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{get_random_string(8)}"
        self.lease = lease
        self.stopping = threading.Event()
        self.doing: Claimed | None = None
        self._next_beat = 0.0

    def run(self, *, drain: bool = False) -> int:
        """Work until stopped, or (`drain`) until nothing is ready; jobs done."""
        done = 0
        with self._keeper():
            while not self.stopping.is_set():
                manners = Manners(self.stopping.wait)
                worked = self._one()
                done += worked
                if drain and not worked:
                    break
                if worked:
                    manners.give_way()
                else:
                    self.stopping.wait(IDLE_SECONDS)
        return done

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the job at hand and go; at once when asked a second time."""
        if self.stopping.is_set():
            raise StopNowError
        self.stopping.set()

    def _one(self) -> bool:
        close_old_connections()
        try:
            claimed = leases.claim(self.name, lease=self.lease)
            if claimed is not None:
                self.doing = claimed
                do(claimed)
        except DatabaseError:
            # Locked, restarting or away: the lease brings the job back if need be.
            logger.exception("the database did not answer")
            self.stopping.wait(IDLE_SECONDS)
            return False
        finally:
            self.doing = None
        return claimed is not None

    @contextmanager
    def _keeper(self) -> Iterator[None]:
        """Keep the house in a thread, so that a long job does not stop the clock."""
        over = threading.Event()
        thread = threading.Thread(target=self._keep, args=(over,), name="keeper")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _keep(self, over: threading.Event) -> None:
        try:
            while True:
                self._tick()
                if over.wait(min(TICK_SECONDS, self.lease.total_seconds() / 4)):
                    break
        finally:
            connections.close_all()

    def _tick(self) -> None:
        close_old_connections()
        try:
            self._beat()
            leases.reap()
            fire_due()
            _copy_log()
        except Exception:  # without the keeper every lease would run out
            logger.exception("housekeeping failed; trying again")

    def _beat(self) -> None:
        if self.doing is not None and time.monotonic() >= self._next_beat:
            leases.beat(self.doing, lease=self.lease)
            self._next_beat = time.monotonic() + self.lease.total_seconds() / 4


def _copy_log() -> None:
    """Bring what SQLite has in its log into its file, so that no answer has to wait
    for it: otherwise every so many pages a commit does it. Nobody waits for this."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def do(claimed: Claimed) -> None:
    """Run a claimed job and record how it went."""
    job = claimed.job
    try:
        found = job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
        leases.finish(claimed, found)
    except (StopNowError, KeyboardInterrupt, SystemExit):
        leases.release(claimed)
        raise
    except Exception as error:  # noqa: BLE001 - a job may fail in any way it likes
        logger.warning("job %s (%s) failed: %s", job.pk, job.task_path, error)
        leases.fail(claimed, error)


def drain() -> int:
    """Do everything that is ready, here and now, in this thread; for tests and demo."""
    done = 0
    while claimed := leases.claim("drain", lease=timedelta(hours=1)):
        do(claimed)
        done += 1
    return done


def run_worker(*, drain: bool = False, lease: timedelta = leases.LEASE) -> None:
    """Run until SIGTERM or Ctrl-C, or (`drain`) until nothing is left to do."""
    worker = Worker(lease=lease)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, worker.stop)
    sync_schedules()
    leases.reap()
    fire_due()
    try:
        worker.run(drain=drain)
    except StopNowError:
        logger.warning("stopped at once; the job at hand was given back")
