"""Background work lets pages go first."""

from __future__ import annotations

import multiprocessing
import os

from moksori.base.jobs.priority import LATER, step_aside


def _told(told: multiprocessing.Queue[int]) -> None:
    step_aside()
    step_aside()
    told.put(os.getpriority(os.PRIO_PROCESS, 0))


def test_a_process_steps_aside_once_however_often_it_is_asked():
    fork = multiprocessing.get_context("fork")
    told = fork.Queue()
    process = fork.Process(target=_told, args=(told,))
    process.start()
    found = told.get(timeout=20)
    process.join()
    assert found == max(LATER, os.getpriority(os.PRIO_PROCESS, 0))
