"""The background rests while customers answer, and only then."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from moksori.base.jobs import courtesy
from moksori.base.jobs.courtesy import LONGEST, REST, Manners


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings, monkeypatch) -> Path:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(courtesy, "_last_trace", -1.0)
    return tmp_path


def rests_after(seconds: float, monkeypatch) -> list[float]:
    """How long somebody rests who has worked for so long."""
    rests: list[float] = []
    now = 1_000.0
    monkeypatch.setattr(courtesy.time, "monotonic", lambda: now)
    manners = Manners(rests.append)
    monkeypatch.setattr(courtesy.time, "monotonic", lambda: now + seconds)
    manners.give_way()
    return rests


def test_nobody_rests_for_nobody(monkeypatch):
    assert rests_after(0.1, monkeypatch) == []


def test_a_rest_is_several_times_the_work(monkeypatch):
    courtesy.customer_is_here()
    assert rests_after(0.1, monkeypatch) == [pytest.approx(REST * 0.1)]


def test_no_rest_is_endless(monkeypatch):
    courtesy.customer_is_here()
    assert rests_after(60, monkeypatch) == [LONGEST]


def test_customers_who_left_are_not_waited_for(folder: Path, monkeypatch):
    courtesy.customer_is_here()
    gone = time.time() - 2 * courtesy.FRESH
    os.utime(next(folder.iterdir()), (gone, gone))
    assert rests_after(0.1, monkeypatch) == []


def test_a_crowd_leaves_few_traces(monkeypatch):
    times: list[Path] = []
    monkeypatch.setattr(courtesy.os, "utime", times.append)
    for _customer in range(1_000):
        courtesy.customer_is_here()
    assert 1 <= len(times) < 100


@pytest.mark.parametrize("error", [PermissionError, OSError])
def test_a_trace_that_cannot_be_left_costs_no_answer(error, monkeypatch):
    def fails(_path: Path) -> None:
        raise error

    monkeypatch.setattr(courtesy.os, "utime", fails)
    courtesy.customer_is_here()
    assert rests_after(0.1, monkeypatch) == []
