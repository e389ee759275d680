"""The command line speaks the language that the settings name."""

import os
import subprocess
import sys

import pytest


def said(language, folder, *arguments):
    found = subprocess.run(
        [sys.executable, "-m", "moksori", *arguments],
        env=os.environ
        | {"MOKSORI_LANGUAGE": language, "MOKSORI_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout + found.stderr


@pytest.mark.parametrize(
    ("arguments", "korean", "english"),
    [
        (["--help"], "의견 파일을 가져옵니다", "Import a file of feedback"),
        (["analyze", "--help"], "사용법", "Usage"),
        (["verify-log", "--helf"], "선택 사항은 없습니다", "No such option"),
        (["doctor"], "데이터 폴더", "Data folder"),
    ],
)
def test_help_and_answers_are_in_the_chosen_language(
    tmp_path, arguments, korean, english
):
    assert korean in said("ko", tmp_path / "ko", *arguments)
    assert english in said("en", tmp_path / "en", *arguments)


def test_the_list_of_commands_touches_nothing(tmp_path):
    assert "doctor" in said("en", tmp_path / "none", "--help")
    assert not (tmp_path / "none").exists()
