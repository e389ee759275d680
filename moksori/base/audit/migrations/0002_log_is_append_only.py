"""Triggers that refuse to change or remove an entry of the log."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER audit_no_update BEFORE UPDATE ON moksori_audit_entry
       BEGIN SELECT RAISE(ABORT, 'the log of changes is append-only'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON moksori_audit_entry
       BEGIN SELECT RAISE(ABORT, 'the log of changes is append-only'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the log of changes is append-only'; END $$""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON moksori_audit_entry
       FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON moksori_audit_entry
       FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
]
DROP_SQLITE = [
    "DROP TRIGGER IF EXISTS audit_no_update",
    "DROP TRIGGER IF EXISTS audit_no_delete",
]
DROP_POSTGRESQL = [
    "DROP TRIGGER IF EXISTS audit_no_change ON moksori_audit_entry",
    "DROP TRIGGER IF EXISTS audit_no_truncate ON moksori_audit_entry",
    "DROP FUNCTION IF EXISTS audit_refuse()",
]


def install(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in DROP_POSTGRESQL if vendor == "postgresql" else DROP_SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("moksori_audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
