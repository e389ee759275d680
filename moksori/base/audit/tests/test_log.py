"""The log of changes shows every change, and every attempt to change the log."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from moksori.base.audit.models import Entry
from moksori.base.audit.reads import log_lines, verification, verify
from moksori.base.audit.words import VERBS
from moksori.base.audit.writes import record, seal_of
from moksori.base.errors import NotAllowed
from moksori.base.people.roles import Role
from moksori.base.testing.makers import make_member

triggers = import_module("moksori.base.audit.migrations.0002_log_is_append_only")


@pytest.fixture
def guarded(db):
    """The triggers of the migration; other tests run without, to clean up quickly."""
    vendor = connection.vendor
    statements = triggers.POSTGRESQL if vendor == "postgresql" else triggers.SQLITE
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def log(team):
    """A log of five entries whose triggers a database administrator has removed."""
    for number in range(5):
        record("rename_theme", team.product, by=team.ada, number=number)
    return list(Entry.objects.order_by("id"))


def test_an_entry_cannot_be_changed_or_removed(team, guarded):
    entry = record("rename_theme", team.product, by=team.ada)

    for change in (
        lambda: Entry.objects.filter(pk=entry.pk).update(verb="nothing"),
        lambda: Entry.objects.filter(pk=entry.pk).delete(),
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
        ):
            change()
    assert verify().is_whole


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="INSERT OR REPLACE is SQLite's"
)
def test_an_entry_cannot_be_replaced(team, guarded):
    entry = record("rename_theme", team.product, by=team.ada)
    columns = "id, at, member_id, verb, kind, thing_id, unit_id, facts, previous, seal"

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"INSERT OR REPLACE INTO moksori_audit_entry ({columns}) "
            f"SELECT id, at, member_id, 'nothing', kind, thing_id, unit_id, facts, "
            f"previous, seal FROM moksori_audit_entry WHERE id = %s",
            [entry.pk],
        )


def test_an_edit_behind_the_back_is_found(log):
    Entry.objects.filter(pk=log[2].pk).update(facts={"number": 99})

    assert verify().broken_at == log[2].pk


def test_a_removed_entry_is_found(log):
    Entry.objects.filter(pk=log[2].pk).delete()

    assert verify().broken_at == log[3].pk


def test_a_cut_tail_is_found_by_an_anchored_head(log):
    head = verify().head
    Entry.objects.filter(pk=log[-1].pk).delete()

    assert verify().is_whole
    assert verify().head != head


def test_a_forged_chain_is_found_by_an_anchored_head(log):
    head = verify().head
    previous = log[1].seal
    for entry in log[2:]:
        entry.facts = {"number": 0}
        entry.previous = previous
        entry.seal = previous = seal_of(entry)
        entry.save()

    assert verify().is_whole
    assert verify().head != head


def test_only_those_who_audit_read_the_log(team):
    record("rename_theme", team.product, by=team.ada)

    assert log_lines(by=team.max)[0].who == "Ada"
    with pytest.raises(NotAllowed):
        log_lines(by=team.ada)


def test_every_recorded_verb_has_words():
    package = Path(__file__).resolve().parents[3]
    pattern = re.compile(r'\brecord\(\s*"([a-z_]+)"')
    found = {
        verb
        for path in package.rglob("*.py")
        if "tests" not in path.parts
        for verb in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert found >= {"rename_theme", "give_role", "undo_import"}
    assert found <= set(VERBS)


def test_an_administrator_of_one_affiliate_reads_only_its_part_of_the_log(team):
    local = make_member("Loc", team.ours, Role.ADMIN)
    record("rename_theme", team.product, by=team.ada)
    record("rename_theme", team.other_product, by=team.eve)

    seen = {line.who for line in log_lines(by=local)}
    assert "Ada" in seen
    assert "Eve" not in seen
    with pytest.raises(NotAllowed):
        verification(by=local)


@pytest.mark.parametrize("before", ["²", "٣", "9" * 30, "-1", "x"])
def test_an_odd_number_of_an_entry_shows_a_page(team, before):
    client = Client()
    client.force_login(team.max)

    assert client.get(reverse("audit:log"), {"before": before}).status_code == 200
