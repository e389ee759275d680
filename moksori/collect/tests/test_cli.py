from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moksori.base.errors import NotFound, UserError
from moksori.base.testing.makers import Team
from moksori.collect.cli import import_file
from moksori.collect.models import Batch, Feedback, Source
from moksori.collect.tables import Unreadable
from moksori.collect.tests.files import csv_bytes, reviews


def run(*words: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(import_file, list(words), input=given)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "의견.csv"
    path.write_bytes(csv_bytes(reviews(40)))
    return path


def test_a_file_is_imported_and_counted(team: Team, path: Path) -> None:
    result = run(str(path), "--source", "VoC", "--unit", team.ours.name)

    assert result.exit_code == 0, result.output
    assert "40" in result.stdout
    assert Feedback.objects.filter(unit=team.ours).count() == 40
    assert Source.objects.get().name == "VoC"


def test_a_dry_run_leaves_nothing_behind(team: Team, path: Path) -> None:
    result = run(str(path), "--source", "VoC", "--unit", "Media", "--dry-run")

    assert result.exit_code == 0, result.output
    assert not Feedback.objects.exists()
    assert not Batch.objects.exists()
    assert not Source.objects.exists()


def test_columns_can_be_given_and_standard_input_read(team: Team) -> None:
    content = csv_bytes([("1", "친절했어요", "6")], header=("a", "b", "c"))
    result = run(
        "-",
        *("--source", "VoC", "--unit", str(team.ours.pk)),
        *("--map", "text=b", "--map", "csat=c:1-7", "--map", "external_id=a"),
        given=content,
    )

    assert result.exit_code == 0, result.output
    feedback = Feedback.objects.get()
    assert feedback.external_id == "1"
    assert feedback.score is not None
    assert round(feedback.score, 2) == 8.33


def test_what_is_wrong_ends_with_its_own_exit_code(team: Team, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    known = ("--source", "VoC", "--unit", "Media")
    for words, kind in (
        (("nowhere.csv", *known), NotFound),
        ((str(empty), *known), Unreadable),
        ((str(empty), "--source", "VoC", "--unit", "달나라"), NotFound),
    ):
        result = run(*words)
        assert isinstance(result.exception, kind)
        assert not Source.objects.exists()
    assert UserError.exit_code == 2


def test_a_member_without_the_right_cannot_import(team: Team, path: Path) -> None:
    result = run(
        str(path), "--source", "VoC", "--unit", "Media", "--as", team.vic.email
    )
    assert isinstance(result.exception, UserError)
    assert not Feedback.objects.exists()
