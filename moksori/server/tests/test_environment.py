"""Settings are checked at start, in words."""

import os
import subprocess
import sys

import pytest

from moksori.server.environment import SETTINGS, SettingError, read


def test_every_default_can_be_used():
    found = read({})

    assert set(found) == {setting.name for setting in SETTINGS}
    assert found["DEMO"] is False


def test_an_unknown_name_is_refused_with_a_suggestion():
    with pytest.raises(SettingError, match="Did you mean MOKSORI_BASE_URL"):
        read({"MOKSORI_BASE_ULR": "http://localhost"})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEMO", "perhaps", "yes or no"),
        ("WORKERS", "two", "whole number"),
        ("WAREHOUSE_THREADS", "0", "from 1 on"),
        ("WAREHOUSE_MEMORY", "lots", "such as 500MB"),
        ("LANGUAGE", "fr", "one of ko, en"),
        ("BASE_URL", "ftp://x", "starts with http"),
        ("ENCODER", "openai", "static, teacher, st:MODEL or openai:MODEL"),
        ("ENCODER", "bert", "static, teacher, st:MODEL or openai:MODEL"),
        ("ENCODER", "st:" + "x" * 60, "at most 48"),
        ("ENCODER", "openai:small", "MOKSORI_ENCODER_URL too"),
        ("LLM_URL", "ftp://x", "starts with http"),
        ("LLM_URL", "https://x", "needs MOKSORI_LLM_MODEL"),
    ],
)
def test_a_wrong_value_is_refused_with_what_would_be_right(name, value, said):
    with pytest.raises(SettingError, match=said):
        read({f"MOKSORI_{name}": value})


def test_a_secret_comes_from_a_file_and_is_never_shown(tmp_path):
    file = tmp_path / "url"
    file.write_text("postgresql://a:hidden@db/x\n")

    assert read({"MOKSORI_DATABASE_URL_FILE": str(file)})["DATABASE_URL"].endswith("/x")
    with pytest.raises(SettingError) as caught:
        read({"MOKSORI_DATABASE_URL": "mysql://a:hidden@db/x"})
    assert "hidden" not in str(caught.value)


def test_a_secret_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingError, match="cannot be read"):
        read({"MOKSORI_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_former_keys_come_as_a_list_or_as_lines_of_a_file(tmp_path):
    file = tmp_path / "keys"
    file.write_text("second\nfirst\n")

    given = {"MOKSORI_SECRET_KEY_FALLBACKS": "second, first"}
    assert read(given)["SECRET_KEY_FALLBACKS"] == ["second", "first"]
    given = {"MOKSORI_SECRET_KEY_FALLBACKS_FILE": str(file)}
    assert read(given)["SECRET_KEY_FALLBACKS"] == ["second", "first"]
    assert read({})["SECRET_KEY_FALLBACKS"] == []


def test_former_keys_are_what_signatures_are_read_with(tmp_path):
    code = (
        "from moksori.server import settings as s;"
        "print(s.SECRET_KEY, *s.SECRET_KEY_FALLBACKS)"
    )
    given = {
        "MOKSORI_DATA_DIR": str(tmp_path),
        "MOKSORI_SECRET_KEY": "third",
        "MOKSORI_SECRET_KEY_FALLBACKS": "third,second,first",
    }
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MOKSORI_")}
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, **given},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.split() == ["third", "second", "first"]
