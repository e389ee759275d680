from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection

from moksori.base.audit.models import Entry
from moksori.base.customers.models import Product, Region
from moksori.base.errors import Conflict, NotAllowed
from moksori.base.testing.makers import Team, make_team
from moksori.base.warehouse.models import Outbox
from moksori.collect import writes
from moksori.collect.models import Batch, Feedback, Revision, Source
from moksori.collect.reader import FileOptions
from moksori.collect.tables import Unreadable
from moksori.collect.tables.mapping import mapping_from
from moksori.collect.tests.files import HEADER, csv_bytes, imported, reviews, stage
from moksori.collect.tests.makers import make_source
from moksori.collect.writes.imports import begin


@pytest.fixture
def source(team: Team) -> Source:
    return make_source(team.ours, "앱 리뷰")


def counts(batch: Batch) -> tuple[int, ...]:
    return (
        batch.added,
        batch.revised,
        batch.unchanged,
        batch.repeated,
        batch.refused,
    )


def test_every_row_becomes_one_feedback(team: Team, source: Source) -> None:
    batch = imported(csv_bytes(reviews(1200)), source, team.ada)

    assert batch.state == Batch.State.DONE
    assert counts(batch) == (1200, 0, 0, 0, 0)
    feedback = Feedback.objects.get(external_id="R-7")
    assert feedback.unit == team.ours
    assert feedback.text.startswith("배송이 늦었어요")
    assert feedback.score == 7.0
    assert feedback.occurred_at.isoformat() == "2026-03-08T01:07:00+00:00"
    assert feedback.product is not None
    assert feedback.product.name == "제품 1"
    assert feedback.region == team.seoul
    assert feedback.batch == batch
    assert feedback.raw["접수번호"] == "R-7"


def test_the_same_file_again_adds_nothing(team: Team, source: Source) -> None:
    content = csv_bytes(reviews(700))
    imported(content, source, team.ada)
    noted = Outbox.objects.count()

    batch = imported(content, source, team.ada)

    assert counts(batch) == (0, 0, 700, 0, 0)
    assert Feedback.objects.count() == 700
    assert Outbox.objects.count() == noted


def test_rows_without_an_id_are_known_again_by_their_content(
    team: Team, source: Source
) -> None:
    rows = [row[1:] for row in reviews(50)]
    content = csv_bytes([*rows, rows[3]], header=HEADER[1:])

    first = imported(content, source, team.ada)
    second = imported(content, source, team.ada)

    assert counts(first) == (50, 0, 0, 1, 0)
    assert counts(second) == (0, 0, 50, 1, 0)


def test_an_edited_row_is_a_revision_that_keeps_what_was_before(
    team: Team, source: Source
) -> None:
    rows = reviews(10)
    imported(csv_bytes(rows), source, team.ada)
    rows[4] = (*rows[4][:2], "환불이 안 돼요", *rows[4][3:])

    batch = imported(csv_bytes(rows), source, team.ada)

    assert counts(batch) == (0, 1, 9, 0, 0)
    feedback = Feedback.objects.get(external_id="R-5")
    assert (feedback.text, feedback.revision) == ("환불이 안 돼요", 2)
    before = feedback.revisions.get().before
    assert before["text"].startswith("배송이 늦었어요")


def test_undo_removes_what_was_added_and_restores_what_was_changed(
    team: Team, source: Source
) -> None:
    rows = reviews(10)
    imported(csv_bytes(rows), source, team.ada)
    old = Feedback.objects.filter(external_id="R-5").values().get()
    rows[4] = (*rows[4][:2], "환불이 안 돼요", *rows[4][3:])
    batch = imported(csv_bytes([*rows, *reviews(5, start=100)]), source, team.ada)

    writes.undo_import(batch, by=team.ada)
    batch = writes.run_undo(batch.pk)

    assert batch.state == Batch.State.UNDONE
    assert batch.removed == 5
    assert Feedback.objects.count() == 10
    assert Feedback.objects.filter(external_id="R-5").values().get() == old
    assert not Revision.objects.exists()
    last = Outbox.objects.order_by("-id").first()
    assert last is not None
    assert len(last.payload["removed"]) == 5


def test_undoing_the_older_of_two_changes_keeps_the_newer(
    team: Team, source: Source
) -> None:
    batches = []
    for text in ("하나", "둘", "셋"):
        row = ("R-1", "2026-03-01", text, 5, "제품", "서울")
        batches.append(imported(csv_bytes([row]), source, team.ada))

    writes.undo_import(batches[1], by=team.ada)
    writes.run_undo(batches[1].pk)
    assert Feedback.objects.get().text == "셋"

    writes.undo_import(batches[2], by=team.ada)
    writes.run_undo(batches[2].pk)
    assert Feedback.objects.get().text == "하나"


