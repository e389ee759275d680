"""People and programs at the same source at once, with connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from moksori.base.errors import Conflict
from moksori.base.testing.makers import Team, make_team
from moksori.collect import writes
from moksori.collect.models import Batch, Feedback, Revision, Source
from moksori.collect.tests.files import csv_bytes, imported, reviews, stage
from moksori.collect.tests.makers import make_source
from moksori.collect.writes import undo
from moksori.collect.writes.imports import begin

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each deed gave, or the error that it ended with."""
    ready, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number: int, deed: Callable[[], object]) -> None:
        try:
            ready.wait()
            results[number] = deed()  # type: ignore[call-overload]
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[number] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def source(team: Team) -> Source:
    return make_source(team.ours, "앱 리뷰")


def errors(results: list[object]) -> list[object]:
    return [one for one in results if isinstance(one, Exception)]


def test_an_undo_and_an_import_of_the_same_rows_take_turns(
    team: Team, source: Source
) -> None:
    rows = reviews(1_500)
    first = imported(csv_bytes(rows), source, team.ada)
    second = stage(csv_bytes(rows), source, team.ada)

    def undo_it() -> None:
        writes.undo_import(first, by=team.ada)
        writes.run_undo(first.pk)

    def import_it() -> None:
        begin(second, by=team.ada)
        writes.run_import(second.pk)

    failed = errors(at_once(undo_it, import_it))
    first.refresh_from_db()
    second.refresh_from_db()

    assert all(isinstance(error, Conflict) for error in failed)
    assert second.state in {Batch.State.DONE, Batch.State.UPLOADED}
    # Whoever came first: all of the rows are there once, or none is.
    counted = Feedback.objects.count()
    if first.state == Batch.State.UNDONE and second.state == Batch.State.UPLOADED:
        assert counted == 0
    elif first.state == Batch.State.DONE:
        assert counted == 1_500
        assert second.unchanged == 1_500
    else:  # one after the other
        assert (counted, second.added) in {(1_500, 1_500), (0, 0)}


def test_while_an_import_is_undone_no_other_starts(team: Team, source: Source) -> None:
    first = imported(csv_bytes(reviews(3)), source, team.ada)
    second = stage(csv_bytes(reviews(3)), source, team.ada)
    writes.undo_import(first, by=team.ada)

    with pytest.raises(Conflict, match="되돌리는 중"):
        writes.start_import(second, by=team.ada)
    writes.run_undo(first.pk)
    writes.start_import(second, by=team.ada)

    third = Batch.objects.get(pk=first.pk)
    Batch.objects.filter(pk=third.pk).update(state=Batch.State.DONE)
    with pytest.raises(Conflict, match="가져오는 중"):
        writes.undo_import(third, by=team.ada)


def test_changes_that_come_while_an_import_is_undone_are_kept_whole(
    team: Team, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the turns too (a program sends rows): every row is old, new, or gone."""
    monkeypatch.setattr(undo, "CHUNK", 50)
    old = reviews(600)
    imported(csv_bytes(old), source, team.ada)
    edited = [(*row[:2], "고쳐 쓴 글", *row[3:]) for row in old]
    second = imported(csv_bytes(edited), source, team.ada)
    third = stage(
        csv_bytes([(*r[:2], "다시 고친 글", *r[3:]) for r in old]), source, team.ada
    )
    begin(third, by=team.ada)
    Batch.objects.filter(pk=second.pk).update(state=Batch.State.UNDOING)
    Batch.objects.filter(pk=third.pk).update(state=Batch.State.RUNNING)

    failed = errors(at_once(lambda: undo.take_back(second), lambda: _rows_in(third)))

    assert failed == []
    assert Feedback.objects.count() == 600
    assert not Feedback.objects.exclude(text="다시 고친 글").exists()
    assert not Revision.objects.filter(batch=second).exists()
    # Undone as well, the rows say what they said at first.
    undo.take_back(third)
    assert not Feedback.objects.exclude(text__startswith="배송이 늦었어요").exists()
    assert not Revision.objects.exists()


def _rows_in(batch: Batch) -> None:
    """The rows of a file without the turns of imports, as a program sends them."""
    from moksori.collect.writes.imports import _chunks, _keep  # noqa: PLC0415
    from moksori.collect.writes.store import Store  # noqa: PLC0415

    store = Store(batch.source, batch)
    batch.refresh_from_db()
    for item in _chunks(batch):
        if not isinstance(item, int):
            _keep(batch, item, store)
            batch.refresh_from_db()


def test_two_sources_of_one_name_at_once_are_told_as_one_after_the_other(
    team: Team,
) -> None:
    def add() -> Source:
        return writes.add_source("콜센터", unit=team.ours, by=team.ada)

    for _ in range(5):
        results = at_once(add, add, add)
        assert [type(error) for error in errors(results)] == [Conflict, Conflict]
        with pytest.raises(Conflict) as late:
            add()
        assert {str(error) for error in errors(results)} == {str(late.value)}
        Source.objects.all().delete()


def test_two_uploads_to_one_new_source_share_it(team: Team) -> None:
    def find() -> int:
        return writes.source_for("콜센터", unit=team.ours, by=team.ada).pk

    results = at_once(find, find, find)

    assert errors(results) == []
    assert len(set(results)) == 1
