"""The command line speaks the language that the settings name."""

import os
import subprocess
import sys

import pytest

from moksori.server.cli.serve import base_address


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


@pytest.mark.parametrize(
    ("chosen", "host", "port", "url", "is_told"),
    [
        ("", "127.0.0.1", 8101, "http://127.0.0.1:8101", False),
        ("", "localhost", 9000, "http://localhost:9000", False),
        ("", "0.0.0.0", 80, "http://127.0.0.1:80", True),  # noqa: S104
        ("http://127.0.0.1:8000", "127.0.0.1", 8101, "http://127.0.0.1:8000", True),
        ("http://127.0.0.1:8101", "127.0.0.1", 8101, "http://127.0.0.1:8101", False),
        ("https://voice.kr", "0.0.0.0", 8101, "https://voice.kr", False),  # noqa: S104
    ],
)
def test_links_lead_to_the_port_that_is_served(
    settings, chosen, host, port, url, is_told
):
    settings.MOKSORI_BASE_URL_CHOSEN = bool(chosen)
    settings.MOKSORI_BASE_URL = chosen or "http://127.0.0.1:8000"

    found = base_address(host, port)

    assert (found.url, bool(found.note)) == (url, is_told)