def test_what_a_later_import_changed_stays_when_the_first_is_undone(
    team: Team, source: Source
) -> None:
    first = imported(csv_bytes(reviews(3)), source, team.ada)
    second = imported(
        csv_bytes([("R-2", "2026-03-01", "새 글", 5, "제품", "서울")]), source, team.ada
    )

    writes.undo_import(first, by=team.ada)
    writes.run_undo(first.pk)

    assert [f.text for f in Feedback.objects.all()] == ["새 글"]
    assert Feedback.objects.get().batch == second


def test_only_a_waiting_file_is_dropped(team: Team, source: Source) -> None:
    batch = imported(csv_bytes(reviews(3)), source, team.ada)

    with pytest.raises(Conflict):
        writes.drop_upload(batch, by=team.ada)
    assert not Entry.objects.filter(verb="drop_upload").exists()


def test_an_import_is_undone_once(team: Team, source: Source) -> None:
    batch = imported(csv_bytes(reviews(3)), source, team.ada)
    writes.undo_import(batch, by=team.ada)

    with pytest.raises(Conflict):
        writes.undo_import(batch, by=team.ada)


def test_rows_that_cannot_be_used_are_told_one_by_one(
    team: Team, source: Source
) -> None:
    rows = [
        *reviews(6),
        ("R-90", "어제쯤", "날짜가 이상해요", 5, "제품", "서울"),
        ("R-91", "", "날짜가 없어요", 5, "제품", "서울"),
        ("R-92", "2026-03-01", "점수가 이상해요", 77, "제품", "서울"),
        ("R-93", "2026-03-01", "점수가 글이에요", "많이", "제품", "서울"),
    ]
    batch = imported(csv_bytes(rows), source, team.ada)

    assert counts(batch) == (8, 0, 0, 0, 2)
    assert batch.flagged == 2
    troubles = {trouble.row: trouble for trouble in batch.troubles.all()}
    assert sorted(troubles) == [8, 9, 10, 11]
    assert troubles[8].is_refused
    assert "어제쯤" in troubles[8].message
    assert "77" in troubles[10].message
    odd = Feedback.objects.get(external_id="R-92")
    assert odd.score is None
    assert odd.metadata == {"flags": ["score_out_of_scale"]}


def test_personal_numbers_are_masked_at_the_door(team: Team, source: Source) -> None:
    secret = "제 주민번호는 900101-1234567, 전화는 010-1234-5678 입니다"
    imported(
        csv_bytes([("R-1", "2026-03-01", secret, 5, "제품", "서울")]), source, team.ada
    )

    feedback = Feedback.objects.get()
    assert "1234" not in feedback.text
    assert "1234567" not in str(feedback.raw)
    assert "010-1234-5678" in feedback.raw["의견"]


def test_products_are_added_to_the_unit_of_the_source_or_found_above(
    team: Team,
) -> None:
    source = make_source(team.team)
    rows = [
        ("1", "2026-03-01", "좋아요 정말", 9, team.product.name, "서울"),
        ("2", "2026-03-01", "나빠요 정말", 1, "새 제품", "제주"),
    ]
    imported(csv_bytes(rows), source, team.ada)

    assert Feedback.objects.get(external_id="1").product == team.product
    assert Product.objects.get(name="새 제품").unit == team.team
    assert Region.objects.filter(name="제주").exists()


def test_dates_are_read_the_same_way_down_the_whole_column(
    team: Team, source: Source
) -> None:
    rows = [
        *((f"R-{n}", "03/04/2026", "늦었어요 많이", 3, "a", "b") for n in range(600)),
        ("R-last", "25/12/2026", "마지막 줄입니다", 3, "a", "b"),
    ]
    batch = stage(csv_bytes(rows), source, team.ada)
    assert "date_order" not in batch.mapping
    batch.refresh_from_db()
    begin(batch, by=team.ada)
    writes.run_import(batch.pk)

    first = Feedback.objects.get(external_id="R-0").occurred_at
    assert (first.month, first.day) == (4, 2)  # 3 April in Seoul


def test_a_dry_run_counts_and_changes_nothing(team: Team, source: Source) -> None:
    imported(csv_bytes(reviews(5)), source, team.ada)
    rows = [*reviews(8), ("R-90", "어제쯤", "날짜가 이상해요", 5, "제품", "서울")]
    batch = stage(csv_bytes(rows), source, team.ada)

    found = writes.dry_run(batch, by=team.ada)

    assert (found.rows_total, found.added, found.unchanged) == (9, 3, 5)
    assert found.refused == 1
    assert found.troubles[0].row == 10
    assert Feedback.objects.count() == 5


