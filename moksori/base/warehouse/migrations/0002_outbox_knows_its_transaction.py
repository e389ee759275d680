"""On PostgreSQL, a note carries the number of the transaction that wrote it."""

from django.db import migrations

DEFAULT = "pg_current_xact_id()::text::bigint"


def number_notes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        table = schema_editor.quote_name("moksori_warehouse_outbox")
        schema_editor.execute(
            f"ALTER TABLE {table} ALTER COLUMN xid SET DEFAULT ({DEFAULT})"
        )


def leave_them(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        table = schema_editor.quote_name("moksori_warehouse_outbox")
        schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN xid SET DEFAULT 0")


class Migration(migrations.Migration):
    dependencies = [("moksori_warehouse", "0001_outbox")]

    operations = [migrations.RunPython(number_notes, leave_them)]
