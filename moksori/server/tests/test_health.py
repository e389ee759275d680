"""The doctor sees what is wrong, and survives it."""

import pytest
from click.testing import CliRunner
from django.db import connection  # noqa: F401 - read by skipif

from moksori.base.warehouse.models import Outbox
from moksori.server.cli.doctor import doctor
from moksori.server.cli.rebuild import rebuild
from moksori.server.health import findings


def test_a_sound_installation_has_nothing_wrong(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path

    assert [finding.seen for finding in findings() if not finding.is_well] == []


def test_a_missing_folder_is_named_with_a_remedy(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"

    wrong = [finding for finding in findings() if not finding.is_well]
    assert "gone" in wrong[0].seen
    assert "make run" in wrong[0].remedy


def test_a_mail_server_that_does_not_answer_is_found(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MOKSORI_MAIL_IS_SENT = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    wrong = [finding for finding in findings() if not finding.is_well]
    assert "MOKSORI_SMTP_URL" in wrong[0].remedy


def test_serving_the_world_without_encryption_is_found(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MOKSORI_BASE_URL = "http://voice.example.com"

    wrong = [finding for finding in findings() if not finding.is_well]
    assert "https" in wrong[0].remedy


def test_demo_mode_is_a_warning_and_no_fault(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.MOKSORI_DEMO = True

    said = CliRunner().invoke(doctor)
    assert said.exit_code == 0
    *marks, safety = [line[0] for line in said.output.splitlines()[:-1]]
    assert set(marks) == {"✓"}
    assert safety == "!"


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_a_warehouse_of_another_server_is_found_and_rebuild_mends_it(
    db, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    Outbox.objects.create(topic="feedback", payload=[1])
    Outbox.objects.update(xid=10**15)

    wrong = [finding for finding in findings() if not finding.is_well]
    assert "moksori rebuild" in wrong[0].remedy
    assert CliRunner().invoke(rebuild).exit_code == 0
    assert [finding.seen for finding in findings() if not finding.is_well] == []