def test_the_mapping_is_remembered_for_the_source(team: Team, source: Source) -> None:
    batch = stage(csv_bytes(reviews(30)), source, team.ada)
    changed = {**batch.mapping, "region": None, "attributes": ["지역"]}
    writes.read_differently(
        batch,
        options=FileOptions(**batch.options),
        mapping=mapping_from(changed),
        by=team.ada,
    )
    begin(batch, by=team.ada)

    source.refresh_from_db()
    again = stage(csv_bytes(reviews(30, start=50)), source, team.ada)
    assert again.mapping["attributes"] == ["지역"]
    assert "region" not in again.mapping


def test_only_those_who_may_import_can(team: Team, source: Source) -> None:
    content = csv_bytes(reviews(3))
    for outsider in (team.vic, team.eve, team.sol):
        with pytest.raises(NotAllowed):
            stage(content, source, outsider)
    assert not Batch.objects.exists()


def test_a_file_that_breaks_in_the_middle_leaves_nothing(
    team: Team, source: Source
) -> None:
    good = csv_bytes(reviews(2000)).decode()
    broken = good + 'R-x,2026-03-01,"열린 따옴표,5,제품,서울\n' + "가,나,다\n" * 5
    batch = stage(broken.encode(), source, team.ada)
    with pytest.raises(Unreadable, match="2002"):
        writes.dry_run(batch, by=team.ada)

    begin(batch, by=team.ada)
    batch = writes.run_import(batch.pk)
    assert batch.state == Batch.State.FAILED
    assert "2002" in batch.message
    assert not Feedback.objects.exists()


def test_everything_is_in_the_log(team: Team, source: Source) -> None:
    batch = imported(csv_bytes(reviews(3)), source, team.ada)
    writes.undo_import(batch, by=team.ada)

    verbs = list(Entry.objects.filter(kind="batch").values_list("verb", flat=True))
    assert verbs == ["stage_file", "start_import", "finish_import", "undo_import"]


RUN = """
import os, django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["TEST_DATABASE"]
from django.conf import settings
from pathlib import Path
settings.MOKSORI_UPLOAD_DIR = Path(os.environ["TEST_UPLOADS"])
from moksori.collect import writes
writes.run_import(int(os.environ["TEST_BATCH"]))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="drives the embedded database file"
)
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    transactional_db: None, settings: object
) -> None:
    team = make_team()
    source = make_source(team.ours)
    rows = [*reviews(12_000), ("R-bad", "언젠가", "날짜가 없네요", 3, "a", "b")]
    batch = stage(csv_bytes(rows), source, team.ada)
    begin(batch, by=team.ada)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "moksori.server.settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_UPLOADS": str(settings.MOKSORI_UPLOAD_DIR),  # type: ignore[attr-defined]
        "TEST_BATCH": str(batch.pk),
    }
    kills = 0
    for _attempt in range(40):
        process = subprocess.Popen([sys.executable, "-c", RUN], env=environment)
        before = _rows_read(batch)
        deadline = time.monotonic() + 60
        while process.poll() is None and _rows_read(batch) < before + 2_500:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
        if Batch.objects.get(pk=batch.pk).state == Batch.State.DONE:
            break
    batch.refresh_from_db()

    assert kills >= 2
    assert counts(batch) == (12_000, 0, 0, 0, 1)
    assert Feedback.objects.count() == 12_000
    assert batch.troubles.count() == 1
    told = [id for note in Outbox.objects.all() for id in note.payload["ids"]]
    assert len(told) == len(set(told)) == 12_000


def _rows_read(batch: Batch) -> int:
    return Batch.objects.values_list("rows_read", flat=True).get(pk=batch.pk)


def test_a_stream_is_staged_in_pieces(team: Team, source: Source) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 7, 7))

    batch = writes.stage_file(
        Trickle(csv_bytes(reviews(20))), name="a.csv", source=source, by=team.ada
    )
    assert batch.size > 1000


def test_old_uploads_and_old_troubles_are_forgotten(team: Team, source: Source) -> None:
    waiting = stage(csv_bytes(reviews(3)), source, team.ada)
    rows = [*reviews(9), ("R-90", "어제쯤", "날짜가 이상해요", 5, "제품", "서울")]
    done = imported(csv_bytes(rows), source, team.ada)
    long_ago = done.created_at - timedelta(days=40)
    Batch.objects.update(created_at=long_ago)

    assert writes.forget_uploads() == 1
    assert writes.forget_troubles() == 1
    waiting.refresh_from_db()
    assert not waiting.stored_as
    assert not list(writes.staging.folder().iterdir())
    assert Feedback.objects.count() == 9
